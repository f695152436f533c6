"""Card donations in the panel: by month and currency, from Stripe's events."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import SignIn
from wzo.admin.donations.queries import get_months
from wzo.clock import today
from wzo.donate.card.models import CardDonation, DonationKind, Outcome, StripeEvent
from wzo.extensions import db

UNTIL = date(2026, 11, 24)


@pytest.fixture
def donations(app: Flask) -> None:
    def donation(kind: str, amount: int, day: date, currency: str = "EUR", refunded: int = 0) -> None:
        hashed = f"{kind} {day} {currency}".encode()
        db.session.add(
            CardDonation(payment_hash=hashed, kind=kind, amount=amount, refunded=refunded, currency=currency, day=day)
        )

    def event(outcome: Outcome, day: date, number: int) -> None:
        db.session.add(StripeEvent(event_id=f"evt_{number}", outcome=outcome, amount=1000, currency="EUR", day=day))

    donation(DonationKind.ONCE, 3000, date(2026, 11, 1), refunded=1000)
    donation(DonationKind.ONCE, 500, date(2026, 11, 24))
    donation(DonationKind.FIRST_MONTHLY, 1000, date(2026, 11, 2))
    donation(DonationKind.RENEWAL, 1000, date(2026, 10, 31))
    donation(DonationKind.ONCE, 2000, date(2026, 11, 3), "JPY")
    # Only its refund has been reported.
    donation("", 0, date(2026, 11, 4), refunded=700)
    donation(DonationKind.ONCE, 100, date(2025, 12, 1))
    donation(DonationKind.ONCE, 100, date(2025, 11, 30))
    event(Outcome.FAILED, date(2026, 11, 5), 1)
    event(Outcome.FAILED, date(2026, 11, 6), 2)
    event(Outcome.ENDED, date(2026, 9, 7), 3)
    event(Outcome.PAID, date(2026, 8, 7), 4)
    db.session.commit()


def test_it_has_a_row_for_each_month_and_currency(donations: None) -> None:
    rows = [(it.first.isoformat()[:7], it.currency, it.amount, it.refunded, it.net) for it in get_months(UNTIL)]
    assert rows == [
        ("2026-11", "EUR", 4500, 1000, 3500),
        ("2026-11", "JPY", 2000, 0, 2000),
        ("2026-10", "EUR", 1000, 0, 1000),
        ("2026-09", "EUR", 0, 0, 0),
        ("2025-12", "EUR", 100, 0, 100),
    ]


def test_it_counts_the_stages_of_monthly_donations(donations: None) -> None:
    rows = [(it.once, it.started, it.renewed, it.failed, it.ended) for it in get_months(UNTIL) if it.currency == "EUR"]
    assert rows == [(2, 1, 0, 2, 0), (0, 0, 1, 0, 0), (0, 0, 0, 0, 1), (1, 0, 0, 0, 0)]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_it_shows_the_amounts_in_the_editors_language(
    app: Flask, client: FlaskClient, sign_in: SignIn, language: str
) -> None:
    db.session.add(
        CardDonation(payment_hash=b"1", kind=DonationKind.ONCE, amount=123450, refunded=50, currency="EUR", day=today())
    )
    db.session.commit()
    sign_in(client, "publisher", language)
    page = client.get("/admin/donations/").get_data(as_text=True)
    said = {"ru": ("1\xa0234,50\xa0€<", "0,50\xa0€<", "1\xa0234\xa0€<"), "en": ("€1,234.50<", "€0.50<", "€1,234<")}
    assert [amount for amount in said[language] if f">{amount}" not in page] == []


def test_it_says_so_if_there_are_none(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = client.get("/admin/donations/").get_data(as_text=True)
    assert "No donations yet." in page
    assert "ask an administrator" in page.replace("\xa0", " ")
    assert "STRIPE_SECRET_KEY" not in page
    sign_in(client, "administrator")
    assert "STRIPE_SECRET_KEY" in client.get("/admin/donations/").get_data(as_text=True)
