"""Accessibility of every kind of page: axe, narrow screens, the keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.browser.accessibility import SCHEMES, find_faults
from tests.browser.conftest import TIMEOUT
from tests.browser.disguises import find_disguise_faults
from tests.browser.test_petition import LONG_AGO
from tests.browser.text_layout import find_text_faults
from tests.html import assert_none
from tests.running_site import RunningSite
from tests.site_pages import Page, all_pages, open_page
from wzo.i18n import LANGUAGES

# A page of every kind, by its name in tests/site_pages.py.
NAMES = (
    "home",
    "petition-mothers",
    "sign-errors",
    "check-email",
    "code-errors",
    "code-unknown",
    "confirm",
    "confirm-named",
    "confirm-shown",
    "confirm-errors",
    "thanks",
    "expired",
    "withdraw",
    "not-me",
    "erased",
    "closed",
    "not-found",
    "projects",
    "projects-transformation",
    "stories",
    "stories-everything",
    "stories-everything-print",
    "stories-outcasts-1",
    "stories-outcasts-1-print",
    "series-outcasts",
    "series-outcasts-print",
    "kept",
    "forgotten",
    "themes-motherhood",
    "team",
    "donate",
    "donate-?from=russia",
    "donate-?from=russia&warned=1",
    "donate-?from=none",
    "card",
    "card-errors",
    "card-onward",
    "card-thanks",
    "card-cancelled",
    "card-monthly",
    "privacy",
    "glossary",
    "mentions",
    "help",
    "help-filtered",
    "contact",
    "press",
)

# The focused element, its outline, and whether something covers it; null at the end of the page.
FOCUS = """() => {
  const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => rgb(colour).slice(0, 3)
    .map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = (element) => {
    const colour = element ? getComputedStyle(element).backgroundColor : "rgb(255, 255, 255)";
    return element && rgb(colour)[3] === 0 ? behind(element.parentElement) : colour;
  };
  const element = document.activeElement;
  window.stops ??= new Set();
  if (element === document.body || window.stops.has(element)) return null;
  window.stops.add(element);
  const style = getComputedStyle(element);
  const width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  const ground = behind(parseFloat(style.outlineOffset) < 0 ? element : element.parentElement);
  const lights = [light(style.outlineColor), light(ground)].sort((one, other) => other - one);
  const box = element.getClientRects()[0];
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: element.outerHTML.slice(0, 120),
    width,
    contrast: (lights[0] + 0.05) / (lights[1] + 0.05),
    covered: !(top && (element.contains(top) || top.contains(element))),
  };
}"""
# The errors of a form take the focus, but tabbing starts at the top of the page.
TO_THE_TOP = """() => {
  const start = document.createElement("span");
  start.tabIndex = -1;
  document.body.prepend(start);
  start.focus();
  start.remove();
  scrollTo(0, 0);
}"""
FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"


@pytest.fixture(scope="module")
def pages(shared_site: RunningSite) -> dict[tuple[str, str], Page]:
    """Every page by name and language."""
    return {(page.name, page.language): page for page in all_pages(shared_site)}


@pytest.fixture(scope="module")
def tabs(browser: Browser) -> Iterator[dict[str, Tab]]:
    yield from open_tabs(browser)


@pytest.fixture(scope="module")
def measuring_tabs(measuring_browser: Browser) -> Iterator[dict[str, Tab]]:
    yield from open_tabs(measuring_browser)


def open_tabs(browser: Browser) -> Iterator[dict[str, Tab]]:
    """A tab for each language that bypasses the CSP, which would block axe."""
    contexts = {language: browser.new_context(locale=language, bypass_csp=True) for language in LANGUAGES}
    for context in contexts.values():
        context.set_default_timeout(TIMEOUT)
    yield {language: context.new_page() for language, context in contexts.items()}
    for context in contexts.values():
        context.close()


@pytest.fixture
def tab(tabs: dict[str, Tab], language: str) -> Tab:
    return tabs[language]


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_read_by_everybody(
    measuring_tabs: dict[str, Tab],
    shared_site: RunningSite,
    pages: dict[tuple[str, str], Page],
    name: str,
    language: str,
) -> None:
    tab = measuring_tabs[language]
    open_page(tab, shared_site, pages[name, language])
    # One page load for everything.
    assert_none([*find_faults(tab, language), *find_text_faults(tab), *find_disguise_faults(tab)])


def test_it_passes_axe_after_a_swap(tab: Tab, shared_site: RunningSite, language: str) -> None:
    tab.goto(f"{shared_site.url}/{language}/petition/mothers/")
    tab.locator("#sign button").click()
    expect(tab.locator(".errors")).to_be_focused()
    assert_none(find_faults(tab, language))
    tab.locator("[name=name]").fill("Anna")
    tab.locator("[name=email]").fill(f"swapped-{language}@example.org")
    tab.locator("[name=opened]").evaluate(LONG_AGO)
    tab.locator("#sign button").click()
    expect(tab.locator("#check-email-title")).to_be_focused()
    assert_none(find_faults(tab, language))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "name", ["home", "petition-mothers", "sign-errors", "thanks", "stories-outcasts-1", "stories-everything"]
)
@pytest.mark.parametrize("language", ["ru"], indirect=True)
def test_it_can_be_used_by_keyboard_with_a_visible_focus(
    tab: Tab, shared_site: RunningSite, pages: dict[tuple[str, str], Page], name: str, language: str, scheme: str
) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.set_viewport_size({"width": 1024, "height": 700})
    open_page(tab, shared_site, pages[name, language])
    tab.evaluate(TO_THE_TOP)
    faults = []
    for first in (".skip", ".languages a", "#leave", None):
        while True:
            tab.keyboard.press("Tab")
            stop = tab.evaluate(FOCUS)
            if stop is None:
                break
            if stop["width"] < 2 or stop["contrast"] < 3 or stop["covered"]:
                faults.append(str(stop))
            if first:
                assert tab.evaluate("selector => document.activeElement.matches(selector)", first), stop
                break
    assert_none(faults)
    assert tab.evaluate("window.stops.size") == tab.locator(FOCUSABLE).filter(visible=True).count()
