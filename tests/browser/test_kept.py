"""Keeping a story on a device, reading it offline, and forgetting everything."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect
from sqlalchemy import select, update

from tests.browser.conftest import OpenReader
from tests.running_site import RunningSite
from wzo.content_version import bump_content_version
from wzo.extensions import db
from wzo.publication import State
from wzo.stories.models import Story, StoryText

with_scripts = pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
without_scripts = pytest.mark.parametrize("scripts", [False], indirect=True, ids=["no-js"])
in_english = pytest.mark.parametrize("language", ["en"], indirect=True)

STORED = """async () => ({
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).length,
})"""
NOTHING = {"caches": [], "workers": 0, "local": [], "session": [], "databases": 0}
CACHED = """async () => {
  const paths = new Set();
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) paths.add(new URL(request.url).pathname);
  return [...paths];
}"""
IS_STYLED = "getComputedStyle(document.querySelector('.topbar')).position === 'sticky'"
SHOWS_ITS_PICTURES = "[...document.images].every((picture) => picture.naturalWidth > 0)"


@pytest.fixture
def site(shared_site: RunningSite) -> Iterator[RunningSite]:
    """A site that a test may stop and whose stories it may change; it is restored afterwards."""
    rows = select(StoryText.story_id, StoryText.language, StoryText.title, StoryText.state)
    with shared_site.inside():
        before = [dict(row) for row in db.session.execute(rows).mappings()]
    yield shared_site
    with shared_site.writing():
        db.session.execute(update(StoryText), before)
        bump_content_version()
        db.session.commit()
    if "web" not in shared_site.processes:
        shared_site.restart("web")


@pytest.fixture
def tab(open_fresh_reader: OpenReader) -> Tab:
    return open_fresh_reader()


def stop(site: RunningSite) -> None:
    """Take the site away: its process exits, and nothing listens at its address."""
    web = site.processes.pop("web")
    web.terminate()
    web.wait()


def keep(tab: Tab, site: RunningSite, language: str, slug: str) -> str:
    """Keep a story; returns its path."""
    path = f"/{language}/stories/{slug}/"
    tab.goto(site.url + path)
    tab.locator(".take-along > summary").click()
    tab.locator("[data-keep] button").click()
    expect(tab.locator("[data-state=kept]")).to_be_visible()
    expect(tab.locator("[data-state=kept]")).to_be_focused()
    return path


def withdraw(site: RunningSite, slug: str, state: State = State.UNPUBLISHED) -> None:
    with site.writing():
        story = db.select(Story.id).where(Story.slug == slug).scalar_subquery()
        db.session.execute(update(StoryText).where(StoryText.story_id == story).values(state=state))
        bump_content_version()
        db.session.commit()


@with_scripts
def test_it_opens_a_kept_story_offline(tab: Tab, site: RunningSite, language: str) -> None:
    path = keep(tab, site, language, "outcasts-4")
    title = tab.locator("h1").inner_text()
    other = f"/{language}/stories/outcasts-1/"
    tab.context.set_offline(True)

    tab.goto(site.url + path)
    expect(tab.locator("h1")).to_have_text(title)
    expect(tab.locator(".prose").first).to_be_visible()
    assert tab.evaluate(IS_STYLED)
    assert tab.evaluate(SHOWS_ITS_PICTURES)
    # The scripts are kept too, including "Leave this site".
    tab.locator(".take-along > summary").click()
    expect(tab.locator("[data-state=kept]")).to_be_visible()

    response = tab.goto(site.url + other)
    assert response is not None
    assert response.status == 503
    expect(tab.locator("#no-connection")).to_be_visible()
    expect(tab.locator("#kept-list a")).to_have_text(title)
    assert tab.evaluate(IS_STYLED)
    expect(tab.locator("#kept-list")).to_have_css("list-style-type", "none")
    tab.locator("#kept-list a").click()
    expect(tab.locator("h1")).to_have_text(title)

    tab.goto(f"{site.url}/{language}/kept/")
    expect(tab.locator("#kept-list a")).to_have_text(title)
    expect(tab.locator("#no-connection")).to_be_hidden()
    tab.locator("#forget button").click()
    # The page says that other copies in the browser depend on the server.
    expect(tab.locator("#kept-status")).to_be_focused()
    said = tab.locator("#kept-status").get_attribute("data-forgotten-here")
    expect(tab.locator("#kept-status")).to_have_text(str(said))
    assert tab.evaluate(STORED) == NOTHING


class FailingHost(BaseHTTPRequestHandler):
    """In place of the site: a proxy that does not reach it, or a host that is out of order."""

    status = 503

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>Out of order</h1>")

    def log_message(self, *_: object) -> None:
        pass


@with_scripts
@in_english
def test_it_opens_a_kept_story_while_the_host_fails(tab: Tab, site: RunningSite, language: str) -> None:
    path = keep(tab, site, language, "outcasts-4")
    title = tab.locator("h1").inner_text()
    stop(site)
    with ThreadingHTTPServer(("127.0.0.1", site.port), FailingHost) as host:
        Thread(target=host.serve_forever, daemon=True).start()
        for FailingHost.status in (500, 502, 503, 504, 522):
            tab.goto(site.url + path)
            expect(tab.locator("h1")).to_have_text(title)
            assert tab.evaluate(IS_STYLED)
            assert tab.evaluate(SHOWS_ITS_PICTURES)
            # What is not kept: the host's own words.
            response = tab.goto(f"{site.url}/{language}/stories/outcasts-1/")
            assert response is not None
            assert response.status == FailingHost.status
            expect(tab.locator("h1")).to_have_text("Out of order")
        tab.goto(f"{site.url}/{language}/kept/")
        expect(tab.locator("#kept-list a")).to_have_text(title)
        expect(tab.locator("#no-connection")).to_have_count(0)
        host.shutdown()


@with_scripts
@in_english
def test_it_stores_only_the_story_and_what_it_needs(tab: Tab, site: RunningSite, language: str) -> None:
    story, list_ = f"/{language}/stories/outcasts-4/", f"/{language}/kept/"
    tab.goto(site.url + story)
    expect(tab.locator("[data-keep] .hint")).to_contain_text("anyone who opens this phone")
    assert tab.evaluate(STORED) == NOTHING
    keep(tab, site, language, "outcasts-4")
    assert tab.evaluate("location.pathname") == story
    for elsewhere in ("/en/", "/en/petition/mothers/", "/en/stories/outcasts-1/", "/en/projects/", "/ru/", story):
        tab.goto(site.url + elsewhere)
    tab.wait_for_timeout(500)
    cached = set(tab.evaluate(CACHED))
    assert {path for path in cached if not path.startswith("/static/")} == {story, list_}
    assert {path.split("/")[-1].split(".")[0] for path in cached if path.startswith("/static/")} == {
        "story",
        "site",
        "print",
        "htmx",
        "kept",
        "mark",
        "outcasts",
    }
    assert {**tab.evaluate(STORED), "workers": 0, "caches": []} == NOTHING


@with_scripts
@in_english
@pytest.mark.parametrize("state", [State.UNPUBLISHED, State.DRAFT])
def test_it_drops_an_unpublished_story(tab: Tab, site: RunningSite, language: str, state: State) -> None:
    gone, stays = keep(tab, site, language, "outcasts-4"), keep(tab, site, language, "outcasts-1")
    withdraw(site, "outcasts-4", state)
    response = tab.goto(site.url + gone)
    assert response is not None
    assert response.status == (410 if state == State.UNPUBLISHED else 404)
    assert tab.evaluate(STORED)["caches"] == [stays]
    # The list requests none of them, so that nobody on the network learns what is kept.
    withdraw(site, "outcasts-1", state)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{site.url}/{language}/kept/")
    expect(tab.locator("#kept-list li")).to_have_count(1)
    assert site.url + stays not in asked
    # The service worker is removed with the last story.
    tab.goto(site.url + stays)
    tab.goto(f"{site.url}/{language}/kept/")
    expect(tab.locator("#kept-empty")).to_be_visible()
    expect(tab.locator("#kept-list li")).to_have_count(0)
    tab.wait_for_function("async () => (await navigator.serviceWorker.getRegistrations()).length === 0")
    assert tab.evaluate(STORED) == NOTHING


@with_scripts
@in_english
def test_it_updates_a_corrected_story(tab: Tab, site: RunningSite, language: str) -> None:
    path = keep(tab, site, language, "outcasts-4")
    with site.writing():
        story = db.select(Story.id).where(Story.slug == "outcasts-4").scalar_subquery()
        db.session.execute(update(StoryText).where(StoryText.story_id == story).values(title="Corrected"))
        bump_content_version()
        db.session.commit()
    with tab.expect_response("**/kept/"):
        tab.goto(site.url + path)
    expect(tab.locator("h1")).to_have_text("Corrected")
    tab.wait_for_function("async (path) => (await (await caches.match(path)).text()).includes('Corrected')", arg=path)
    tab.context.set_offline(True)
    tab.goto(site.url + path)
    expect(tab.locator("h1")).to_have_text("Corrected")


@with_scripts
@in_english
def test_it_removes_each_story_separately(tab: Tab, site: RunningSite, language: str) -> None:
    keep(tab, site, language, "outcasts-4")
    second = keep(tab, site, language, "outcasts-1")
    tab.goto(f"{site.url}/{language}/kept/")
    expect(tab.locator("#kept-list li")).to_have_count(2)
    tab.locator("#kept-list li", has_text="Justice").get_by_role("button").click()
    expect(tab.locator("#kept-list li")).to_have_count(1)
    expect(tab.locator("#kept-status")).to_be_focused()
    stored = tab.evaluate(STORED)
    assert (stored["caches"], stored["workers"]) == ([second], 1)
    tab.get_by_role("button", name="Remove").click()
    expect(tab.locator("#kept-empty")).to_be_visible()
    assert tab.evaluate(STORED) == NOTHING


@with_scripts
def test_it_forgets_everything_at_one_touch(tab: Tab, site: RunningSite, language: str) -> None:
    keep(tab, site, language, "outcasts-4")
    keep(tab, site, language, "outcasts-1")
    tab.goto(f"{site.url}/{language}/kept/")
    expect(tab.locator("#kept-list li")).to_have_count(2)
    with tab.expect_request("**/kept/forget") as request:
        tab.locator("#forget button").click()
    expect(tab.locator("#kept-status")).to_be_focused()
    response = request.value.response()
    assert response is not None
    assert response.header_value("Clear-Site-Data") == '"cache", "storage"'
    expect(tab.locator("#kept-list li")).to_have_count(0)
    assert tab.evaluate(STORED) == NOTHING


@without_scripts
def test_it_forgets_without_scripts(tab: Tab, site: RunningSite, language: str) -> None:
    tab.goto(f"{site.url}/{language}/stories/outcasts-4/")
    expect(tab.locator("[data-keep]")).to_be_hidden()
    tab.goto(f"{site.url}/{language}/kept/")
    expect(tab.locator("#kept-without-scripts")).to_be_visible()
    # Kept earlier, with scripts on.
    tab.evaluate(
        "async () => { await caches.open('/x/'); localStorage.x = 1; await navigator.serviceWorker.register('/sw.js') }"
    )
    assert tab.evaluate(STORED) != NOTHING
    tab.locator("#forget button").click()
    tab.wait_for_url(f"**/{language}/kept/forgotten")
    assert tab.evaluate(STORED) == NOTHING


@with_scripts
@in_english
def test_it_leaves_nothing_behind_if_a_story_cannot_be_kept(tab: Tab, site: RunningSite, language: str) -> None:
    tab.goto(f"{site.url}/{language}/stories/outcasts-4/")
    stop(site)
    tab.locator(".take-along > summary").click()
    tab.locator("[data-keep] button").click()
    expect(tab.locator("[data-state=failed]")).to_be_visible()
    assert tab.evaluate(STORED) == NOTHING


@with_scripts
@in_english
def test_it_lets_forms_and_fragments_pass_the_service_worker(tab: Tab, site: RunningSite, language: str) -> None:
    keep(tab, site, language, "outcasts-4")
    tab.goto(f"{site.url}/{language}/petition/mothers/")
    assert tab.evaluate("navigator.serviceWorker.controller !== null")
    with tab.expect_response("**/sign") as response:
        tab.locator("#sign button").click()
    assert not response.value.from_service_worker
    ask = "(headers) => fetch('/en/petition/mothers/count', { headers }).then((it) => it.status)"
    for headers, by_worker in ({"HX-Request": "true"}, False), ({}, True):
        with tab.expect_response("**/count") as response:
            tab.evaluate(ask, headers)
        assert response.value.from_service_worker is by_worker
    with tab.expect_response("**/admin/") as response:
        tab.evaluate("fetch('/admin/')")
    assert not response.value.from_service_worker
