"""Reads card donations."""

from datetime import date

from sqlalchemy import func, select

from wzo.donate.card.models import CardDonationDay, StripeEvent
from wzo.extensions import db


def sum_card_donations(since: date, until: date) -> dict[str, int]:
    """The total of donations from one day to another, both included, net of refunds: minor units by currency.

    Refunds are deducted from the day of the donation. Currencies are ISO 4217 codes in capitals.
    """
    rows = db.session.execute(
        select(CardDonationDay.currency, func.sum(CardDonationDay.amount).label("amount"))
        .where(CardDonationDay.day.between(since, until))
        .group_by(CardDonationDay.currency)
        .order_by(CardDonationDay.currency)
    )
    return {row.currency: int(row.amount) for row in rows if row.amount}


def is_handled(event_id: str) -> bool:
    """Whether an event was handled already."""
    return db.session.get(StripeEvent, event_id) is not None
