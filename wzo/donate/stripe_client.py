"""Gifts by card: all that is said to Stripe and heard from it. No card number ever comes here.

Whoever gives goes to Stripe's own page by a link. Stripe tells of the payment by messages, which it signs.
"""

import json
import re
import time
from typing import Any, NamedTuple

import stripe
from flask import current_app
from flask_babel import gettext

from wzo.config import settings

# Its statistics would tell of our machine.
stripe.enable_telemetry = False

# Seconds to connect, and to wait for an answer; whoever gives waits no longer, nor does the process that serves.
PATIENCE = (3, 6)
# How old a signed message may be, in seconds; and how far ahead of our clock.
TOLERANCE = 300
# What marks a payment in Stripe's books as a gift that was begun here.
MARK = "gift"
# What Stripe says of an amount that it does not take.
ABOUT_THE_AMOUNT = ("amount_too_small", "amount_too_large")
MESSAGE_NUMBER = re.compile(r"[A-Za-z0-9_]{1,255}")


class StripeUnavailable(Exception):
    """Stripe does not answer, or does not work with us at the moment; nothing was paid."""


class PaymentRefused(Exception):
    """Stripe takes no payment of this amount in this currency; nothing was paid."""


class InvalidEvent(Exception):
    """A message is not Stripe's, is too old, or cannot be read."""


class Payment(NamedTuple):
    """What somebody wants to give: minor units of a currency, once or monthly.

    `name`: what it is called on Stripe's page; `language`: in which that is shown, as Stripe writes it; `key`: the same
    for the same form sent twice, which then makes one payment.
    """

    amount: int
    currency: str
    monthly: bool
    name: str
    language: str
    success_url: str
    cancel_url: str
    key: str


def card_is_offered() -> bool:
    """Whether gifts by card can be taken: both keys of Stripe are there."""
    return _settings().stripe_secret_key is not None


def why_card_is_not_offered() -> str:
    """What is missing, for whoever can mend it; nothing where the card is offered."""
    if card_is_offered():
        return ""
    return str(
        gettext(
            "Card donations are off because the Stripe keys are missing from the server’s settings: "
            "STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET."
        )
    )


def card_is_a_trial() -> bool:
    """Whether strangers are shown a card payment that Stripe only plays."""
    settings = _settings()
    return bool(settings.production and settings.stripe_secret_key and "_test_" in settings.stripe_secret_key)


def open_payment(payment: Payment) -> str:
    """Let Stripe make a page for a payment and return its address. Raises CardUnavailable or PaymentRefused."""
    price: dict[str, Any] = {
        "currency": payment.currency.lower(),
        "unit_amount": payment.amount,
        "product_data": {"name": payment.name},
    }
    wish: dict[str, Any] = {
        "mode": "subscription" if payment.monthly else "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_method_types": ["card"],
        "locale": payment.language,
        "success_url": payment.success_url,
        "cancel_url": payment.cancel_url,
        "metadata": {MARK: "1"},
    }
    if payment.monthly:
        price["recurring"] = {"interval": "month"}
        wish["subscription_data"] = {"metadata": {MARK: "1"}}
    else:
        wish["submit_type"] = "donate"
    session = _ask(lambda client: client.v1.checkout.sessions.create(wish, {"idempotency_key": payment.key}))
    if not session.url or not session.url.startswith(("https://", _settings().stripe_api_url or "https://")):
        raise StripeUnavailable
    return str(session.url)


def invoice_of(payment: str) -> str | None:
    """The number of the invoice that a payment paid; None where there is none. Raises CardUnavailable."""
    if not payment.startswith("pi_"):
        return None
    wish: Any = {"payment": {"type": "payment_intent", "payment_intent": payment}, "limit": 1}
    found = _ask(lambda client: client.v1.invoice_payments.list(wish))
    return str(found.data[0].invoice) if found.data else None


def parse_event(body: bytes, signature: str) -> dict[str, Any]:
    """A message of Stripe's, whose signature holds and is no older than five minutes. Raises BadMessage."""
    try:
        stripe.WebhookSignature.verify_header(body, signature, _settings().stripe_webhook_secret, TOLERANCE)
        message: dict[str, Any] = json.loads(body)
        whole = MESSAGE_NUMBER.fullmatch(message["id"]) and isinstance(message["data"]["object"], dict)
    except (stripe.SignatureVerificationError, LookupError, TypeError, ValueError):
        raise InvalidEvent from None
    # The library refuses what is old; where a message comes from the future, a clock is wrong.
    moment = re.search(r"\bt=([0-9]+)", signature)
    if not whole or moment is None or int(moment[1]) > time.time() + TOLERANCE:
        raise InvalidEvent
    return message


def is_donation(thing: dict[str, Any]) -> bool:
    """Whether a thing in Stripe's books was begun here; the group may use its account for more."""
    return MARK in (thing.get("metadata") or {})


def subscription_of(invoice: dict[str, Any]) -> dict[str, Any]:
    """What an invoice says of the monthly gift to which it belongs, wherever Stripe's version of the day puts it."""
    parent = invoice.get("parent") or invoice
    found: dict[str, Any] = parent.get("subscription_details") or {}
    return found


def _ask(question: Any) -> Any:
    settings = _settings()
    if settings.stripe_secret_key is None:
        raise StripeUnavailable
    client = stripe.StripeClient(
        settings.stripe_secret_key,
        base_addresses={"api": settings.stripe_api_url} if settings.stripe_api_url else None,
        max_network_retries=1,
        http_client=stripe.RequestsClient(timeout=PATIENCE),
    )
    try:
        return question(client)
    except stripe.StripeError as error:
        # Names alone: Stripe's own words may repeat what was asked.
        current_app.logger.error("Stripe refuses: %s %s", type(error).__name__, error.code)
        if error.code in ABOUT_THE_AMOUNT or (getattr(error, "param", None) or "").startswith("line_items"):
            raise PaymentRefused from None
        raise StripeUnavailable from None


def _settings() -> Any:
    return settings()
