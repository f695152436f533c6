"""What the panel reads of the gifts by card."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from wzo.donate.card.models import CardDonation, DonationKind, EventType, StripeEvent
from wzo.extensions import db

MONTHS = 12


@dataclass
class Month:
    """A month in one currency, an ISO 4217 code; amounts in minor units, the others are numbers of gifts.

    What was given back lessens the month of the gift. A monthly gift `began` with its first payment and was `renewed`
    by each later one; `failed`: renewals that the card refused; `ended`: monthly gifts that are no more.
    """

    first: date
    currency: str
    once: int = 0
    began: int = 0
    renewed: int = 0
    given: int = 0
    given_back: int = 0
    failed: int = 0
    ended: int = 0

    @property
    def left(self) -> int:
        return self.given - self.given_back


NUMBERS = {DonationKind.ONCE: "once", DonationKind.MONTHLY: "began", DonationKind.RENEWAL: "renewed"}
TIDINGS = {EventType.FAILED: "failed", EventType.ENDED: "ended"}


def get_months(until: date) -> list[Month]:
    """The months in which anything happened, of the last twelve, newest first; a row for each currency."""
    start = _first_of(until, MONTHS - 1)
    found: dict[tuple[date, str], Month] = {}

    def month(day: date, currency: str) -> Month:
        first = day.replace(day=1)
        return found.setdefault((first, currency), Month(first, currency))

    gifts = select(
        CardDonation.day,
        CardDonation.currency,
        CardDonation.kind,
        func.count().label("number"),
        func.sum(CardDonation.amount).label("given"),
        func.sum(CardDonation.refunded).label("given_back"),
    ).where(CardDonation.day >= start, CardDonation.kind != "")
    for row in db.session.execute(gifts.group_by(CardDonation.day, CardDonation.currency, CardDonation.kind)):
        one, name = month(row.day, row.currency), NUMBERS[DonationKind(row.kind)]
        setattr(one, name, getattr(one, name) + row.number)
        one.given += int(row.given)
        one.given_back += int(row.given_back)
    told = select(StripeEvent.day, StripeEvent.currency, StripeEvent.event_type, func.count().label("number")).where(
        StripeEvent.day >= start, StripeEvent.event_type.in_(TIDINGS)
    )
    for news in db.session.execute(told.group_by(StripeEvent.day, StripeEvent.currency, StripeEvent.event_type)):
        one, name = month(news.day, news.currency), TIDINGS[EventType(news.event_type)]
        setattr(one, name, getattr(one, name) + news.number)
    return [found[key] for key in sorted(found, key=lambda key: (-key[0].toordinal(), key[1]))]


def _first_of(day: date, months_ago: int) -> date:
    """The first day of a month that lies so many months before that of a day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months_ago, 12)
    return date(years, month + 1, 1)
