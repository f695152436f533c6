"""Giving: the first question, the warning, the ways.

What could lead a giver to a payment is on no page before the first question is answered; nor, for a card issued in
Russia, before the warning.
"""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from wzo.donate import queries
from wzo.donate.annual_accounts import read_account
from wzo.donate.bank import CORRECTION, compact, epc_payload, grouped, takes_epc_code
from wzo.donate.models import NO_CARD
from wzo.donate.money import Progress, read_rates, say_money, tell_progress
from wzo.donate.qr import draw_code
from wzo.donate.steps import arguments_after, read_step
from wzo.donate.stripe_client import card_is_offered
from wzo.donate.wallets import NETWORKS
from wzo.extensions import AnyRow
from wzo.i18n import current_language
from wzo.pages.queries import get_home_blocks

bp = Blueprint("donate", __name__)


@bp.get("/<lang:lang>/donate/")
def index() -> ResponseReturnValue:
    """Where was your card issued? Then, for one from Russia, a warning; then the ways to give."""
    step, language = read_step(), current_language()
    if step.answer is None:
        return render_template(
            "donate/index.html",
            block=get_home_blocks(language).get("help"),
            gift=queries.find_words(queries.GIFT, language),
            goal=_goal(language),
            accounts=[read_account(row) for row in queries.get_annual_accounts(language)],
            say_money=say_money,
        )
    if not step.open:
        return render_template("donate/warning.html", warning=queries.find_words(queries.WARNING, language))
    cards = step.answer != NO_CARD and card_is_offered()
    ways = [way for way in queries.get_donation_methods(language, step.answer) if way.kind != "card" or cards]
    return render_template(
        "donate/methods.html",
        answer=step.answer,
        arguments=arguments_after(step.answer),
        ways=ways,
        goal=_goal(language),
        networks=NETWORKS,
        compact=compact,
        grouped=grouped,
        has_code=_has_code,
        say_money=say_money,
    )


@bp.get("/<lang:lang>/donate/<slug>/code.svg")
def code(slug: str) -> ResponseReturnValue:
    """The QR code of a way, for those to whom the way is shown; others are sent to the question or the warning."""
    step = read_step()
    if not step.open:
        known: dict[str, Any] = {"from": step.answer} if step.answer else {}
        return redirect(url_for(".index", **known))
    way = queries.find_donation_method(slug, current_language())
    if way is None or step.answer not in way.answers.split() or not _has_code(way):
        abort(404)
    if way.kind == "crypto":
        return Response(draw_code(way.wallet), mimetype="image/svg+xml")
    payload = epc_payload(holder=way.holder, iban=way.iban, bic=way.bic, amount=way.amount, purpose=way.purpose)
    return Response(draw_code(payload, correction=CORRECTION), mimetype="image/svg+xml")


def _has_code(way: AnyRow) -> bool:
    if way.kind == "bank":
        return takes_epc_code(holder=way.holder, iban=way.iban, currency=way.currency)
    return way.kind == "crypto" and bool(way.wallet)


def _goal(language: str) -> tuple[AnyRow, Progress] | None:
    """The goal of today, and how far it is to it."""
    today = datetime.now(UTC).date()
    goal = queries.find_goal(language, today)
    if goal is None:
        return None
    gifts = queries.get_card_donations(goal.since, goal.until or today)
    rates, _ = read_rates(goal.rates)
    return goal, tell_progress(wanted=goal.amount, currency=goal.currency, rates=rates, gifts=gifts)
