"""What Stripe's messages do: a payment counts once, however often, late and in whatever order it is told of.

The message's number says whether it has been heeded; the payment's number, hashed, whether another message has told of
the same payment. What is known of a payment only ever grows, so the order of the messages makes no difference.
"""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import select

from wzo.crypto import keyed_hash
from wzo.donate import card
from wzo.donate.gifts.models import Gift, GiftDay, GiftKind, GiftMessage, Tidings
from wzo.donate.gifts.queries import is_heeded
from wzo.extensions import db, upsert, write_transaction


class Told(NamedTuple):
    """What a message tells: of which payment, or none; how much in minor units of which currency."""

    tidings: Tidings
    amount: int
    currency: str
    payment: str | None = None
    kind: GiftKind | None = None


def heed_message(message: dict[str, Any]) -> None:
    """Do what a message of Stripe's asks for, once; nothing where it is of no concern to us.

    The message must have proved to be Stripe's. Raises card.BadMessage where it cannot be read; and where Stripe has to
    be asked which gift was given back, and does not answer, card.CardUnavailable: nothing was done then, and Stripe
    sends the message again.
    """
    try:
        told = _read(message)
        day = datetime.fromtimestamp(int(message["created"]), UTC).date()
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError):
        raise card.BadMessage from None
    if told is None or is_heeded(message["id"]):
        return
    payment = told.payment
    if told.tidings is Tidings.REFUNDED and payment and not _is_known(payment):
        # A monthly gift is known by its invoice, of which a refund says nothing.
        db.session.rollback()
        payment = card.invoice_of(payment) or payment
    with write_transaction():
        if _note(message["id"], told, day) and payment and told.amount:
            _apply(told, payment_hash(payment), day)


def payment_hash(payment: str) -> bytes:
    """The number of a payment, or of an invoice, as it is kept: it leads nowhere without the key of this site."""
    key = current_app.config["SETTINGS"].secret_key.encode()
    return keyed_hash(key, "payment", payment)


def _read(message: dict[str, Any]) -> Told | None:
    """What a message tells, where it concerns our gifts."""
    kind, thing = message["type"], message["data"]["object"]
    if kind in ("checkout.session.completed", "checkout.session.async_payment_succeeded"):
        monthly = thing["mode"] == "subscription"
        payment = thing.get("invoice") if monthly else thing.get("payment_intent")
        if not card.is_gift(thing) or thing["payment_status"] != "paid" or not payment:
            return None
        gift = GiftKind.MONTHLY if monthly else GiftKind.ONCE
        return Told(Tidings.PAID, _amount(thing, "amount_total"), _currency(thing), payment, gift)
    if kind == "invoice.paid" and card.is_gift(card.subscription_of(thing)):
        first = thing["billing_reason"] == "subscription_create"
        gift = GiftKind.MONTHLY if first else GiftKind.RENEWAL
        return Told(Tidings.PAID, _amount(thing, "amount_paid"), _currency(thing), thing["id"], gift)
    if kind == "charge.refunded":
        payment = thing.get("invoice") or thing.get("payment_intent") or thing["id"]
        return Told(Tidings.REFUNDED, _amount(thing, "amount_refunded"), _currency(thing), payment)
    if kind == "invoice.payment_failed" and card.is_gift(card.subscription_of(thing)):
        # The first payment fails before the donor's eyes, who can try another card.
        later = thing["billing_reason"] != "subscription_create"
        return Told(Tidings.FAILED, _amount(thing, "amount_due"), _currency(thing)) if later else None
    if kind == "customer.subscription.deleted" and card.is_gift(thing):
        amount = sum((item["price"]["unit_amount"] or 0) * item.get("quantity", 1) for item in thing["items"]["data"])
        return Told(Tidings.ENDED, amount, _currency(thing))
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
    return db.session.get(Gift, payment_hash(payment)) is not None


def _note(event_id: str, told: Told, day: date) -> bool:
    """Write down that a message was heeded; False where it was already, perhaps a moment ago by another process."""
    noted = db.session.execute(
        upsert(GiftMessage)
        .values(event_id=event_id, tidings=told.tidings, amount=told.amount, currency=told.currency, day=day)
        .on_conflict_do_nothing()
        .returning(GiftMessage.event_id)
    )
    return noted.first() is not None


def _apply(told: Told, key: bytes, day: date) -> None:
    """Let a payment or a refund count: on the gift's row, which is locked, and in the sum of its day."""
    db.session.execute(
        upsert(Gift)
        .values(payment_hash=key, kind="", amount=0, refunded=0, currency=told.currency, day=day)
        .on_conflict_do_nothing()
    )
    gift = db.session.scalars(
        select(Gift).where(Gift.payment_hash == key).with_for_update().execution_options(populate_existing=True)
    ).one()
    before = gift.kept
    if told.tidings is Tidings.REFUNDED:
        # Stripe tells how much was given back in all.
        gift.refunded = max(gift.refunded, told.amount)
    elif not gift.amount:
        gift.amount, gift.kind, gift.currency, gift.day = told.amount, told.kind or "", told.currency, day
    if gift.kept == before:
        return
    step = upsert(GiftDay).values(day=gift.day, currency=gift.currency, amount=gift.kept - before)
    db.session.execute(
        step.on_conflict_do_update(
            index_elements=[GiftDay.day, GiftDay.currency], set_={"amount": GiftDay.amount + step.excluded.amount}
        )
    )
