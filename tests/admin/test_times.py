"""Times as editors enter them: in their own time zone, which they choose by its city."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_login import login_user

from tests.factories import UserFactory
from wzo.admin.times import NoSuchTime, canonical_timezone, current_city, parse_local, timezone_choices

pytestmark = pytest.mark.one_database


@pytest.fixture
def berlin(app: Flask) -> Iterator[None]:
    """A request of an editor in Berlin."""
    with app.test_request_context("/en/"):
        login_user(UserFactory(timezone="Europe/Berlin"))
        yield


@pytest.mark.parametrize("hour", ["9:30", "09:30", "09.30", "9-30", "09:30:00"])
@pytest.mark.parametrize("day", ["2026-03-08", "08.03.2026", "8 марта 2026", "8 March 2026"])
def test_it_understands_days_and_times(berlin: None, day: str, hour: str) -> None:
    assert parse_local(day, hour) == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hour"), [("", "9:30"), ("2026-03", "9:30"), ("2026-03-08", "25:00"), ("x", "y")])
def test_it_says_nothing_of_other_texts(berlin: None, day: str, hour: str) -> None:
    assert parse_local(day, hour) is None


@pytest.mark.parametrize(
    ("day", "hour", "words"),
    [
        ("29.03.2026", "02:30", "On 29 March 2026 clocks go forward (Berlin), so there is no 02:30."),
        ("25.10.2026", "02:30", "On 25 October 2026 clocks go back (Berlin), so there is 02:30 twice."),
    ],
)
def test_it_says_what_to_do_where_clocks_change(berlin: None, day: str, hour: str, words: str) -> None:
    with pytest.raises(NoSuchTime) as error:
        parse_local(day, hour)
    assert error.value.advice == f"{words} Choose a time that is an hour earlier or later."
    for other in ("01:30", "03:30"):
        assert parse_local(day, other)


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("ru", {"Europe/Moscow": "Москва (Россия)", "Asia/Tbilisi": "Тбилиси (Грузия)"}),
        ("en", {"Europe/Moscow": "Moscow (Russia)", "Europe/Berlin": "Berlin (Germany)"}),
    ],
)
def test_it_names_time_zones_by_their_cities(app: Flask, language: str, labels: dict[str, str]) -> None:
    with app.test_request_context(f"/{language}/"):
        choices = dict(timezone_choices())
        assert labels.items() <= choices.items()
        cities = [label for label in choices.values() if label != "UTC"]
        assert len(set(cities)) == len(cities) > 300
        assert cities == sorted(cities, key=lambda it: it.replace("ё", "е").replace("Ё", "Е"))
        # Whatever an editor had chosen by another name of the zone.
        assert set(map(canonical_timezone, ("Europe/Kyiv", "Asia/Kolkata", "Asia/Calcutta", "UTC"))) <= set(choices)
        assert current_city() == "UTC"
