"""Gifts by card, as they are kept: nothing here tells of a person.

Who gave stands with Stripe alone. Here are the number of Stripe's message, amount, currency, day and kind, and a keyed
hash of the payment's number, by which two messages about one payment are known as such.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base


class DonationKind(StrEnum):
    """A gift given once; the first of a monthly one; each later one."""

    ONCE = "once"
    MONTHLY = "monthly"
    RENEWAL = "renewal"


class EventType(StrEnum):
    """What a message of Stripe's says: paid, given back, a monthly gift failed, or it has ended."""

    PAID = "paid"
    REFUNDED = "refunded"
    FAILED = "failed"
    ENDED = "ended"


class StripeEvent(Base):
    """A message of Stripe's that was heeded, so that it is heeded once; amounts in minor units."""

    __tablename__ = "stripe_events"

    event_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    event_type: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    day: Mapped[date]


class CardDonation(Base):
    """A payment: what was given, and how much of it was given back, in minor units.

    Where the refund was heard of first, `amount` is 0 and `kind` empty until the payment is.
    """

    __tablename__ = "card_donations"

    payment_hash: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), default="")
    amount: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    day: Mapped[date]

    @property
    def kept(self) -> int:
        """What is left of the gift, in minor units."""
        return max(self.amount - self.refunded, 0)


class CardDonationDay(Base):
    """What is left of all gifts of a day in a currency, in minor units; kept, so that sums need not read every gift."""

    __tablename__ = "card_donation_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
