"""What is read of the ways to give, of goals and of annual accounts."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select

from wzo.donate.amounts import in_units
from wzo.donate.gifts.queries import sum_of_gifts
from wzo.donate.models import (
    AnnualAccount,
    AnnualAccountText,
    DonationGoal,
    DonationGoalText,
    DonationWay,
    DonationWayText,
)
from wzo.extensions import AnyRow, AnySelect, db
from wzo.home.models import Page, PageText
from wzo.publication import State

# Texts that stand on the pages of giving, though the panel lists them among the plain pages.
WARNING, GIFT, THANKS = "donate-warning", "donate-gift", "donate-thanks"


def get_donation_ways(language: str, answer: str) -> Sequence[AnyRow]:
    """The ways that are shown after an answer to the first question, in a language, in their order."""
    rows = db.session.execute(_ways(language).order_by(DonationWay.position, DonationWay.id)).all()
    return [row for row in rows if answer in row.answers.split()]


def find_donation_way(slug: str, language: str) -> AnyRow | None:
    """One way that is live in a language."""
    return db.session.execute(_ways(language).where(DonationWay.slug == slug)).first()


def _ways(language: str) -> AnySelect:
    return (
        select(
            DonationWay.slug,
            DonationWay.kind,
            DonationWay.answers,
            DonationWay.currency,
            DonationWay.holder,
            DonationWay.iban,
            DonationWay.bic,
            DonationWay.purpose,
            DonationWay.amount,
            DonationWay.network,
            DonationWay.wallet,
            DonationWay.url,
            DonationWay.details,
            DonationWay.checked_on,
            DonationWayText.title,
            DonationWayText.summary,
            DonationWayText.body,
        )
        .join(DonationWayText, DonationWayText.way_id == DonationWay.id)
        .where(DonationWayText.language == language, DonationWayText.state == State.LIVE)
    )


def find_words(slug: str, language: str) -> AnyRow | None:
    """The words of WARNING, GIFT or THANKS that are live in a language: `title`, `summary`, `body`."""
    return db.session.execute(
        select(PageText.title, PageText.summary, PageText.body)
        .join(Page, Page.id == PageText.page_id)
        .where(Page.slug == slug, PageText.language == language, PageText.state == State.LIVE)
    ).first()


def get_annual_accounts(language: str) -> Sequence[AnyRow]:
    """The annual accounts that are live in a language, the last year first."""
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
    """The goal of a day that is live in a language; of several the one that began last."""
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


def get_gifts(since: date, until: date) -> dict[str, Decimal]:
    """What was given and confirmed from one day to another, by currency."""
    return {code: in_units(minor, code) for code, minor in sum_of_gifts(since, until).items()}
