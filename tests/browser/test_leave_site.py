"""The "Leave this site" button: at once, and without a way back."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import Request, Route, expect

from tests.browser.conftest import OpenReader
from tests.running_site import RunningSite
from wzo.i18n import LANGUAGES

only_with_scripts = pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])


class Outside:
    """The rest of the web: an empty page for every URL, and the requests that it received."""

    def __init__(self, tab: Tab, site: RunningSite) -> None:
        self.requests: list[Request] = []
        tab.route(lambda url: not url.startswith(site.url), self.respond)

    def respond(self, route: Route) -> None:
        self.requests.append(route.request)
        route.fulfill(body="<title>Weather</title>", content_type="text/html")


@pytest.fixture
def tab(open_fresh_reader: OpenReader) -> Tab:
    return open_fresh_reader()


@pytest.fixture
def outside(tab: Tab, shared_site: RunningSite) -> Outside:
    return Outside(tab, shared_site)


def test_it_leads_to_a_neutral_page(
    tab: Tab, outside: Outside, shared_site: RunningSite, language: str, scripts: bool
) -> None:
    home, petition = f"{shared_site.url}/{language}/", f"{shared_site.url}/{language}/petition/mothers/"
    tab.goto(home)
    tab.goto(petition)
    tab.locator("#leave").click()
    tab.wait_for_url(LANGUAGES[language].neutral_url)
    assert [request.url for request in outside.requests] == [LANGUAGES[language].neutral_url]
    assert "referer" not in outside.requests[0].all_headers()
    if scripts:
        assert history_of(tab) == [home, LANGUAGES[language].neutral_url]
        tab.go_back()
        assert tab.url == home
        expect(tab.locator("h1")).to_be_visible()
    else:
        assert history_of(tab) == [home, petition, LANGUAGES[language].neutral_url]


@only_with_scripts
def test_it_leaves_on_three_presses_of_shift(
    tab: Tab, outside: Outside, shared_site: RunningSite, language: str
) -> None:
    tab.goto(f"{shared_site.url}/{language}/petition/mothers/")
    status = tab.locator("#leave-status")
    for attribute in ("data-once", "data-twice"):
        tab.keyboard.press("Shift")
        expect(status).to_have_text(str(tab.locator("#leave").get_attribute(attribute)))
    tab.keyboard.press("Shift")
    tab.wait_for_url(LANGUAGES[language].neutral_url)
    assert [request.url for request in outside.requests] == [LANGUAGES[language].neutral_url]
    assert history_of(tab) == [LANGUAGES[language].neutral_url]


@only_with_scripts
@pytest.mark.parametrize("language", ["en"], indirect=True)
@pytest.mark.parametrize(
    "press",
    [
        lambda tab: [tab.keyboard.press(f"Shift+{letter}") for letter in "ABCD"],
        lambda tab: [tab.keyboard.press(key) for key in ("Shift", "Shift", "Tab", "Shift")],
        lambda tab: [tab.keyboard.down("Shift") for _ in range(5)],
        lambda tab: [press_and_wait(tab) for _ in range(5)],
    ],
    ids=["capital letters", "another key between", "one long press", "slow presses"],
)
def test_it_stays_if_shift_is_used_otherwise(
    tab: Tab, outside: Outside, shared_site: RunningSite, press: Callable[[Tab], object]
) -> None:
    tab.clock.install()
    tab.goto(f"{shared_site.url}/en/petition/mothers/")
    tab.locator("[name=name]").focus()
    press(tab)
    # Leaving would hide the page at once.
    assert tab.evaluate("document.body.hidden") is False
    assert outside.requests == []


def press_and_wait(tab: Tab) -> None:
    tab.keyboard.press("Shift")
    tab.clock.fast_forward("00:06")


def history_of(tab: Tab) -> list[str]:
    """The URLs in this tab's history, without the empty page at its start."""
    entries = tab.context.new_cdp_session(tab).send("Page.getNavigationHistory")["entries"]
    return [entry["url"] for entry in entries if urlsplit(entry["url"]).scheme != "about"]


# As from the back/forward cache, which Chromium without windows does not have.
COME_BACK = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"


@only_with_scripts
@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_it_keeps_the_typed_text_when_a_reader_comes_back(tab: Tab, shared_site: RunningSite) -> None:
    tab.goto(f"{shared_site.url}/en/petition/mothers/")
    tab.locator("[name=name]").fill("Anna")
    tab.evaluate(COME_BACK)
    # A page that loads again would be another one by then.
    tab.evaluate("window.isTheSame = true; new Promise((done) => setTimeout(done))")
    assert tab.evaluate("window.isTheSame") is True
    expect(tab.locator("[name=name]")).to_have_value("Anna")
    tab.get_by_role("link", name="Projects", exact=True).click()
    tab.wait_for_url("**/projects/")
    tab.go_back()
    expect(tab.locator("[name=name]")).to_have_value("Anna")


@only_with_scripts
@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_it_restores_a_page_that_was_left_without_what_was_typed(tab: Tab, shared_site: RunningSite) -> None:
    """Leaving empties the page, and a browser may keep it like that for the Back button."""
    # The browser stays where it is.
    tab.route(lambda url: not url.startswith(shared_site.url), lambda route: route.fulfill(status=204))
    tab.goto(f"{shared_site.url}/en/petition/mothers/")
    tab.locator("[name=name]").fill("Anna")
    tab.locator("#leave").click()
    expect(tab.locator("body")).to_be_hidden()
    with tab.expect_navigation():
        tab.evaluate(COME_BACK)
    expect(tab.locator("h1")).to_be_visible()
    expect(tab.locator("[name=name]")).to_have_value("")
