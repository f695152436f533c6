"""Card donations: the form, the link to Stripe's page, the pages after it, and Stripe's webhook."""

from typing import Any

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext, lazy_gettext

from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.donate import stripe_client
from wzo.donate.card import actions
from wzo.donate.card.forms import DonateForm, currency_choices, find_currency
from wzo.donate.queries import THANKS
from wzo.errors import RETRY_AFTER
from wzo.i18n import current_language
from wzo.page_cache.policy import public_page
from wzo.pages.queries import find_text
from wzo.privacy import not_cached, private_page

bp = Blueprint("card", __name__)

MAX_EVENT_BYTES = 256 * 1024


@bp.route("/<lang:lang>/donate/card/", methods=["GET", "POST"])
def card() -> ResponseReturnValue:
    """How much to give, and how often; once submitted, a page with the link to Stripe, which names its target."""
    if not (stripe_client.accepts_cards() and _may_be_shown()):
        return redirect(_question_path(), 303)
    # The page in the other language does not repeat the question where the card was issued.
    g.page_arguments = _step_arguments()
    currency = find_currency(request.values.get("currency"))
    form = DonateForm(request.form, currency)
    if request.method == "GET":
        return _show_form(form)
    if not form.validate():
        return _show_form(form, 422)
    try:
        link = stripe_client.create_checkout_session(_checkout(form))
    except stripe_client.AmountRefused:
        form.amount.errors = [lazy_gettext("Stripe does not take this amount in this currency. Choose another.")]
        return _show_form(form, 422)
    except stripe_client.StripeUnavailable:
        return _show_form(form, 503)
    return private_page("donate/card/onward.html", form=form, link=link, step_arguments=_step_arguments())


@bp.get("/<lang:lang>/donate/card/thanks/")
def thanks() -> ResponseReturnValue:
    """Thanks after a donation, and other ways to help."""
    return private_page("donate/card/thanks.html", text=find_text(THANKS, current_language()), portal=_portal_url())


@bp.get("/<lang:lang>/donate/card/cancelled/")
def cancelled() -> ResponseReturnValue:
    """For a donor who cancelled at Stripe: nothing was paid, and there are other ways to help."""
    return private_page("donate/card/cancelled.html")


@bp.get("/<lang:lang>/donate/card/monthly/")
@public_page()
def monthly() -> ResponseReturnValue:
    """How to change or end a monthly donation."""
    return render_template("donate/card/monthly.html", portal=_portal_url())


@bp.post("/donate/webhook")
def webhook() -> ResponseReturnValue:
    """Receives Stripe's events; rejects anything that is not signed by Stripe."""
    if not stripe_client.accepts_cards():
        abort(404)
    request.max_content_length = MAX_EVENT_BYTES
    try:
        event = stripe_client.verify_event(request.get_data(), request.headers.get("Stripe-Signature", ""))
        actions.handle_event(event)
    except stripe_client.InvalidEvent:
        return _plain_text("invalid event", 400)
    except stripe_client.StripeUnavailable:
        # Stripe sends the event again later.
        return _plain_text("try again later", 503)
    return _plain_text("handled", 200)


def _may_be_shown() -> bool:
    """Whether the URL says where the card was issued and, if in Russia, that the warning was read."""
    answers = set(request.args.getlist("from"))
    if answers == {"russia"}:
        return request.args.getlist("warned") == ["1"]
    return answers == {"elsewhere"}


def _question_path() -> str:
    """The path to the question, or to the warning if it was answered with Russia."""
    arguments: dict[str, Any] = {"from": "russia"} if "russia" in request.args.getlist("from") else {}
    return url_for("donate.index", **arguments)


def _step_arguments() -> dict[str, str]:
    """The URL arguments of the form."""
    return {name: request.args[name] for name in ("from", "warned") if name in request.args}


def _checkout(form: DonateForm) -> stripe_client.Checkout:
    config, language = settings(), current_language()
    choices = [str(form.form_id.data), str(form.minor), form.currency.code, str(form.frequency.data), language]
    return stripe_client.Checkout(
        amount=form.minor,
        currency=form.currency.code,
        monthly=form.monthly,
        name=gettext("Donation"),
        language=language,
        success_url=f"{config.site_url}{url_for('card.thanks')}",
        cancel_url=f"{config.site_url}{url_for('card.cancelled')}",
        idempotency_key=keyed_hash(config.secret_key.encode(), "donation form", *choices).hex(),
    )


def _show_form(form: DonateForm, status: int = 200) -> Response:
    page = render_template(
        "donate/card/card.html",
        form=form,
        currencies=currency_choices(),
        step_arguments=_step_arguments(),
        unavailable=status == 503,
    )
    # A cached form would use its form_id again, and so Stripe's idempotency key.
    response = not_cached(make_response(page, status))
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def _portal_url() -> str | None:
    url: str | None = settings().stripe_portal_url
    return url


def _plain_text(text: str, status: int) -> ResponseReturnValue:
    return f"{text}\n", status, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
