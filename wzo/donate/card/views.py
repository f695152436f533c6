"""Gifts by card: the form, the link to Stripe's page, what comes after, and Stripe's messages."""

from typing import Any

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext, lazy_gettext

from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.donate import stripe_client as payments
from wzo.donate.card import actions
from wzo.donate.card.forms import DonateForm, currency_choices, currency_of
from wzo.donate.queries import THANKS, find_words
from wzo.errors import RETRY_AFTER
from wzo.i18n import current_language

bp = Blueprint("card", __name__)

LONGEST_MESSAGE = 256 * 1024


@bp.route("/<lang:lang>/donate/card/", methods=["GET", "POST"])
def card() -> ResponseReturnValue:
    """How much to give, and how often; sent, it answers with the link to Stripe's page and says where that leads."""
    if not (payments.card_is_offered() and _may_be_shown()):
        return redirect(_back(), 303)
    # The same page in the other language asks nobody where the card was issued a second time.
    g.page_arguments = _way()
    currency = currency_of(request.values.get("currency"))
    form = DonateForm(request.form, currency)
    if request.method == "GET":
        return _show_form(form)
    if not form.validate():
        return _show_form(form, 422)
    try:
        link = payments.open_payment(_payment(form))
    except payments.PaymentRefused:
        form.amount.errors = [lazy_gettext("Stripe does not take this amount in this currency. Choose another.")]
        return _show_form(form, 422)
    except payments.StripeUnavailable:
        return _show_form(form, 503)
    return _private("donate/card/onward.html", form=form, link=link, way=_way())


@bp.get("/<lang:lang>/donate/card/thanks/")
def thanks() -> ResponseReturnValue:
    """Thanks after a gift, and what else one can do."""
    return _private("donate/card/thanks.html", words=find_words(THANKS, current_language()), portal=_portal())


@bp.get("/<lang:lang>/donate/card/cancelled/")
def cancelled() -> ResponseReturnValue:
    """For whoever turned back on Stripe's page: nothing was paid, and what else one can do."""
    return _private("donate/card/cancelled.html")


@bp.get("/<lang:lang>/donate/card/monthly/")
def monthly() -> ResponseReturnValue:
    """How to change or end a monthly gift."""
    return render_template("donate/card/monthly.html", portal=_portal())


@bp.post("/donate/webhook")
def webhook() -> ResponseReturnValue:
    """Takes Stripe's messages, each with its signature; whoever sends anything else is refused."""
    if not payments.card_is_offered():
        abort(404)
    request.max_content_length = LONGEST_MESSAGE
    try:
        message = payments.parse_event(request.get_data(), request.headers.get("Stripe-Signature", ""))
        actions.handle_event(message)
    except payments.InvalidEvent:
        return _word("refused", 400)
    except payments.StripeUnavailable:
        # Stripe sends it again later.
        return _word("later", 503)
    return _word("heeded", 200)


def _may_be_shown() -> bool:
    """Whether it is known where the card was issued and, if in Russia, that the warning was read."""
    answers = set(request.args.getlist("from"))
    if answers == {"russia"}:
        return request.args.getlist("warned") == ["1"]
    return answers == {"elsewhere"}


def _back() -> str:
    """The path to the question and the warning that come before."""
    answer: dict[str, Any] = {"from": "russia"} if "russia" in request.args.getlist("from") else {}
    return url_for("donate.index", **answer)


def _way() -> dict[str, str]:
    """The answers that led here, as the address tells them."""
    return {name: request.args[name] for name in ("from", "warned") if name in request.args}


def _payment(form: DonateForm) -> payments.Payment:
    config = settings()
    wish = [str(form.number.data), str(form.minor), form.currency.code, str(form.frequency.data), current_language()]
    return payments.Payment(
        amount=form.minor,
        currency=form.currency.code,
        monthly=form.monthly,
        name=gettext("Donation"),
        language=current_language(),
        success_url=f"{config.site_url}{url_for('card.thanks')}",
        cancel_url=f"{config.site_url}{url_for('card.cancelled')}",
        key=keyed_hash(config.secret_key.encode(), "gift form", *wish).hex(),
    )


def _show_form(form: DonateForm, status: int = 200) -> Response:
    page = render_template(
        "donate/card/card.html", form=form, currencies=currency_choices(), way=_way(), down=status == 503
    )
    answer = make_response(page, status)
    # Each form has a number of its own.
    answer.headers["Cache-Control"] = "no-store"
    if status == 503:
        answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def _portal() -> str | None:
    portal: str | None = settings().stripe_portal_url
    return portal


def _private(template: str, **context: object) -> Response:
    """A page that says nothing in a browser's history, and that nobody keeps."""
    g.neutral_title = True
    answer = make_response(render_template(template, **context))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _word(word: str, status: int) -> ResponseReturnValue:
    return f"{word}\n", status, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
