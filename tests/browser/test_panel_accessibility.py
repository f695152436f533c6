"""Accessibility of every page of the panel: axe at 320 and 1440 pixels, light and dark, in both languages."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.admin.crawl import crawl
from tests.browser.accessibility import find_faults
from tests.browser.conftest import TIMEOUT
from tests.browser.editors import create_editor, sign_in
from tests.html import assert_none
from tests.running_site import RunningSite
from wzo import create_app
from wzo.config import load_settings

# Pages that only strangers see.
OUTSIDE = ("/admin/sign-in/", "/admin/signed-out/")


@pytest.fixture(scope="module")
def panels(browser: Browser, shared_site: RunningSite) -> Iterator[dict[str, BrowserContext]]:
    """A signed-in administrator's browser for each language, which bypasses the CSP for axe."""
    contexts = {}
    for language in ("ru", "en"):
        contexts[language] = browser.new_context(locale=language, bypass_csp=True)
        contexts[language].set_default_timeout(TIMEOUT)
        sign_in(contexts[language].new_page(), shared_site, create_editor(shared_site, language=language))
    yield contexts
    for context in contexts.values():
        context.close()


def test_it_passes_axe(shared_site: RunningSite, panels: dict[str, BrowserContext], language: str) -> None:
    context = panels[language]
    [cookie] = [f"{it['name']}={it['value']}" for it in context.cookies() if it["name"] == "wzo"]  # type: ignore[typeddict-item]
    app = create_app(load_settings(shared_site.environ))

    def get(path: str) -> tuple[int, bytes]:
        response = shared_site.ask(path, headers={"Cookie": cookie, "Accept-Language": language})
        return response.status, response.body

    paths = [path for path in crawl(app, get, per_kind=1) if not re.search(r"/preview/|/authenticator/", path)]
    assert len(paths) >= 40
    tab, faults = context.pages[0], []
    for path in (*paths, *OUTSIDE):
        tab.goto(shared_site.url + path)
        tab.evaluate("document.querySelectorAll('main details').forEach((it) => { it.open = true; })")
        faults += [f"{path}: {it}" for it in find_faults(tab, language)]
    assert_none(faults)
