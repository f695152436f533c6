"""Handles Stripe's events: each payment is counted once, however many events report it and in whatever order.

The event's id shows whether it was handled already; the hashed id of the payment, whether another event has reported
the same payment. Recorded amounts never decrease, so events can be handled in any order.
"""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.donate import stripe_client
from wzo.donate.card.models import CardDonation, CardDonationDay, DonationKind, Outcome, StripeEvent
from wzo.donate.card.queries import is_handled
from wzo.extensions import db, upsert, write_transaction


class ParsedEvent(NamedTuple):
    """What an event reports: its outcome, the amount in minor units and, for payments and refunds, the payment's id.

    The payment of a monthly donation is identified by its invoice.
    """

    outcome: Outcome
    amount: int
    currency: str
    payment_id: str | None = None
    kind: DonationKind | None = None


def handle_event(event: dict[str, Any]) -> None:
    """Handle a verified event once; ignore it if it does not concern a donation.

    Raises InvalidEvent if it cannot be parsed. Raises StripeUnavailable if Stripe has to be asked which donation was
    refunded and does not respond: nothing has been changed then, and Stripe sends the event again.
    """
    try:
        parsed = _parse(event)
        day = datetime.fromtimestamp(int(event["created"]), UTC).date()
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError):
        raise stripe_client.InvalidEvent from None
    if parsed is None or is_handled(event["id"]):
        return
    payment_id = parsed.payment_id
    if parsed.outcome is Outcome.REFUNDED and payment_id and not _is_known(payment_id):
        # A payment of a monthly donation is stored under its invoice, which the refund does not name.
        db.session.rollback()
        payment_id = stripe_client.find_invoice(payment_id) or payment_id
    with write_transaction():
        if _record(event["id"], parsed, day) and payment_id and parsed.amount:
            _apply(parsed, hash_payment(payment_id), day)


def hash_payment(payment_id: str) -> bytes:
    """Hash the id of a payment or an invoice for the database, with the site's secret key."""
    key = settings().secret_key.encode()
    return keyed_hash(key, "payment", payment_id)


def _parse(event: dict[str, Any]) -> ParsedEvent | None:
    """Parse an event; None if it does not concern a donation."""
    obj = event["data"]["object"]
    match event["type"]:
        case "checkout.session.completed" | "checkout.session.async_payment_succeeded":
            return _parse_checkout(obj)
        case "invoice.paid" if _is_monthly_donation(obj):
            kind = DonationKind.FIRST_MONTHLY if _is_first(obj) else DonationKind.RENEWAL
            return ParsedEvent(Outcome.PAID, _amount(obj, "amount_paid"), _currency(obj), obj["id"], kind)
        case "charge.refunded":
            payment_id = obj.get("invoice") or obj.get("payment_intent") or obj["id"]
            return ParsedEvent(Outcome.REFUNDED, _amount(obj, "amount_refunded"), _currency(obj), payment_id)
        # If the first payment fails, the donor sees it at once and can use another card.
        case "invoice.payment_failed" if _is_monthly_donation(obj) and not _is_first(obj):
            return ParsedEvent(Outcome.FAILED, _amount(obj, "amount_due"), _currency(obj))
        case "customer.subscription.deleted" if stripe_client.is_donation(obj):
            items = obj["items"]["data"]
            amount = sum((item["price"]["unit_amount"] or 0) * item.get("quantity", 1) for item in items)
            return ParsedEvent(Outcome.ENDED, amount, _currency(obj))
    return None


def _parse_checkout(session: dict[str, Any]) -> ParsedEvent | None:
    monthly = session["mode"] == "subscription"
    payment_id = session.get("invoice") if monthly else session.get("payment_intent")
    if not stripe_client.is_donation(session) or session["payment_status"] != "paid" or not payment_id:
        return None
    kind = DonationKind.FIRST_MONTHLY if monthly else DonationKind.ONCE
    return ParsedEvent(Outcome.PAID, _amount(session, "amount_total"), _currency(session), payment_id, kind)


def _is_monthly_donation(invoice: dict[str, Any]) -> bool:
    return stripe_client.is_donation(stripe_client.subscription_details(invoice))


def _is_first(invoice: dict[str, Any]) -> bool:
    return bool(invoice["billing_reason"] == "subscription_create")


def _amount(obj: dict[str, Any], name: str) -> int:
    amount = int(obj[name])
    if not 0 <= amount < 2**53:
        raise ValueError(name)
    return amount


def _currency(obj: dict[str, Any]) -> str:
    code = str(obj["currency"]).upper()
    if not (code.isascii() and code.isalpha() and len(code) == 3):
        raise ValueError("currency")
    return code


def _is_known(payment_id: str) -> bool:
    return db.session.get(CardDonation, hash_payment(payment_id)) is not None


def _record(event_id: str, parsed: ParsedEvent, day: date) -> bool:
    """Record that an event is handled; returns False if another process has just done so."""
    values = {"outcome": parsed.outcome, "amount": parsed.amount, "currency": parsed.currency, "day": day}
    recorded = db.session.execute(
        upsert(StripeEvent).values(event_id=event_id, **values).on_conflict_do_nothing().returning(StripeEvent.event_id)
    )
    return recorded.first() is not None


def _apply(parsed: ParsedEvent, payment_hash: bytes, day: date) -> None:
    """Apply a payment or a refund to its donation, which is locked, and to the total of the donation's day."""
    db.session.execute(
        upsert(CardDonation)
        .values(payment_hash=payment_hash, kind="", amount=0, refunded=0, currency=parsed.currency, day=day)
        .on_conflict_do_nothing()
    )
    donation = db.session.scalars(
        select(CardDonation)
        .where(CardDonation.payment_hash == payment_hash)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    before = donation.net
    if parsed.outcome is Outcome.REFUNDED:
        # Stripe reports the total of all refunds.
        donation.refunded = max(donation.refunded, parsed.amount)
    elif not donation.amount:
        donation.amount, donation.kind = parsed.amount, parsed.kind or ""
        donation.currency, donation.day = parsed.currency, day
    if donation.net != before:
        _add_to_day(donation.day, donation.currency, donation.net - before)


def _add_to_day(day: date, currency: str, amount: int) -> None:
    statement = upsert(CardDonationDay).values(day=day, currency=currency, amount=amount)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[CardDonationDay.day, CardDonationDay.currency],
            set_={"amount": CardDonationDay.amount + statement.excluded.amount},
        )
    )
