"""The ways to give."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base
from wzo.publication import Published


class DonationWay(Base):
    """One way to give. `details` is what is copied: an IBAN, a crypto address; `url` is where a link leads."""

    __tablename__ = "donation_ways"
    __table_args__ = (CheckConstraint("kind IN ('card', 'bank', 'crypto', 'link')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    currency: Mapped[str] = mapped_column(String(8), default="")
    url: Mapped[str] = mapped_column(default="")
    details: Mapped[str] = mapped_column(default="")
    checked_on: Mapped[date | None]


class DonationWayText(Published, Base):
    __tablename__ = "donation_way_texts"

    way_id: Mapped[int] = mapped_column(ForeignKey("donation_ways.id", ondelete="CASCADE"), primary_key=True)
