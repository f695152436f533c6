"""The donation pages: the first question, the warning, the methods.

No link to a payment is shown before the first question is answered and, if the card was issued in Russia,
before the warning.
"""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from wzo.clock import today
from wzo.donate import queries
from wzo.donate.annual_accounts import parse_account
from wzo.donate.bank import ERROR_CORRECTION, compact, epc_payload, grouped, supports_epc_code
from wzo.donate.editor_amounts import Progress, compute_progress, format_money, parse_rates
from wzo.donate.models import ANSWERS, ELSEWHERE, NO_CARD
from wzo.donate.qr import draw_qr_code
from wzo.donate.steps import arguments_after, current_step
from wzo.donate.stripe_client import accepts_cards
from wzo.donate.wallets import NETWORKS
from wzo.extensions import AnyRow
from wzo.i18n import current_language
from wzo.page_cache.policy import public_page
from wzo.pages.queries import find_text, get_home_blocks

# A donation may bring the goal closer at any time.
GOAL_SECONDS = 60

bp = Blueprint("donate", __name__)


@bp.get("/<lang:lang>/donate/")
@public_page(query_args=("from", "warned"), refresh_seconds=GOAL_SECONDS)
def index() -> ResponseReturnValue:
    """Where was your card issued? Then, for a card from Russia, a warning; then the ways to give."""
    step, language = current_step(), current_language()
    offered = _offered_methods(language)
    if step.answer is None:
        return render_template(
            "donate/index.html",
            has_methods=any(offered.values()),
            block=get_home_blocks(language).get("help"),
            impact=find_text(queries.IMPACT, language),
            goal=_goal(language),
            accounts=[parse_account(row) for row in queries.get_annual_accounts(language)],
            format_money=format_money,
        )
    if not step.shows_methods:
        return render_template(
            "donate/warning.html",
            warning=find_text(queries.WARNING, language),
            has_methods=bool(offered[step.answer]),
        )
    return render_template(
        "donate/methods.html",
        answer=step.answer,
        arguments=arguments_after(step.answer),
        methods=offered[step.answer],
        other=_other_answer(step.answer, offered),
        goal=_goal(language),
        networks=NETWORKS,
        compact=compact,
        grouped=grouped,
        has_qr_code=_has_qr_code,
        format_money=format_money,
    )


@bp.get("/<lang:lang>/donate/<slug>/code.png")
def code(slug: str) -> ResponseReturnValue:
    """The QR code of a method, for those who may see the method; others are sent to the question or the warning."""
    step = current_step()
    if not step.shows_methods:
        arguments: dict[str, Any] = {"from": step.answer} if step.answer else {}
        return redirect(url_for(".index", **arguments))
    method = queries.find_donation_method(slug, current_language())
    if method is None or step.answer not in method.answers.split() or not _has_qr_code(method):
        abort(404)
    if method.kind == "crypto":
        return Response(draw_qr_code(method.wallet), mimetype="image/png")
    payload = epc_payload(
        holder=method.holder, iban=method.iban, bic=method.bic, amount=method.amount, purpose=method.purpose
    )
    return Response(draw_qr_code(payload, error_correction=ERROR_CORRECTION), mimetype="image/png")


def _offered_methods(language: str) -> dict[str, list[AnyRow]]:
    """The methods that are shown after each answer to the first question."""
    live, cards = queries.get_donation_methods(language), accepts_cards()
    return {
        answer: [
            method
            for method in live
            if answer in method.answers.split() and (method.kind != "card" or (cards and answer != NO_CARD))
        ]
        for answer in ANSWERS
    }


def _other_answer(answer: str, offered: dict[str, list[AnyRow]]) -> str | None:
    """Where to look if no method is shown after an answer. Nobody is sent past, or towards, the warning."""
    others = {ELSEWHERE: NO_CARD, NO_CARD: ELSEWHERE}
    return others[answer] if answer in others and offered[others[answer]] else None


def _has_qr_code(method: AnyRow) -> bool:
    if method.kind == "bank":
        return supports_epc_code(holder=method.holder, iban=method.iban, bic=method.bic, currency=method.currency)
    return method.kind == "crypto" and bool(method.wallet)


def _goal(language: str) -> tuple[AnyRow, Progress] | None:
    """Today's goal, and the progress towards it."""
    day = today()
    goal = queries.find_goal(language, day)
    if goal is None:
        return None
    donations = queries.get_card_donations(goal.since, goal.until or day)
    rates, _ = parse_rates(goal.rates)
    return goal, compute_progress(target=goal.amount, currency=goal.currency, rates=rates, donations=donations)
