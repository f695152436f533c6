"""Handles Stripe's events: each payment, refund and dispute is counted once, however many events report it.

Events arrive in any order, late and more than once. The event's id shows whether it was handled already; the hashed id
of the payment, refund or dispute, whether another event has reported the same one. A report is stored only
if it is more advanced than the stored one, and the rest of a payment is computed from all its stored reports.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.donate import stripe_client
from wzo.donate.card.deductions import compute_deducted
from wzo.donate.card.events import ParsedEvent, ReportedDeduction, parse_event
from wzo.donate.card.models import CardDonation, CardDonationDay, Deduction, StripeEvent
from wzo.donate.card.queries import is_handled
from wzo.extensions import db, upsert, write_transaction
from wzo.transaction_retries import retry_transaction


def handle_event(event: dict[str, Any]) -> None:
    """Handle a verified event once; ignore it if it does not concern a donation.

    Raises InvalidEvent if it cannot be parsed. Raises StripeUnavailable if Stripe has to be asked which donation was
    refunded or disputed and does not respond: nothing has been changed then, and Stripe sends the event again.
    """
    try:
        parsed = parse_event(event)
        day = datetime.fromtimestamp(int(event["created"]), UTC).date()
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError):
        raise stripe_client.InvalidEvent from None
    if parsed is None or is_handled(event["id"]):
        return
    payment_id = parsed.payment_id
    if parsed.deduction and payment_id and not _known_hash(payment_id):
        # A payment of a monthly donation is stored under its invoice, which refunds and disputes do not name.
        db.session.rollback()
        payment_id = stripe_client.find_invoice(payment_id) or payment_id
    _handle_once(event["id"], parsed, payment_id, day)


@retry_transaction
def _handle_once(event_id: str, parsed: ParsedEvent, payment_id: str | None, day: date) -> None:
    with write_transaction():
        if _record(event_id, parsed, day) and payment_id and parsed.amount:
            _apply(parsed, _known_hash(payment_id) or hash_payment(payment_id), day)


def hash_payment(payment_id: str) -> bytes:
    """Hash the id of a payment or an invoice for the database, with the site's secret key."""
    return _hashes("payment", payment_id)[0]


def _hashes(purpose: str, stripe_id: str) -> list[bytes]:
    """The hash with the current key, and that with the one before it, so that a refund finds an earlier donation."""
    return [keyed_hash(key.encode(), purpose, stripe_id) for key in settings().secret_keys]


def _known_hash(payment_id: str) -> bytes | None:
    """The hash under which a payment is recorded; None if it is not."""
    hashes = _hashes("payment", payment_id)
    return db.session.scalar(select(CardDonation.payment_hash).where(CardDonation.payment_hash.in_(hashes)))


def _record(event_id: str, parsed: ParsedEvent, day: date) -> bool:
    """Record that an event is handled; returns False if another process has just done so."""
    values = {"outcome": parsed.outcome, "amount": parsed.amount, "currency": parsed.currency, "day": day}
    recorded = db.session.execute(
        upsert(StripeEvent).values(event_id=event_id, **values).on_conflict_do_nothing().returning(StripeEvent.event_id)
    )
    return recorded.first() is not None


def _apply(parsed: ParsedEvent, payment_hash: bytes, day: date) -> None:
    """Apply a report to its donation, which is locked, and to the total of the donation's day."""
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
    before = (donation.day, donation.currency, donation.net)
    if parsed.deduction:
        _keep_latest(parsed.deduction, parsed.currency, payment_hash)
    else:
        _set_payment(donation, parsed, day)
    deductions = db.session.scalars(select(Deduction).where(Deduction.payment_hash == payment_hash))
    donation.refunded, donation.disputed = compute_deducted(donation.amount, donation.currency, deductions)
    after = (donation.day, donation.currency, donation.net)
    if after != before:
        _add_to_day(*before, sign=-1)
        _add_to_day(*after)


def _set_payment(donation: CardDonation, parsed: ParsedEvent, day: date) -> None:
    """Set the paid amount. Two events report the first payment of a monthly donation, perhaps around midnight."""
    donation.day = min(donation.day, day) if donation.amount else day
    if not donation.amount:
        donation.amount, donation.kind, donation.currency = parsed.amount, parsed.kind or "", parsed.currency


def _keep_latest(reported: ReportedDeduction, currency: str, payment_hash: bytes) -> None:
    """Record a report about a refund or a dispute of a locked donation, unless a more advanced one is stored."""
    hashes = _hashes(reported.kind, reported.object_id)
    known = db.session.scalar(select(Deduction).where(Deduction.deduction_hash.in_(hashes)))
    if known is None:
        known = Deduction(deduction_hash=hashes[0], payment_hash=payment_hash, kind=reported.kind, progress=-1)
        db.session.add(known)
    if reported.progress > known.progress:
        known.progress, known.currency, known.charged = reported.progress, currency, reported.charged
        known.reported, known.amount = reported.reported, reported.amount
        db.session.flush()


def _add_to_day(day: date, currency: str, amount: int, *, sign: int = 1) -> None:
    if not amount:
        return
    statement = upsert(CardDonationDay).values(day=day, currency=currency, amount=sign * amount)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[CardDonationDay.day, CardDonationDay.currency],
            set_={"amount": CardDonationDay.amount + statement.excluded.amount},
        )
    )
