"""The directory of help as readers see it, and as editors keep it."""

from datetime import date
from urllib.parse import urlencode

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import create
from tests.conftest import SignIn
from tests.factories import DirectoryEntryFactory
from tests.html import parse
from wzo.health.content import check_directory
from wzo.i18n import LANGUAGES, in_language

EMPTY = {"ru": "Этот список пока пуст", "en": "This list is still empty"}
FILLED = {
    "ru.title": "Помощь",
    "ru.summary": "Защищают в суде.",
    "en.title": "The Helpers",
    "en.summary": "They defend people in court.",
    "en.postal_address": "Post box 1\nTown",
    "en.safety": "Do not call from the colony.",
    "shared.services": "lawyer",
    "shared.languages": "ru",
    "shared.url": "https://help.example.org/",
    "shared.onion_url": f"http://{'a' * 56}.onion/",
    "shared.email": "help@example.org",
    "shared.phone": "+7 812 000-00-00",
    "shared.checked_on": "2026-11-20",
}


def shown(client: FlaskClient, path: str) -> str:
    return client.get(path).text.replace("\xa0", " ")


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_plainly_that_it_is_empty_and_links_on(client: FlaskClient, language: str) -> None:
    text = shown(client, f"/{language}/help/")
    assert EMPTY[language] in text
    assert "<form" not in text.partition("<main")[2].partition("</main>")[0]
    for path in ("contact", "glossary", "stories"):
        assert f'href="/{language}/{path}/"' in text


def test_it_is_kept_by_editors_and_prints_every_address(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    create(client, "directory").fill(FILLED).press("publish:ru en")
    text = shown(client, "/en/help/")
    main = parse(client.get("/en/help/").data).root.find(".//main")
    assert main is not None
    words = " ".join("".join(main.itertext()).replace("\xa0", " ").split())
    for value in (
        *(
            "The Helpers",
            "They defend people in court.",
            "Post box 1",
            "Do not call from the colony.",
            "20 November 2026",
        ),
        *("https://help.example.org/", f"http://{'a' * 56}.onion/", "help@example.org", "+7 812 000-00-00"),
        *("Lawyers and legal advice", "Everywhere", "Russian"),
    ):
        assert value in words
    assert 'href="tel:+78120000000"' in text
    assert EMPTY["en"] not in text
    assert not list(main.iter("details"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("onion_url", "https://example.org", "whose host ends in .onion"),
        ("onion_url", "https://example.org/a.onion", "whose host ends in .onion"),
        ("email", "help", "enter one e\u2011mail address, for example"),
        ("phone", "call us", "a number that can be called"),
        ("url", "example.org", "enter the full address: https://example.org"),
        ("checked_on", "2026-11", "enter a date"),
        ("services", "", "Choose something under “What they help with”"),
        ("services", "magic", "Choose something under “What they help with”"),
    ],
)
def test_it_refuses_what_cannot_be_right(
    client: FlaskClient, sign_in: SignIn, field: str, value: str, message: str
) -> None:
    sign_in(client, "publisher")
    page = create(client, "directory").fill({**FILLED, f"shared.{field}": value})
    assert message in page.press("publish:ru en").text.replace("\xa0", " ")
    assert "The Helpers" not in client.get("/en/help/").text


def test_it_filters_by_a_plain_form(client: FlaskClient) -> None:
    DirectoryEntryFactory(slug="doctor", services="medicine", languages="ru", texts__title="Doctor")
    DirectoryEntryFactory(slug="lawyer", services="lawyer", languages="en", texts__title="Lawyer")
    text = shown(client, "/en/help/?service=medicine")
    assert 'id="doctor"' in text
    assert 'id="lawyer"' not in text
    assert '<option value="medicine" selected>' in text
    assert "1 entry: Medical care in custody" in text
    none = shown(client, "/en/help/?service=medicine&language=en")
    assert "Nobody in this list helps with all of that." in none


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ([("service", ""), ("language", "")], ""),
        ([("language", "ru"), ("service", "medicine")], "?service=medicine&language=ru"),
        ([("service", "magic"), ("language", "ru")], "?language=ru"),
        ([("service", "medicine"), ("service", "lawyer")], "?service=medicine"),
        ([("country", "\0")], ""),
        ([("utm_source", "x"), ("service", "medicine")], "?service=medicine"),
    ],
)
def test_it_has_one_url_for_each_choice(client: FlaskClient, given: list[tuple[str, str]], canonical: str) -> None:
    DirectoryEntryFactory(services="medicine", languages="ru")
    response = client.get(f"/en/help/?{urlencode(given)}")
    assert (response.status_code, response.location) == (302, f"/en/help/{canonical}")


def test_it_is_found_by_search_and_in_the_sitemap(client: FlaskClient) -> None:
    DirectoryEntryFactory(slug="petiolatum", texts__safety="Petiolatum is not safe.")
    assert "/en/help/#petiolatum" in client.get("/en/stories/?q=petiolatum").text
    assert "/en/help/" in client.get("/sitemaps/pages.xml").text


@time_machine.travel("2026-11-30")
def test_it_reminds_editors_after_the_months_that_are_set(app: Flask) -> None:
    DirectoryEntryFactory(slug="never")
    for slug, day in {"old": "2026-05-29", "due": "2026-05-30"}.items():
        DirectoryEntryFactory(slug=slug, checked_on=date.fromisoformat(day))
    with in_language("en"):
        found = [(it.subject, it.title.partition("checked: ")[2]) for it in check_directory()]
    assert found == [("never", "never."), ("old", "29 May 2026.")]
