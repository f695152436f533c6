"""The contact of security.txt holds until its day is over."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine

from wzo import create_app
from wzo.config import Settings
from wzo.security_txt.contact import ContactState, contact_state

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("app")]

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-1, ContactState.EXPIRED),
        (0, ContactState.NEEDS_DATE),
        (30, ContactState.NEEDS_DATE),
        (31, ContactState.VALID),
        (366, ContactState.VALID),
        (367, ContactState.NEEDS_DATE),
    ],
)
def test_it_knows_whether_the_date_holds(settings: Settings, days: int, state: ContactState) -> None:
    expires = TODAY + timedelta(days)
    dated = replace(settings, security_contact="security@example.org", security_contact_expires=expires)
    with time_machine.travel(TODAY), create_app(dated).app_context():
        assert contact_state() is state


def test_it_knows_that_there_is_none() -> None:
    assert contact_state() is ContactState.MISSING
