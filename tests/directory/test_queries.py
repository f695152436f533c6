"""The entries of the directory that match a reader's choices."""

from datetime import date

import pytest
from flask import Flask

from tests.factories import DirectoryEntryFactory
from wzo.directory.models import directory_entry_countries
from wzo.directory.queries import Choice, get_entries, get_options, get_unchecked_entries
from wzo.extensions import db
from wzo.publication import State
from wzo.stories.models import Country, CountryText


def add_country(slug: str, *entry_ids: int) -> None:
    country = Country(slug=slug, position=1)
    db.session.add(country)
    db.session.flush()
    db.session.add(CountryText(country_id=country.id, language="en", name=slug.capitalize()))
    for entry_id in entry_ids:
        db.session.execute(directory_entry_countries.insert().values(entry_id=entry_id, country_id=country.id))
    db.session.commit()


@pytest.fixture
def entries(app: Flask) -> None:
    russian = DirectoryEntryFactory(slug="ru", services="lawyer children", languages="ru", texts__region="Karelia").id
    kazakh = DirectoryEntryFactory(slug="kz", services="medicine", languages="kk ru").id
    DirectoryEntryFactory(slug="everywhere", services="lawyer", languages="en", position=9)
    DirectoryEntryFactory(slug="draft", services="release", languages="uz", texts__state=State.DRAFT)
    add_country("russia", russian)
    add_country("kazakhstan", kazakh)
    add_country("finland")


@pytest.mark.usefixtures("entries")
@pytest.mark.parametrize(
    ("choice", "wanted"),
    [
        ({}, {"ru", "kz", "everywhere"}),
        ({"service": "lawyer"}, {"ru", "everywhere"}),
        ({"service": "medicine"}, {"kz"}),
        ({"country": "russia"}, {"ru", "everywhere"}),
        ({"country": "kazakhstan"}, {"kz", "everywhere"}),
        ({"region": "Karelia"}, {"ru", "kz", "everywhere"}),
        ({"country": "russia", "region": "Komi"}, {"everywhere"}),
        ({"language": "ru"}, {"ru", "kz"}),
        ({"service": "lawyer", "country": "kazakhstan", "language": "ru"}, set()),
    ],
)
def test_it_keeps_what_helps_here(choice: dict[str, str], wanted: set[str]) -> None:
    assert {entry.row.slug for entry in get_entries("en") if Choice(**choice).matches(entry)} == wanted


@pytest.mark.usefixtures("entries")
def test_it_offers_only_what_some_entry_has() -> None:
    options = get_options("en")
    assert {name: list(values) for name, values in options.items()} == {
        "service": ["lawyer", "medicine", "children"],
        "country": ["kazakhstan", "russia"],
        "region": ["Karelia"],
        "language": ["ru", "en", "kk"],
    }
    assert options["country"]["russia"] == "Russia"


@pytest.mark.parametrize(
    ("phone", "link"),
    {
        "+7 (812) 000-00-00": "+78120000000",
        "8 800 1, ext. 22": "88001",
        "8 800 700-00-00 or 8 800 700-00-01": "88007000000",
        "ask us": "",
    }.items(),
)
def test_it_links_the_first_phone_number(app: Flask, phone: str, link: str) -> None:
    DirectoryEntryFactory(phone=phone)
    assert get_entries("en")[0].telephone == link


def test_it_finds_entries_that_were_not_checked_since_a_day(app: Flask) -> None:
    DirectoryEntryFactory(slug="never")
    DirectoryEntryFactory(slug="old", checked_on=date(2026, 5, 29))
    DirectoryEntryFactory(slug="new", checked_on=date(2026, 5, 30))
    DirectoryEntryFactory(slug="draft", texts__state=State.DRAFT)
    found = get_unchecked_entries(before=date(2026, 5, 30))
    assert {(row.title, row.language) for row in found} == {
        (slug, language) for slug in ("never", "old") for language in ("ru", "en")
    }
