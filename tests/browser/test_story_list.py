"""The list of stories in a browser: filters, search, pages, Back and Forward, with and without JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.browser.conftest import TIMEOUT, OpenReader, in_each_language_and_mode
from tests.html import parse
from tests.running_site import RunningSite
from wzo.seed.demo import load_demo

STORIES = 120
QUERIES = {"ru": "пример", "en": "sample"}
SEARCH = {"ru": "Искать", "en": "Search"}
NEXT, PREVIOUS = "[rel=next]", "[rel=prev]"


@pytest.fixture(scope="module")
def site() -> Iterator[RunningSite]:
    with RunningSite(warms_cache=False) as site:
        with site.inside():
            load_demo(stories=STORIES, seed=1, on_progress=lambda count: None)
        yield site


@dataclass(frozen=True)
class State:
    """The list: its URL, the page's title, the selected filters, the query, the heading and the stories."""

    url: str
    title: str
    ticked: tuple[str, ...]
    question: str
    heading: str
    stories: tuple[str, ...]


def seen(tab: Tab) -> State:
    """The state in the browser."""
    parts = urlsplit(tab.url)
    return State(
        url=f"{parts.path}?{parts.query}",
        title=tab.title(),
        ticked=tuple(tab.eval_on_selector_all("#filters :checked", "them => them.map((it) => it.id)")),
        question=tab.locator("#q").input_value(),
        heading=" ".join(tab.locator("#results-title").inner_text().split()),
        stories=tuple(
            tab.eval_on_selector_all("#results .item a", "them => them.map((it) => it.getAttribute('href'))")
        ),
    )


def served(site: RunningSite, url: str) -> State:
    """The state that the server sends for a URL."""
    html = parse(site.ask(url).body)
    (results,) = html.all(lambda it: it.get("id") == "results")
    (heading,) = html.all(lambda it: it.get("id") == "results-title")
    (question,) = html.all(lambda it: it.get("id") == "q")
    items = [it for it in results.iter("article") if it.get("class") == "item"]
    return State(
        url=url,
        title=" ".join((html.root.findtext("head/title") or "").split()),
        ticked=tuple(it.get("id", "") for it in html.root.iter("input") if "checked" in it.attrib),
        question=question.get("value", ""),
        heading=" ".join("".join(heading.itertext()).split()),
        stories=tuple(link.get("href", "") for item in items for link in item.iter("a")),
    )


def load(tab: Tab, site: RunningSite, path: str) -> State:
    """The state in the browser once it is at a URL; it must equal the server's."""
    tab.wait_for_url(f"{site.url}{path}", timeout=TIMEOUT)
    wanted = served(site, path)
    expect(tab.locator("#results-title")).to_have_text(wanted.heading)
    for story in wanted.stories[:1]:
        expect(tab.locator("#results .item a").first).to_have_attribute("href", story)
    assert seen(tab) == wanted
    return wanted


def tick(tab: Tab, name: str, scripts: bool) -> None:
    """Tick a filter after unfolding it; without JavaScript, submit the form too."""
    box = tab.locator(f"#{name}")
    if not box.is_visible():
        tab.locator("details", has=box).locator("summary").click()
    box.check()
    if not scripts:
        tab.locator("#filters > button").click()


