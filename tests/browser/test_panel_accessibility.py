"""Accessibility of every page of the panel: axe at 320 and 1440 pixels, light and dark, in both languages."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.admin.crawl import crawl
from tests.browser.accessibility import find_faults
from tests.browser.conftest import TIMEOUT
from tests.browser.editors import create_editor, session_cookie
from tests.html import assert_none
from tests.running_site import RunningSite

# The pages are checked in so many tests, which can run beside each other.
PARTS = 8
# Pages for editors who are not signed in.
OUTSIDE = ("/admin/sign-in/", "/admin/signed-out/")


@pytest.fixture(scope="module")
def panels(measuring_browser: Browser, shared_site: RunningSite) -> Iterator[dict[str, BrowserContext]]:
    """A signed-in administrator's browser for each language, which bypasses the CSP for axe."""
    contexts = {}
    for language in ("ru", "en"):
        contexts[language] = measuring_browser.new_context(locale=language, bypass_csp=True)
        contexts[language].set_default_timeout(TIMEOUT)
        contexts[language].add_cookies([session_cookie(shared_site, create_editor(shared_site, language=language))])
        contexts[language].new_page()
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture(scope="module")
def paths(shared_site: RunningSite, panels: dict[str, BrowserContext]) -> list[str]:
    """A page of every kind in the panel, by its path."""
    [cookie] = [f"{it['name']}={it['value']}" for it in panels["en"].cookies() if it["name"] == "wzo"]  # type: ignore[typeddict-item]

    def get(path: str) -> tuple[int, bytes]:
        response = shared_site.ask(path, headers={"Cookie": cookie, "Accept-Language": "en"})
        return response.status, response.body

    pages = crawl(shared_site.app, get, per_kind=1)
    paths = [path for path in pages if not re.search(r"/preview/|/authenticator/", path)]
    assert len(paths) >= 40
    return [*paths, *OUTSIDE]


@pytest.mark.parametrize("part", range(PARTS))
def test_it_passes_axe(
    shared_site: RunningSite, panels: dict[str, BrowserContext], paths: list[str], language: str, part: int
) -> None:
    tab = panels[language].pages[0]
    found = []
    for path in paths[part::PARTS]:
        tab.goto(shared_site.url + path)
        tab.evaluate("document.querySelectorAll('main details').forEach((it) => { it.open = true; })")
        found += [f"{path}: {it}" for it in find_faults(tab, language)]
    assert_none(found)
