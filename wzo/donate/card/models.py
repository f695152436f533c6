"""Card donations as they are stored, without any personal data.

Only Stripe knows the donors. This site stores the id, outcome, amount, currency and day of each event, and a keyed hash
of each payment's id, by which it recognises several events about one payment.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base


class DonationKind(StrEnum):
    """A one-time donation, the first payment of a monthly one, or a later payment of it."""

    ONCE = "once"
    FIRST_MONTHLY = "first_monthly"
    RENEWAL = "renewal"


class Outcome(StrEnum):
    """What a Stripe event reports: a payment, a refund, a failed payment or the end of a monthly donation."""

    PAID = "paid"
    REFUNDED = "refunded"
    FAILED = "failed"
    ENDED = "ended"


class StripeEvent(Base):
    """An event that was handled, so that it is handled only once; the amount is in minor units."""

    __tablename__ = "stripe_events"

    event_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16))
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    day: Mapped[date]


class CardDonation(Base):
    """A payment: the amount and how much of it was refunded, in minor units.

    If the refund is reported before the payment, `amount` is 0 and `kind` empty until then.
    """

    __tablename__ = "card_donations"

    payment_hash: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), default="")
    amount: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    day: Mapped[date]

    @property
    def net(self) -> int:
        """The amount less refunds, in minor units."""
        return max(self.amount - self.refunded, 0)


class CardDonationDay(Base):
    """The net total of a day in a currency, in minor units; stored, so that sums need not read every donation."""

    __tablename__ = "card_donation_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
