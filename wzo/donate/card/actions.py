"""What Stripe's messages do: a payment counts once, however often, late and in whatever order it is told of.

The message's number says whether it has been heeded; the payment's number, hashed, whether another message has told of
the same payment. What is known of a payment only ever grows, so the order of the messages makes no difference.
"""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.donate import stripe_client
from wzo.donate.card.models import CardDonation, CardDonationDay, DonationKind, EventType, StripeEvent
from wzo.donate.card.queries import is_handled
from wzo.extensions import db, upsert, write_transaction


class ParsedEvent(NamedTuple):
    """What a message tells: of which payment, or none; how much in minor units of which currency."""

    event_type: EventType
    amount: int
    currency: str
    payment: str | None = None
    kind: DonationKind | None = None


def handle_event(message: dict[str, Any]) -> None:
    """Do what a message of Stripe's asks for, once; nothing where it is of no concern to us.

    The message must have proved to be Stripe's. Raises card.BadMessage where it cannot be read; and where Stripe has to
    be asked which gift was given back, and does not answer, card.CardUnavailable: nothing was done then, and Stripe
    sends the message again.
    """
    try:
        told = _read(message)
        day = datetime.fromtimestamp(int(message["created"]), UTC).date()
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError):
        raise stripe_client.InvalidEvent from None
    if told is None or is_handled(message["id"]):
        return
    payment = told.payment
    if told.event_type is EventType.REFUNDED and payment and not _is_known(payment):
        # A monthly gift is known by its invoice, of which a refund says nothing.
        db.session.rollback()
        payment = stripe_client.invoice_of(payment) or payment
    with write_transaction():
        if _note(message["id"], told, day) and payment and told.amount:
            _apply(told, payment_hash(payment), day)


def payment_hash(payment: str) -> bytes:
    """The number of a payment, or of an invoice, as it is kept: it leads nowhere without the key of this site."""
    key = settings().secret_key.encode()
    return keyed_hash(key, "payment", payment)


def _read(message: dict[str, Any]) -> ParsedEvent | None:
    """What a message tells, where it concerns our gifts."""
    kind, thing = message["type"], message["data"]["object"]
    if kind in ("checkout.session.completed", "checkout.session.async_payment_succeeded"):
        monthly = thing["mode"] == "subscription"
        payment = thing.get("invoice") if monthly else thing.get("payment_intent")
        if not stripe_client.is_donation(thing) or thing["payment_status"] != "paid" or not payment:
            return None
        gift = DonationKind.MONTHLY if monthly else DonationKind.ONCE
        return ParsedEvent(EventType.PAID, _amount(thing, "amount_total"), _currency(thing), payment, gift)
    if kind == "invoice.paid" and stripe_client.is_donation(stripe_client.subscription_of(thing)):
        first = thing["billing_reason"] == "subscription_create"
        gift = DonationKind.MONTHLY if first else DonationKind.RENEWAL
        return ParsedEvent(EventType.PAID, _amount(thing, "amount_paid"), _currency(thing), thing["id"], gift)
    if kind == "charge.refunded":
        payment = thing.get("invoice") or thing.get("payment_intent") or thing["id"]
        return ParsedEvent(EventType.REFUNDED, _amount(thing, "amount_refunded"), _currency(thing), payment)
    if kind == "invoice.payment_failed" and stripe_client.is_donation(stripe_client.subscription_of(thing)):
        # The first payment fails before the donor's eyes, who can try another card.
        later = thing["billing_reason"] != "subscription_create"
        return ParsedEvent(EventType.FAILED, _amount(thing, "amount_due"), _currency(thing)) if later else None
    if kind == "customer.subscription.deleted" and stripe_client.is_donation(thing):
        amount = sum((item["price"]["unit_amount"] or 0) * item.get("quantity", 1) for item in thing["items"]["data"])
        return ParsedEvent(EventType.ENDED, amount, _currency(thing))
    return None


def _amount(thing: dict[str, Any], name: str) -> int:
    amount = int(thing[name])
    if not 0 <= amount < 2**53:
        raise ValueError(name)
    return amount


def _currency(thing: dict[str, Any]) -> str:
    code = str(thing["currency"]).upper()
    if not (code.isascii() and code.isalpha() and len(code) == 3):
        raise ValueError("currency")
    return code


def _is_known(payment: str) -> bool:
    return db.session.get(CardDonation, payment_hash(payment)) is not None


def _note(event_id: str, told: ParsedEvent, day: date) -> bool:
    """Write down that a message was heeded; False where it was already, perhaps a moment ago by another process."""
    noted = db.session.execute(
        upsert(StripeEvent)
        .values(event_id=event_id, event_type=told.event_type, amount=told.amount, currency=told.currency, day=day)
        .on_conflict_do_nothing()
        .returning(StripeEvent.event_id)
    )
    return noted.first() is not None


def _apply(told: ParsedEvent, key: bytes, day: date) -> None:
    """Let a payment or a refund count: on the gift's row, which is locked, and in the sum of its day."""
    db.session.execute(
        upsert(CardDonation)
        .values(payment_hash=key, kind="", amount=0, refunded=0, currency=told.currency, day=day)
        .on_conflict_do_nothing()
    )
    gift = db.session.scalars(
        select(CardDonation)
        .where(CardDonation.payment_hash == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    before = gift.kept
    if told.event_type is EventType.REFUNDED:
        # Stripe tells how much was given back in all.
        gift.refunded = max(gift.refunded, told.amount)
    elif not gift.amount:
        gift.amount, gift.kind, gift.currency, gift.day = told.amount, told.kind or "", told.currency, day
    if gift.kept == before:
        return
    step = upsert(CardDonationDay).values(day=gift.day, currency=gift.currency, amount=gift.kept - before)
    db.session.execute(
        step.on_conflict_do_update(
            index_elements=[CardDonationDay.day, CardDonationDay.currency],
            set_={"amount": CardDonationDay.amount + step.excluded.amount},
        )
    )
