"""Reads donation methods, goals and annual accounts."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select

from wzo.donate.card.queries import sum_card_donations
from wzo.donate.currencies import to_units
from wzo.donate.models import (
    AnnualAccount,
    AnnualAccountText,
    DonationGoal,
    DonationGoalText,
    DonationMethod,
    DonationMethodText,
)
from wzo.extensions import AnyRow, AnySelect, db
from wzo.publication import State

# The slugs of texts that are shown on the donation pages, though the panel lists them among the plain pages.
WARNING, IMPACT, THANKS = "donate-warning", "donate-gift", "donate-thanks"


def get_donation_methods(language: str) -> Sequence[AnyRow]:
    """The donation methods that are live in a language, in their order."""
    return db.session.execute(_methods(language).order_by(DonationMethod.position, DonationMethod.id)).all()


def find_donation_method(slug: str, language: str) -> AnyRow | None:
    """The donation method with a slug, if it is live in a language."""
    return db.session.execute(_methods(language).where(DonationMethod.slug == slug)).first()


def _methods(language: str) -> AnySelect:
    return (
        select(
            DonationMethod.slug,
            DonationMethod.kind,
            DonationMethod.answers,
            DonationMethod.currency,
            DonationMethod.holder,
            DonationMethod.iban,
            DonationMethod.bic,
            DonationMethod.purpose,
            DonationMethod.amount,
            DonationMethod.network,
            DonationMethod.wallet,
            DonationMethod.url,
            DonationMethod.details,
            DonationMethod.checked_on,
            DonationMethodText.title,
            DonationMethodText.summary,
            DonationMethodText.body,
        )
        .join(DonationMethodText, DonationMethodText.method_id == DonationMethod.id)
        .where(DonationMethodText.language == language, DonationMethodText.state == State.LIVE)
    )


def get_annual_accounts(language: str) -> Sequence[AnyRow]:
    """The annual accounts that are live in a language, latest year first."""
    return db.session.execute(
        select(
            AnnualAccount.id,
            AnnualAccount.year,
            AnnualAccount.currency,
            AnnualAccountText.title,
            AnnualAccountText.body,
            AnnualAccountText.income,
            AnnualAccountText.spending,
        )
        .join(AnnualAccountText, AnnualAccountText.account_id == AnnualAccount.id)
        .where(AnnualAccountText.language == language, AnnualAccountText.state == State.LIVE)
        .order_by(AnnualAccount.year.desc(), AnnualAccount.id.desc())
    ).all()


def find_goal(language: str, today: date) -> AnyRow | None:
    """The goal for a day that is live in a language; of several, the one that started last."""
    return db.session.execute(
        select(
            DonationGoal.amount,
            DonationGoal.currency,
            DonationGoal.since,
            DonationGoal.until,
            DonationGoal.rates,
            DonationGoalText.title,
            DonationGoalText.body,
        )
        .join(DonationGoalText, DonationGoalText.goal_id == DonationGoal.id)
        .where(
            DonationGoalText.language == language,
            DonationGoalText.state == State.LIVE,
            DonationGoal.amount.is_not(None),
            DonationGoal.since <= today,
            or_(DonationGoal.until.is_(None), DonationGoal.until >= today),
        )
        .order_by(DonationGoal.since.desc(), DonationGoal.id.desc())
    ).first()


def get_card_donations(since: date, until: date) -> dict[str, Decimal]:
    """The total of confirmed card donations from one day to another, by currency, in its units."""
    return {code: to_units(minor, code) for code, minor in sum_card_donations(since, until).items()}
