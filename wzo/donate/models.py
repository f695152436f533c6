"""Donation methods, donation goals and annual accounts."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base
from wzo.publication import PublishableText

# The answers to the first question, where the donor's card was issued; they decide which methods are shown.
RUSSIA, ELSEWHERE, NO_CARD = "russia", "elsewhere", "none"
ANSWERS = (RUSSIA, ELSEWHERE, NO_CARD)


class DonationMethod(Base):
    """A way to donate.

    - `answers`: the answers to the first question after which it is shown, separated by spaces.
    - `holder`, `iban`, `bic`, `purpose`, `amount`: of a bank transfer; the amount is like 12.50.
    - `network`, `wallet`: of a cryptocurrency, the network and the wallet's address on it.
    - `url`: the target of a link; `details`: further text to be copied.
    - `checked_on`: when an editor last checked that it works.
    """

    __tablename__ = "donation_methods"
    __table_args__ = (CheckConstraint("kind IN ('card', 'bank', 'crypto', 'link')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(96), unique=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    answers: Mapped[str] = mapped_column(String(64), default=" ".join(ANSWERS))
    currency: Mapped[str] = mapped_column(String(8), default="")
    holder: Mapped[str] = mapped_column(default="")
    iban: Mapped[str] = mapped_column(default="")
    bic: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")
    amount: Mapped[str] = mapped_column(default="")
    network: Mapped[str] = mapped_column(String(16), default="")
    wallet: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    details: Mapped[str] = mapped_column(default="")
    checked_on: Mapped[date | None]


class DonationMethodText(PublishableText, Base):
    __tablename__ = "donation_method_texts"

    method_id: Mapped[int] = mapped_column(ForeignKey("donation_methods.id", ondelete="CASCADE"), primary_key=True)


class AnnualAccount(Base):
    """The income and spending of a year, in one currency."""

    __tablename__ = "annual_accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))


class AnnualAccountText(PublishableText, Base):
    """An account in one language; `income` and `spending` consist of lines such as `Donations: 1200.50`."""

    __tablename__ = "annual_account_texts"

    account_id: Mapped[int] = mapped_column(ForeignKey("annual_accounts.id", ondelete="CASCADE"), primary_key=True)
    income: Mapped[str] = mapped_column(default="")
    spending: Mapped[str] = mapped_column(default="")


class DonationGoal(Base):
    """The amount to raise from one day to another, both included, in whole units of a currency.

    `rates` converts donations in other currencies: lines such as `USD 0.92 2026-11-20`, the worth of one dollar.
    """

    __tablename__ = "donation_goals"

    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    since: Mapped[date]
    until: Mapped[date | None]
    rates: Mapped[str] = mapped_column(default="")


class DonationGoalText(PublishableText, Base):
    __tablename__ = "donation_goal_texts"

    goal_id: Mapped[int] = mapped_column(ForeignKey("donation_goals.id", ondelete="CASCADE"), primary_key=True)
