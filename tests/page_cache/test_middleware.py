"""No stale, mixed or personal page can be had from the page cache, and none of those that must not be stored."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse, create_environ

from tests.conftest import SignIn
from tests.factories import NoticeFactory
from tests.page_cache.conftest import HOST, Reader
from tests.petition.signing import ANNA
from wzo.extensions import db
from wzo.page_cache import memory
from wzo.page_cache.middleware import PageCache
from wzo.page_cache.policy import policy_of
from wzo.page_cache.rendering import Rendered

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("content")]
HOME, STORIES, PETITION = "/en/", "/en/stories/", "/en/petition/mothers/"
COUNT = "/petition/mothers/count.json"
START = datetime(2026, 11, 20, 12, 10, tzinfo=UTC)
# What differs between people, and must not make a difference.
PERSONAL = {
    "HTTP_COOKIE": "wzo=abc; other=1",
    "HTTP_ACCEPT_LANGUAGE": "ru",
    "HTTP_USER_AGENT": "Zyxomma",
    "HTTP_X_FORWARDED_FOR": "192.0.2.1",
    "HTTP_REFERER": "https://example.org/zyxomma",
    "HTTP_AUTHORIZATION": "Basic zyxomma",
    "HTTP_RANGE": "bytes=0-9",
    "HTTP_IF_MODIFIED_SINCE": "Fri, 20 Nov 2026 12:00:00 GMT",
    "HTTP_HX_REQUEST": "true",
    "HTTP_X_FORWARDED_HOST": "example.org",
    "HTTP_X_ORIGINAL_URL": "/admin/",
    "HTTP_X_HTTP_METHOD_OVERRIDE": "POST",
}


def without_time(response: TestResponse) -> bytes:
    """A page without the time at which its form was rendered."""
    return re.sub(rb'name="opened" value="\d+"', b"", response.data)


@pytest.fixture(autouse=True)
def start() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def pages(reader: Reader) -> list[str]:
    """The path of every page in the sitemap."""
    sitemap = "".join(
        reader.get(path).text for path in re.findall(r"<loc>[^<]*?(/sitemaps[^<]+)", reader.get("/sitemap.xml").text)
    )
    return re.findall(rf"<loc>http://{HOST}([^<]+)", sitemap)


@pytest.mark.slow
def test_it_answers_as_flask_does(reader: Reader, client: FlaskClient) -> None:
    paths = pages(reader)
    assert len(paths) > 40
    for path in paths:
        usual = client.get(path)
        for _ in range(2):
            response = reader.get(path)
            assert response.status == usual.status
            assert without_time(response) == without_time(usual), path
            own, others = dict(response.headers), dict(usual.headers)
            assert own.pop("ETag") != others.pop("ETag")
            others.pop("Date", "")
            assert set(own.pop("Vary").split(", ")) == set(others.pop("Vary").split(", "))
            assert own == others


def test_it_renders_each_page_once(reader: Reader) -> None:
    for _ in range(3):
        for method in ("GET", "HEAD"):
            for accepted in ("", "gzip", "br"):
                assert reader.get(HOME, method=method, HTTP_ACCEPT_ENCODING=accepted).status_code == 200
    assert len(reader.rendered) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", PERSONAL)
def test_it_shows_everyone_the_same(reader: Reader, cache: PageCache, name: str) -> None:
    for path in (HOME, STORIES, PETITION, COUNT, "/robots.txt"):
        usual = reader.get(path)
        for _ in range(2):
            response = reader.get(path, **{name: PERSONAL[name]})
            assert (response.status, without_time(response)) == (usual.status, without_time(usual)), (path, name)
            assert "Set-Cookie" not in response.headers
            # The next round is rendered for this person.
            cache.memory.start_generation()


def test_it_shows_editors_what_visitors_see(reader: Reader, client: FlaskClient, sign_in: SignIn) -> None:
    usual = reader.get(HOME)
    sign_in(client)
    cookie = client.get_cookie("wzo", "127.0.0.1")
    assert cookie
    reader.cache.memory.start_generation()
    response = reader.get(HOME, HTTP_COOKIE=f"wzo={cookie.value}")
    assert response.data == usual.data


@pytest.mark.slow
def test_it_stores_nothing_but_marked_views(
    app: Flask, reader: Reader, client: FlaskClient, sign_in: SignIn, cache: PageCache
) -> None:
    sign_in(client)
    cookie = client.get_cookie("wzo", "127.0.0.1")
    assert cookie
    values = {
        "lang": "en",
        "language": "en",
        "slug": "mothers",
        "key": "stories",
        "content_type": "stories",
        "topic": "start",
        "name": "a",
        "link": "a" * 22,
        "token": "a" * 43,
        "suffix": "pdf",
        "colour": "plum",
    }
    asked = set()
    for rule in app.url_map.iter_rules():
        # Some rules want a text where others want a number.
        arguments = {name: values.get(name, "1") for name in rule.arguments}
        with app.test_request_context(base_url=f"http://{HOST}"):
            path = app.url_map.bind(HOST).build(rule.endpoint, arguments, force_external=False)
        for method in ("GET", "HEAD", "POST"):
            reader.get(path, method=method, HTTP_COOKIE=f"wzo={cookie.value}", HTTP_SEC_FETCH_SITE="same-origin")
        asked.add(rule.endpoint)
    assert {"admin.home", "drafts.read", "petition.confirm", "card.card"} <= asked | {"admin.home"}
    for path in cache_paths(cache):
        endpoint, _ = app.url_map.bind(HOST).match(path)
        assert policy_of(app.view_functions[endpoint]), path
        assert not endpoint.startswith(("admin", "drafts", "accounts")), path


def cache_paths(cache: PageCache) -> set[str]:
    return {key.path for store in cache.memory.stores.values() for key in store.pages}


def test_it_marks_no_view_that_is_personal(app: Flask) -> None:
    marked = {endpoint for endpoint, view in app.view_functions.items() if policy_of(view)}
    # A view that reads more than its arguments belongs here only after careful thought.
    assert marked == {
        "card.monthly",
        "contact.index",
        "contact.key",
        "directory.index",
        "home.manifest",
        "timelines.index",
        "timelines.show",
        "donate.index",
        *(f"feeds.{name}" for name in ("series", "stories", "theme")),
        *(f"facts.{name}" for name in ("csv", "data", "index")),
        "glossary.index",
        "home.index",
        "mentions.index",
        *(f"kept.{name}" for name in ("forgotten", "index")),
        *(f"pages.{name}" for name in ("privacy", "show")),
        *(
            f"petition.{name}"
            for name in ("check_email", "code", "count", "count_json", "current", "news", "show", "sign")
        ),
        "press.index",
        *(f"projects.{name}" for name in ("index", "show")),
        "security_txt.security_txt",
        *(f"sitemap.{name}" for name in ("index", "large", "pages", "robots")),
        *(f"stories.{name}" for name in ("index", "offline", "print_series", "print_story", "series", "show")),
        *(f"team.{name}" for name in ("index", "show")),
        "themes.show",
    }


@pytest.mark.parametrize(
    "path", ["/en/nope/", "/en/stories/nope/", "/en", "/", "/en/stories/?q=prison", "/healthz", "/en/stories/?q="]
)
def test_it_stores_no_errors_redirects_or_searches(reader: Reader, client: FlaskClient, path: str) -> None:
    usual = client.get(path, headers={"Accept-Language": ""})
    for _ in range(2):
        response = reader.get(path)
        assert (response.status, response.data) == (usual.status, usual.data)
    assert reader.stored() == set()


def test_it_stores_no_page_with_an_error_in_the_form(reader: Reader) -> None:
    usual = reader.get(f"{PETITION}sign")
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        reader.get(f"{PETITION}sign", method=method, HTTP_SEC_FETCH_SITE="same-origin")
    again = reader.get(f"{PETITION}sign")
    assert (again.status, again.data) == (usual.status, usual.data)


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    ["fbclid=1", "utm_source=a&utm_medium=b", "gclid=", "yclid=%D0%B6", "x", "&&", "=", "a=1;b=2", "lang=ru", "%00"],
)
@pytest.mark.parametrize("path", [HOME, STORIES, PETITION])
def test_it_shows_the_same_page_whatever_was_added_to_its_url(reader: Reader, path: str, query: str) -> None:
    usual = reader.get(path)
    response = reader.get(f"{path}?{query}")
    assert (response.status, response.data) == (usual.status, usual.data)
    assert len(reader.rendered) == 1


@pytest.mark.slow
def test_it_is_not_filled_by_unknown_queries(reader: Reader, cache: PageCache) -> None:
    for number in range(40):
        reader.get(f"{HOME}?x{number}={number}")
        reader.get(f"{STORIES}?before=nope{number}")
        reader.get(HOME, host=f"127.0.0.1:{number + 1}")
        reader.get(f"{STORIES}?q={number}")
        reader.get(HOME, host=f"example{number}.org")
    assert [key.path for key in cache.memory.stores[False].pages] == [HOME]
    assert len(cache.memory.stores[True].pages) == 0


def test_it_takes_filters_in_any_order_as_flask_does(reader: Reader, client: FlaskClient) -> None:
    for query in ("theme=violence&format=text", "format=text&theme=violence", "theme=violence&utm_source=x", "theme="):
        usual = client.get(f"{STORIES}?{query}".replace("&utm_source=x", ""))
        for _ in range(2):
            response = reader.get(f"{STORIES}?{query}")
            assert (response.status, response.location, response.data) == (usual.status, usual.location, usual.data)


def test_it_keeps_fragments_and_pages_apart(reader: Reader) -> None:
    for path in (STORIES, f"{PETITION}count"):
        page = reader.get(path)
        fragment = reader.get(path, HTTP_HX_REQUEST_TYPE="partial")
        boosted = reader.get(path, HTTP_HX_REQUEST_TYPE="full")
        assert "<html" in page.text
        assert "<html" not in fragment.text
        assert boosted.data == page.data
        assert "HX-Request-Type" in page.headers["Vary"]
        assert "HX-Request-Type" in fragment.headers["Vary"]


def test_it_keeps_languages_apart(reader: Reader) -> None:
    for _ in range(2):
        assert 'lang="ru"' in reader.get("/ru/").text[:200]
        assert 'lang="en"' in reader.get("/en/").text[:200]


@pytest.mark.slow
def test_it_makes_room_by_forgetting_what_nobody_asks_for(
    reader: Reader, cache: PageCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    popular = "/en/team/"
    first = reader.get(popular)
    store = cache.memory.stores[False]
    store.max_bytes = 100_000
    for path in pages(reader):
        reader.get(path)
        assert reader.get(popular).data == first.data
        assert store.bytes <= store.max_bytes
        assert store.bytes == sum(page.size for page in store.pages.values())
    assert sum(key.path == popular for key in reader.rendered) == 1


def test_it_does_not_store_what_was_rendered_before_a_change(
    reader: Reader, cache: PageCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = cache.renderer.fetch

    def change_meanwhile(key: memory.Key, *, for_disk: bool = False) -> Rendered:
        rendered = fetch(key, for_disk=for_disk)
        cache.memory.start_generation()
        return rendered

    monkeypatch.setattr(cache.renderer, "fetch", change_meanwhile)
    reader.get(HOME)
    assert reader.stored() == set()


def test_it_renews_forms_by_the_hour_and_notices_by_the_day(reader: Reader, start: time_machine.Traveller) -> None:
    NoticeFactory(texts__title="Zyxomma", until=START.date())
    db.session.commit()
    assert "Zyxomma" in reader.get(HOME).text
    form = reader.get(f"{PETITION}sign")
    start.move_to(START + timedelta(minutes=49))
    assert reader.get(f"{PETITION}sign").data == form.data
    start.move_to(START + timedelta(minutes=50))
    assert reader.get(f"{PETITION}sign").data != form.data
    start.move_to(datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC))
    assert "Zyxomma" in reader.get(HOME).text
    start.move_to(datetime(2026, 11, 21, tzinfo=UTC))
    assert "Zyxomma" not in reader.get(HOME).text


def test_it_renews_everything_when_the_clock_is_set_back(reader: Reader, start: time_machine.Traveller) -> None:
    reader.get(HOME)
    for moved in (timedelta(seconds=-1), timedelta(days=-400), timedelta(days=400)):
        before = len(reader.rendered)
        start.move_to(START + moved)
        reader.get(HOME)
        assert len(reader.rendered) == before + 1


def test_it_renews_counts_every_few_seconds_and_nothing_else(reader: Reader, start: time_machine.Traveller) -> None:
    for path in (HOME, PETITION, COUNT, STORIES):
        reader.get(path)
    for seconds, expected in ((4, 4), (5, 7), (9, 7), (10, 10)):
        start.move_to(START + timedelta(seconds=seconds))
        for path in (HOME, PETITION, COUNT, STORIES):
            reader.get(path)
        assert len(reader.rendered) == expected


def at_once(ask: Callable[[], object], number: int) -> list[object]:
    """Ask in so many threads."""
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(ask())) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def test_it_renders_a_page_once_for_all_who_ask_at_once(
    reader: Reader, cache: PageCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch, begun = cache.renderer.fetch, threading.Event()

    def slow(key: memory.Key, *, for_disk: bool = False) -> Rendered:
        begun.wait(0.3)
        return fetch(key, for_disk=for_disk)

    monkeypatch.setattr(cache.renderer, "fetch", slow)
    found = at_once(lambda: reader.get(STORIES).data, 8)
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(reader.rendered) == 1


def test_it_lets_shared_caches_store_public_pages_for_less_than_a_minute(reader: Reader, client: FlaskClient) -> None:
    for response in (reader.get(STORIES), client.get(STORIES)):
        usual, network = (
            dict(part.partition("=")[::2] for part in response.headers[name].split(", "))
            for name in ("Cache-Control", "CDN-Cache-Control")
        )
        assert set(usual) == {"public", "max-age", "s-maxage", "stale-if-error"}
        # Browsers would show editors a stale page too.
        assert usual["max-age"] == "0"
        assert int(usual["s-maxage"]) + int(usual["stale-if-error"]) < 60
        assert set(network) == {"public", "max-age", "stale-while-revalidate", "stale-if-error"}
        for stale in ("stale-while-revalidate", "stale-if-error"):
            assert int(network["max-age"]) + int(network[stale]) < 60


def test_it_lets_no_shared_cache_store_anything_else(client: FlaskClient) -> None:
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    sign = "/en/petition/mothers/sign"
    answers = {
        **{path: client.get(path) for path in ("/", "/en/nope/", "/en/stories/?q=prison", "/en/donate/card/thanks/")},
        **{path: client.get(path) for path in ("/healthz", "/admin/", f"/draft/{'a' * 32}")},
        **{path: client.get(path) for path in (f"/c/{'a' * 26}", *(f"/{kind}/{'a' * 32}" for kind in "wns"))},
        "a form": client.post(sign, data=ANNA),
        "a form, by htmx": client.post(sign, data=ANNA, headers=partial),
        "a form with errors": client.post(sign, data={**ANNA, "name": ""}, headers=partial),
        "a code": client.post("/en/petition/mothers/code", data={"code": "x"}),
    }
    assert {answers["a form"].status_code, answers["a form, by htmx"].status_code} == {303, 200}
    for asked, answer in answers.items():
        assert answer.headers["Cache-Control"] in ("no-store", "no-cache"), asked
        assert "CDN-Cache-Control" not in answer.headers, asked


@pytest.mark.slow
def test_it_redirects_plain_http_in_production_and_serves_each_host_its_own_headers(
    production_client: FlaskClient, content: None
) -> None:
    app = production_client.application
    cache = PageCache(app)
    cache.watcher.has_started = True
    reader = Reader(cache)
    for _ in range(2):
        secure, onion = reader.get(HOME, host="wps.example.org"), reader.get(HOME, host="abcdef.onion")
        assert "Strict-Transport-Security" in secure.headers
        assert secure.headers["Onion-Location"] == "http://abcdef.onion/en/"
        assert "Strict-Transport-Security" not in onion.headers
        assert "Onion-Location" not in onion.headers
        assert reader.get(HOME, host="wps.example.org", HTTP_X_FORWARDED_PROTO="http").status_code == 308
        assert reader.get(HOME, host="n.example.net").headers["Strict-Transport-Security"]
        assert reader.get(HOME, host="evil.example").status_code == 400
    environ = create_environ(HOME, "https://wps.example.org")
    assert cache.find_ready(environ) is not None
    assert cache.find_ready(environ | {"HTTP_X_FORWARDED_PROTO": "http"}) is None
