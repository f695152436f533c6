"""Card donations as they are stored, without any personal data.

Only Stripe knows the donors. This site stores the id, outcome, amount, currency and day of each event, and a keyed hash
of the id of each payment, refund and dispute, by which it recognises several events about one of them.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base


class DonationKind(StrEnum):
    """A one-time donation, the first payment of a monthly one, or a later payment of it."""

    ONCE = "once"
    FIRST_MONTHLY = "first_monthly"
    RENEWAL = "renewal"


class Outcome(StrEnum):
    """The subject of a Stripe event: a payment, a refund, a dispute, a failed payment, an ended monthly donation."""

    PAID = "paid"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
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
    """A payment: the amount, and how much of it was refunded and lost to disputes, in minor units.

    `refunded` and `disputed` follow from the payment's deductions. If a deduction is reported before the payment, the
    amounts are 0 and `kind` is empty until then.
    """

    __tablename__ = "card_donations"

    payment_hash: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), default="")
    amount: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    disputed: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    currency: Mapped[str] = mapped_column(String(3))
    day: Mapped[date]

    @property
    def net(self) -> int:
        """The amount that remains, in minor units."""
        return max(self.amount - self.refunded - self.disputed, 0)


class DeductionKind(StrEnum):
    """A refund; a dispute; or the total of all refunds, which Stripe reports without their ids."""

    REFUND = "refund"
    DISPUTE = "dispute"
    REFUND_TOTAL = "refund_total"


class Deduction(Base):
    """The most advanced state reported by Stripe of a refund or a dispute of a payment, in minor units.

    - `progress`: of two reports about the same object, the one with the higher number came later at Stripe.
    - `reported`: the object's amount; `amount`: how much of that was taken from us and has not come back.
    - `charged`: of a total, the amount of the charge in its currency, which may not be that of the payment; else 0.
    """

    __tablename__ = "card_donation_deductions"

    deduction_hash: Mapped[bytes] = mapped_column(primary_key=True)
    payment_hash: Mapped[bytes] = mapped_column(
        ForeignKey("card_donations.payment_hash", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    progress: Mapped[int] = mapped_column(BigInteger)
    reported: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    charged: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))


class CardDonationDay(Base):
    """The net total of a day in a currency, in minor units; stored, so that sums need not read every donation."""

    __tablename__ = "card_donation_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
