"""Failures have pages of their own, in the reader's language, and tell nothing to those who attack."""

from datetime import date

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from tests.conftest import SeparateClient, make_client
from tests.factories import PetitionFactory, StoryFactory
from tests.html import parse
from wzo import create_app
from wzo.config import Settings
from wzo.errors import PAGES
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.publication import State

TITLES = {
    404: {"ru": "Такой страницы нет", "en": "There is no such page"},
    429: {"ru": "Слишком много запросов сразу", "en": "Too many requests at once"},
    503: {"ru": "Сайт перегружен или на ремонте", "en": "The site is busy or under repair"},
}


@pytest.fixture
def failing(app: Flask, settings: Settings) -> FlaskClient:
    """The site with an address that fails as it is told."""
    failing = create_app(settings)

    @failing.get("/<lang:lang>/fail/<int:status>")
    def fail(status: int) -> str:
        if status == 599:
            raise OperationalError("SELECT secret", {}, Exception("secret-host refused"))
        if status == 598:
            raise RuntimeError("secret")
        abort(status)

    return make_client(failing)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("status", PAGES)
def test_every_failure_has_its_page(failing: FlaskClient, status: int, lang: str) -> None:
    answer = failing.get(f"/{lang}/fail/{status}")
    assert answer.status_code == status
    assert f'<html lang="{lang}">' in answer.text
    assert answer.text.count("<h1>") == 1
    assert TITLES.get(status, {}).get(lang, "") in answer.text.replace("\u00a0", " ")
    assert ("Retry-After" in answer.headers) == (status in (429, 503))


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("status", PAGES)
def test_what_is_not_there_can_be_searched_for(failing: FlaskClient, status: int, lang: str) -> None:
    searches = list(parse(failing.get(f"/{lang}/fail/{status}").data).root.iter("form"))
    assert len(searches) == (status in (404, 410))
    for form in searches:
        assert (form.get("action"), form.get("method", "get")) == (f"/{lang}/stories/", "get")
        assert [field.get("name") for field in form.iter("input")] == ["q"]


def test_a_closed_petition_is_not_searched_for(client: FlaskClient) -> None:
    PetitionFactory(slug="closed", closed_on=date(2026, 11, 1))
    answer = client.get("/en/petition/closed/sign")
    assert answer.status_code == 410
    assert "<form" not in answer.text


@pytest.mark.parametrize(("status", "seen"), [(599, 503), (598, 500), (418, 400), (501, 500)])
def test_no_page_tells_what_broke(failing: FlaskClient, status: int, seen: int) -> None:
    answer = failing.get(f"/en/fail/{status}")
    assert answer.status_code == seen
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_page_without_language_asks_the_browser(client: FlaskClient) -> None:
    assert "Такой страницы нет" in client.get("/nope", headers={"Accept-Language": "ru"}).text.replace("\u00a0", " ")
    answer = client.get("/nope", headers={"Accept-Language": "de,en;q=0.5"})
    assert "There is no such page" in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("accepts", "lang"),
    [
        ("ru", "ru"),
        ("en-GB,en;q=0.9", "en"),
        ("uk,ru;q=0.7", "ru"),
        ("fr", "en"),
        ("", "ru"),
        ("*", "ru"),
        (";;q=x", "en"),
    ],
)
def test_the_root_leads_to_the_readers_language(client: SeparateClient, accepts: str, lang: str) -> None:
    answer = client.get("/", headers={"Accept-Language": accepts})
    assert answer.status_code == 302
    assert answer.location == f"/{lang}/"
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.post("/en/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_story_that_was_taken_down_answers_410(app: Flask, client: FlaskClient) -> None:
    StoryFactory(slug="gone", texts__state=State.UNPUBLISHED)
    StoryFactory(slug="draft", texts__state=State.DRAFT)
    assert client.get("/en/stories/gone/").status_code == 410
    assert client.get("/en/stories/draft/").status_code == 404
    assert "draft" not in client.get("/en/stories/").text


def test_health_needs_no_database(app: Flask, client: FlaskClient) -> None:
    db.session.remove()
    assert client.get("/healthz").text == "ok\n"


def test_an_empty_site_is_designed_too(client: FlaskClient) -> None:
    for path in ("projects/", "stories/", "team/", "donate/"):
        assert client.get(f"/en/{path}").status_code == 200
    assert client.get("/en/petition/").status_code == 404
    assert client.get("/en/").status_code == 200


def test_an_unchanged_page_costs_a_few_bytes(client: FlaskClient, content: None) -> None:
    first = client.get("/en/projects/")
    again = client.get("/en/projects/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
