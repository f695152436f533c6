"""All communication with Stripe. Card numbers never reach this site.

Donors follow a link to Stripe's own page (Checkout). Stripe reports payments by events, which it signs.

Its library takes 10 MB and a tenth of a second to import, so only the functions that call it do.
"""

import json
import re
import time
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import gettext

from wzo.config import settings

# Seconds to connect, and to wait for a response: the donor and a server thread wait for as long.
TIMEOUT = (3, 6)
# How old an event's signature may be, in seconds, and how far ahead of the server's clock.
TOLERANCE = 300
# The metadata key by which objects of this site are recognised in the Stripe account.
METADATA_KEY = "donation"
# Stripe's error codes for an amount that it does not accept.
AMOUNT_ERRORS = ("amount_too_small", "amount_too_large")
# Every choice about Stripe's page but Apple Pay and Google Pay. None of these is left to the dashboard, where it may be
# switched on for another purpose: donors pay the amount and the currency that they chose here, and are asked for no
# more than a card needs.
PAGE_CHOICES: dict[str, Any] = {
    "adaptive_pricing": {"enabled": False},
    "allow_promotion_codes": False,
    "allowed_payment_method_types": ["card"],
    "automatic_tax": {"enabled": False},
    "billing_address_collection": "auto",
    "consent_collection": {"terms_of_service": "none"},
    "phone_number_collection": {"enabled": False},
    "tax_id_collection": {"enabled": False},
    # Link would recognise the donor by an e-mail address, and keep the card for other shops.
    "wallet_options": {"link": {"display": "never"}},
}
EVENT_ID = re.compile(r"[A-Za-z0-9_]{1,255}")


class StripeUnavailable(Exception):
    """Stripe is not responding, or refuses our requests at the moment; nothing was paid."""


class AmountRefused(Exception):
    """Stripe does not accept this amount in this currency; nothing was paid."""


class InvalidEvent(Exception):
    """The event is not from Stripe, is too old, or cannot be parsed."""


class Checkout(NamedTuple):
    """A donation to pay for on Stripe's page: minor units of a currency, once or monthly.

    `name`: what Stripe's page calls it; `language`: the language of that page, in Stripe's notation; `idempotency_key`:
    the same for a form that is submitted twice, which then makes one payment.
    """

    amount: int
    currency: str
    monthly: bool
    name: str
    language: str
    success_url: str
    cancel_url: str
    idempotency_key: str


def accepts_cards() -> bool:
    """Whether card donations are possible: Stripe's keys are set."""
    return settings().stripe_secret_key is not None


def why_cards_are_not_accepted() -> str:
    """The missing settings, in a sentence for administrators; empty if card donations are possible."""
    if accepts_cards():
        return ""
    return str(
        gettext(
            "Card donations are off because the Stripe keys are missing from the server’s settings: "
            "STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET."
        )
    )


def uses_test_key() -> bool:
    """Whether a public site uses a test key, with which donors pay nothing."""
    config = settings()
    return bool(config.production and config.stripe_secret_key and "_test_" in config.stripe_secret_key)


def create_checkout_session(checkout: Checkout) -> str:
    """Create a Checkout Session and return the URL of its page. Raises StripeUnavailable or AmountRefused."""
    price: dict[str, Any] = {
        "currency": checkout.currency.lower(),
        "unit_amount": checkout.amount,
        "product_data": {"name": checkout.name},
    }
    metadata = {METADATA_KEY: "1"}
    params: dict[str, Any] = {
        **PAGE_CHOICES,
        "line_items": [{"price_data": price, "quantity": 1}],
        "locale": checkout.language,
        "success_url": checkout.success_url,
        "cancel_url": checkout.cancel_url,
        "metadata": metadata,
    }
    if checkout.monthly:
        price["recurring"] = {"interval": "month"}
        params |= {
            "mode": "subscription",
            "submit_type": "subscribe",
            "payment_method_collection": "always",
            "subscription_data": {"metadata": metadata},
        }
    else:
        params |= {
            "mode": "payment",
            "submit_type": "donate",
            "customer_creation": "if_required",
            "invoice_creation": {"enabled": False},
        }
    options = {"idempotency_key": checkout.idempotency_key}
    session = _request(lambda client: client.v1.checkout.sessions.create(params, options))
    if not session.url or not session.url.startswith(("https://", settings().stripe_api_url or "https://")):
        raise StripeUnavailable
    return str(session.url)


def find_invoice(payment_id: str) -> str | None:
    """The id of the invoice that a payment intent paid, or None. Raises StripeUnavailable."""
    if not payment_id.startswith("pi_"):
        return None
    params: Any = {"payment": {"type": "payment_intent", "payment_intent": payment_id}, "limit": 1}
    found = _request(lambda client: client.v1.invoice_payments.list(params))
    return str(found.data[0].invoice) if found.data else None


def verify_event(body: bytes, signature: str) -> dict[str, Any]:
    """Verify that an event is signed by Stripe and at most five minutes old; returns it. Raises InvalidEvent."""
    import stripe

    try:
        stripe.WebhookSignature.verify_header(body, signature, settings().stripe_webhook_secret, TOLERANCE)
        event: dict[str, Any] = json.loads(body)
        complete = EVENT_ID.fullmatch(event["id"]) and isinstance(event["data"]["object"], dict)
    except (stripe.SignatureVerificationError, LookupError, TypeError, ValueError):
        raise InvalidEvent from None
    # The library refuses old timestamps, but not those from the future.
    timestamp = re.search(r"\bt=([0-9]+)", signature)
    if not complete or timestamp is None or int(timestamp[1]) > time.time() + TOLERANCE:
        raise InvalidEvent
    return event


def is_donation(stripe_object: dict[str, Any]) -> bool:
    """Whether a Stripe object was created by this site; the group may use its account for other payments too."""
    return METADATA_KEY in (stripe_object.get("metadata") or {})


def subscription_details(invoice: dict[str, Any]) -> dict[str, Any]:
    """The details of the subscription that an invoice belongs to, wherever the API version puts them."""
    parent = invoice.get("parent") or invoice
    details: dict[str, Any] = parent.get("subscription_details") or {}
    return details


def _request(call: Any) -> Any:
    """Call a method of Stripe's API. Raises StripeUnavailable or AmountRefused."""
    import stripe

    config = settings()
    if config.stripe_secret_key is None:
        raise StripeUnavailable
    # Telemetry would identify our server.
    stripe.enable_telemetry = False
    client = stripe.StripeClient(
        config.stripe_secret_key,
        base_addresses={"api": config.stripe_api_url} if config.stripe_api_url else None,
        max_network_retries=1,
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
    )
    try:
        return call(client)
    except stripe.StripeError as error:
        # Stripe's message is not logged, because it may repeat the request.
        current_app.logger.error("A request to Stripe failed: %s %s", type(error).__name__, error.code)
        if error.code in AMOUNT_ERRORS or (getattr(error, "param", None) or "").startswith("line_items"):
            raise AmountRefused from None
        raise StripeUnavailable from None
