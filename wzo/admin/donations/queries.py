"""Reads the monthly totals of card donations for the panel."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from wzo.donate.card.models import CardDonation, DonationKind, Outcome, StripeEvent
from wzo.extensions import AnyRow, AnySelect, db

MONTHS = 12


@dataclass
class Month:
    """The totals of a month in one currency, an ISO 4217 code: amounts in minor units, and numbers of donations.

    Refunds and disputes are deducted from the month of the donation. A monthly donation is `started` by its first
    payment and `renewed` by each later one; `failed` are renewals that the card refused, `ended` monthly donations that
    were ended.
    """

    first: date
    currency: str
    once: int = 0
    started: int = 0
    renewed: int = 0
    amount: int = 0
    refunded: int = 0
    disputed: int = 0
    failed: int = 0
    ended: int = 0

    @property
    def net(self) -> int:
        return self.amount - self.refunded - self.disputed


COLUMNS_BY_KIND = {DonationKind.ONCE: "once", DonationKind.FIRST_MONTHLY: "started", DonationKind.RENEWAL: "renewed"}
COLUMNS_BY_OUTCOME = {Outcome.FAILED: "failed", Outcome.ENDED: "ended"}


def get_months(until: date) -> list[Month]:
    """The totals of the last twelve months that had any donations, newest first; one row for each currency."""
    start = _first_of(until, MONTHS - 1)
    months: dict[tuple[date, str], Month] = {}

    def month_of(row: AnyRow) -> Month:
        key = (row.day.replace(day=1), row.currency)
        return months.setdefault(key, Month(*key))

    for row in db.session.execute(_donations_by_day(start)):
        month, column = month_of(row), COLUMNS_BY_KIND[DonationKind(row.kind)]
        setattr(month, column, getattr(month, column) + row.number)
        month.amount += int(row.amount)
        month.refunded += int(row.refunded)
        month.disputed += int(row.disputed)
    for row in db.session.execute(_events_by_day(start)):
        month, column = month_of(row), COLUMNS_BY_OUTCOME[Outcome(row.outcome)]
        setattr(month, column, getattr(month, column) + row.number)
    return [months[key] for key in sorted(months, key=lambda key: (-key[0].toordinal(), key[1]))]


def _donations_by_day(start: date) -> AnySelect:
    return (
        select(
            CardDonation.day,
            CardDonation.currency,
            CardDonation.kind,
            func.count().label("number"),
            func.sum(CardDonation.amount).label("amount"),
            func.sum(CardDonation.refunded).label("refunded"),
            func.sum(CardDonation.disputed).label("disputed"),
        )
        .where(CardDonation.day >= start, CardDonation.kind != "")
        .group_by(CardDonation.day, CardDonation.currency, CardDonation.kind)
    )


def _events_by_day(start: date) -> AnySelect:
    return (
        select(StripeEvent.day, StripeEvent.currency, StripeEvent.outcome, func.count().label("number"))
        .where(StripeEvent.day >= start, StripeEvent.outcome.in_(COLUMNS_BY_OUTCOME))
        .group_by(StripeEvent.day, StripeEvent.currency, StripeEvent.outcome)
    )


def _first_of(day: date, months_ago: int) -> date:
    """The first day of the month that is `months_ago` months before a day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months_ago, 12)
    return date(years, month + 1, 1)
