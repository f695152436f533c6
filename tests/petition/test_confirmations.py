"""The share of those who confirm, and when it is a sign that e-mails do not arrive."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.conftest import SignIn
from tests.factories import PetitionFactory, UserFactory
from tests.petition.signing import add_confirmed
from wzo.admin.status.problems import problems_for
from wzo.extensions import db
from wzo.petition import intervals
from wzo.petition.confirmations import Confirmations, find_low_rate, get_confirmations
from wzo.petition.models import Petition, Signature, SignatureState

# The start of a minute.
START = 1_795_000_020.0
DAY = datetime.fromtimestamp(START, UTC).date()


def add_signed(petition: Petition, day: date, confirmed: int, unconfirmed: int) -> None:
    """Add signatures that were submitted on a day; the confirmed ones are confirmed on the next."""
    add_confirmed(petition, day, confirmed + unconfirmed)
    ids = db.session.scalars(
        select(Signature.id).where(Signature.petition_id == petition.id, Signature.confirmed_on == day)
    ).all()
    pending = {"state": SignatureState.PENDING, "confirmed_on": None, "sealed": None, "pending_ciphertext": b"x"}
    db.session.execute(update(Signature).where(Signature.id.in_(ids[:unconfirmed])).values(**pending))
    confirmed_later = {"confirmed_on": day + timedelta(1)}
    db.session.execute(update(Signature).where(Signature.id.in_(ids[unconfirmed:])).values(**confirmed_later))
    db.session.commit()


def test_it_counts_those_who_confirmed_by_the_day_they_signed(petition: Petition, today: date) -> None:
    add_signed(petition, today, 1, 2)
    add_signed(petition, today - timedelta(6), 3, 0)
    add_signed(petition, today - timedelta(7), 4, 4)
    add_signed(PetitionFactory(), today, 5, 5)
    assert get_confirmations(petition.id) == [
        Confirmations(today, 3, 1),
        Confirmations(today - timedelta(6), 3, 3),
    ]


def test_it_counts_them_once_a_minute(app: Flask, petition: Petition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "PANEL_INTERVAL", 60.0)
    app.extensions.pop("petition_intervals", None)
    with time_machine.travel(START, tick=False) as clock:
        seen = []
        for _ in range(4):
            add_signed(petition, DAY, 1, 0)
            seen.append(get_confirmations(petition.id)[0].signed)
            clock.shift(20)
    app.extensions.pop("petition_intervals", None)
    assert seen == [1, 1, 1, 4]


@pytest.mark.parametrize(
    ("days_ago", "confirmed", "unconfirmed", "few"),
    [
        (1, 14, 36, True),
        (3, 14, 36, True),
        (1, 15, 35, False),
        (1, 14, 35, False),
        (1, 0, 49, False),
        (0, 0, 500, False),
        (4, 0, 500, False),
    ],
)
def test_it_warns_if_unusually_few_confirm(
    petition: Petition, today: date, days_ago: int, confirmed: int, unconfirmed: int, few: bool
) -> None:
    add_signed(petition, today - timedelta(days_ago), confirmed, unconfirmed)
    assert (find_low_rate(petition.id) is not None) is few


def test_it_says_in_the_panel_what_to_check(
    app: Flask, client: FlaskClient, petition: Petition, sign_in: SignIn, today: date
) -> None:
    sign_in(client, "writer")
    page = f"/admin/petition/{petition.id}/"
    assert "SPF" not in client.get(page).text
    add_signed(petition, today - timedelta(1), 10, 90)
    text = client.get(page).text.replace("\xa0", " ")
    assert "whether the settings of the mail are right" in text
    assert "10 %" in text
    # Only administrators are shown what they alone can understand and fix.
    assert "SPF" not in text
    sign_in(client, "administrator")
    assert "SPF" in client.get(page).text
    with app.test_request_context("/en/"):
        (problem,) = [it for it in problems_for(UserFactory(role="publisher")) if it.key == "few-confirm"]
        assert "100 people" in problem.title
        assert "only 10 %" in problem.title
        assert problem.path == f"{page}#confirmations"