@in_each_language_and_mode
def test_it_keeps_the_url_the_filters_and_the_results_in_step(
    site: RunningSite, open_reader: OpenReader, language: str, scripts: bool
) -> None:
    tab = open_reader()
    list_path = f"/{language}/stories/"
    tab.goto(site.url + list_path)
    tick(tab, "theme-violence", scripts)
    load(tab, site, f"{list_path}?theme=violence")
    tick(tab, "format-text", scripts)
    both = load(tab, site, f"{list_path}?theme=violence&format=text")
    assert both.ticked == ("theme-violence", "format-text")
    tab.locator("#q").fill(QUERIES[language])
    tab.locator("#q").press("Enter")
    query = f"?q={QUERIES[language]}&theme=violence&format=text"
    tab.wait_for_url(lambda url: "q=" in url)
    first_path = urlsplit(tab.url).path + "?" + urlsplit(tab.url).query
    first = load(tab, site, first_path)
    assert len(first.stories) == 20, query
    tab.locator(NEXT).click()
    tab.wait_for_url(lambda url: "after=" in url)
    second_path = urlsplit(tab.url).path + "?" + urlsplit(tab.url).query
    second = load(tab, site, second_path)
    assert set(first.stories).isdisjoint(second.stories)

    tab.go_back()
    assert load(tab, site, first_path) == first
    tab.go_back()
    assert load(tab, site, both.url) == both
    tab.reload()
    assert load(tab, site, both.url) == both
    tab.go_forward()
    assert load(tab, site, first_path) == first
    tab.go_forward()
    assert load(tab, site, second_path) == second

    tab.locator(".chips a", has_text="×").or_(tab.locator(".chips a")).first.click()
    tab.wait_for_url(lambda url: "q=" not in url)
    assert load(tab, site, both.url) == both


@in_each_language_and_mode
def test_it_corrects_a_typing_error_at_one_touch(
    site: RunningSite, open_reader: OpenReader, language: str, scripts: bool
) -> None:
    tab = open_reader()
    tab.goto(f"{site.url}/{language}/stories/")
    tab.locator("#q").fill({"ru": "справидливость", "en": "justise"}[language])
    tab.locator("#q").press("Enter")
    link = tab.locator(".suggestions a").first
    expect(link).to_have_text({"ru": "справедливость", "en": "justice"}[language])
    link.click()
    expect(tab.locator("#results mark, #results .item").first).to_be_visible()
    assert seen(tab).stories


@pytest.mark.parametrize("language", ["ru"], indirect=True)
def test_it_works_by_keyboard_on_a_small_screen(site: RunningSite, open_reader: OpenReader, scripts: bool) -> None:
    tab = open_reader()
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.goto(f"{site.url}/ru/stories/")

    def go_to(selector: str) -> None:
        for _ in range(200):
            if tab.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            tab.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    go_to("#q")
    tab.keyboard.type("пример")
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda url: "q=" in url)
    # On the results of a search, the filters are folded.
    go_to(".all-facets > summary")
    tab.keyboard.press("Enter")
    go_to("#choices-theme > summary")
    tab.keyboard.press("Enter")
    go_to("#theme-motherhood")
    tab.keyboard.press("Space")
    if not scripts:
        go_to("#filters .quiet")
        tab.keyboard.press("Enter")
    tab.wait_for_url(lambda url: "theme=motherhood" in url)
    if scripts:
        # The focus is kept while the content around it changes.
        expect(tab.locator("#theme-motherhood")).to_be_focused()
    go_to(NEXT)
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda url: "after=" in url)
    if scripts:
        expect(tab.locator("#results-title")).to_be_focused()
    go_to("#results .item a")
    tab.keyboard.press("Enter")
    expect(tab.locator("h1")).to_contain_text("Пример")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


def test_it_announces_the_count(site: RunningSite, browser: Browser) -> None:
    context = browser.new_context(locale="en")
    tab = context.new_page()
    tab.goto(f"{site.url}/en/stories/")
    # A live region is announced only if it exists before its text changes.
    tab.evaluate("() => { window.region = document.querySelector('#results [role=status]') }")
    tick(tab, "theme-medicine", scripts=True)
    tab.wait_for_url(lambda url: "theme=medicine" in url)
    expect(tab.locator("#results-title")).not_to_have_text("")
    assert tab.evaluate("window.region.isConnected && window.region.textContent.toLowerCase().includes('stor')")
    context.close()


def test_it_leaves_a_folded_part_as_the_reader_left_it(site: RunningSite, browser: Browser) -> None:
    context = browser.new_context(locale="en")
    tab = context.new_page()
    tab.goto(f"{site.url}/en/stories/")
    tab.locator("#choices-country summary").click()
    tick(tab, "theme-medicine", scripts=True)
    tab.wait_for_url(lambda url: "theme=medicine" in url)
    expect(tab.locator("#choices-country")).to_have_attribute("open", "")
    context.close()
