"""Error pages: in the reader's language, and without anything useful to attackers."""

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

pytestmark = pytest.mark.one_database

TITLES = {
    404: {"ru": "Такой страницы нет", "en": "There is no such page"},
    429: {"ru": "Слишком много запросов сразу", "en": "Too many requests at once"},
    503: {"ru": "Сайт перегружен или на ремонте", "en": "The site is busy or under repair"},
}


@pytest.fixture
def failing(app: Flask, settings: Settings) -> FlaskClient:
    """The site with a URL that fails on request."""
    failing = create_app(settings)

    @failing.get("/<lang:lang>/fail/<int:status>")
    def fail(status: int) -> str:
        if status == 599:
            raise OperationalError("SELECT secret", {}, Exception("secret-host refused"))
        if status == 598:
            raise RuntimeError("secret")
        abort(status)

    return make_client(failing)


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("status", PAGES)
def test_it_has_a_page_for_every_failure(failing: FlaskClient, status: int, lang: str) -> None:
    response = failing.get(f"/{lang}/fail/{status}")
    assert response.status_code == status
    assert f'<html lang="{lang}">' in response.text
    assert response.text.count("<h1>") == 1
    assert TITLES.get(status, {}).get(lang, "") in response.text.replace("\u00a0", " ")
    assert ("Retry-After" in response.headers) == (status in (429, 503))


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("status", PAGES)
def test_it_offers_a_search_for_missing_pages(failing: FlaskClient, status: int, lang: str) -> None:
    searches = list(parse(failing.get(f"/{lang}/fail/{status}").data).root.iter("form"))
    assert len(searches) == (status in (404, 410))
    for form in searches:
        assert (form.get("action"), form.get("method", "get")) == (f"/{lang}/stories/", "get")
        assert [field.get("name") for field in form.iter("input")] == ["q"]


def test_it_offers_no_search_for_a_closed_petition(client: FlaskClient) -> None:
    PetitionFactory(slug="closed", closed_on=date(2026, 11, 1))
    response = client.get("/en/petition/closed/sign")
    assert response.status_code == 410
    assert "<form" not in response.text


@pytest.mark.parametrize(("status", "seen"), [(599, 503), (598, 500), (418, 400), (501, 500)])
def test_it_never_reveals_what_failed(failing: FlaskClient, status: int, seen: int) -> None:
    response = failing.get(f"/en/fail/{status}")
    assert response.status_code == seen
    assert "secret" not in response.text
    assert "Traceback" not in response.text


def test_it_asks_the_browser_for_the_language_of_other_pages(client: FlaskClient) -> None:
    assert "Такой страницы нет" in client.get("/nope", headers={"Accept-Language": "ru"}).text.replace("\u00a0", " ")
    response = client.get("/nope", headers={"Accept-Language": "de,en;q=0.5"})
    assert "There is no such page" in response.text
    assert "Accept-Language" in response.headers["Vary"]


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
def test_it_redirects_the_root_to_the_readers_language(client: SeparateClient, accepts: str, lang: str) -> None:
    response = client.get("/", headers={"Accept-Language": accepts})
    assert response.status_code == 302
    assert response.location == f"/{lang}/"
    assert "Accept-Language" in response.headers["Vary"]


def test_it_names_the_allowed_methods(client: FlaskClient) -> None:
    response = client.post("/en/")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_it_responds_410_to_an_unpublished_story(app: Flask, client: FlaskClient) -> None:
    StoryFactory(slug="gone", texts__state=State.UNPUBLISHED)
    StoryFactory(slug="draft", texts__state=State.DRAFT)
    assert client.get("/en/stories/gone/").status_code == 410
    assert client.get("/en/stories/draft/").status_code == 404
    assert "draft" not in client.get("/en/stories/").text


def test_it_reports_health_without_a_database(app: Flask, client: FlaskClient) -> None:
    db.session.remove()
    assert client.get("/healthz").text == "ok\n"


def test_it_designs_an_empty_site(client: FlaskClient) -> None:
    for path in ("projects/", "stories/", "team/", "donate/"):
        assert client.get(f"/en/{path}").status_code == 200
    assert client.get("/en/petition/").status_code == 404
    assert client.get("/en/").status_code == 200


def test_it_responds_not_modified_to_an_unchanged_page(client: FlaskClient, content: None) -> None:
    first = client.get("/en/projects/")
    again = client.get("/en/projects/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


@pytest.mark.parametrize(
    ("path", "visible"),
    [
        ("/en/stories/out\u00adcasts-1/?theme=violence", "/en/stories/outcasts-1/?theme=violence"),
        ("/ru/\u200bnothing", "/ru/nothing"),
        ("/\u200b/example.org/", None),
        ("/\u200b\\example.org/", None),
    ],
)
def test_it_reads_an_address_through_invisible_characters(client: FlaskClient, path: str, visible: str | None) -> None:
    response = client.get(path)
    assert response.location == visible
    assert response.status_code == (301 if visible else 404)
