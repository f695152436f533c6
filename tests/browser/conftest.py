"""Fixtures for browser tests: Chromium, the running site, and readers with their own browsers."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect
from playwright.sync_api import Page as Tab

from tests.browser.chromium import NO_FRAMES, NO_OPTIMISATION, chromium, launched
from tests.browser.editors import Account, create_editor, session_cookie
from tests.browser.story import EditedStory, create_story
from tests.conftest import own_database
from tests.running_site import RunningSite
from tests.site_pages import add_missing_content
from wzo.i18n import LANGUAGES

HERE = Path(__file__).parent
TIMEOUT = 15_000
# That of a new browser.
VIEWPORT: ViewportSize = {"width": 1280, "height": 720}
# A word that would be found if a reader's user agent were stored anywhere.
AGENT = "MarkedAgent-Zyxomma/1.0"

expect.set_options(timeout=TIMEOUT)

OpenReader = Callable[[], Tab]

# For long tests: each language and each mode once. Neither depends on the other.
in_each_language_and_mode = pytest.mark.parametrize(
    ("language", "scripts"), [("ru", True), ("en", False)], indirect=True, ids=["ru-js", "en-no-js"]
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium(NO_OPTIMISATION) as browser:
        yield browser


@pytest.fixture(scope="package")
def measuring_browser(browser: Browser) -> Iterator[Browser]:
    """For pages that are only measured: nobody clicks or types."""
    with launched(browser.browser_type, NO_OPTIMISATION, NO_FRAMES) as measuring_browser:
        yield measuring_browser


@pytest.fixture(scope="package")
def shared_site() -> Iterator[RunningSite]:
    """A complete site on SQLite for tests that do not affect each other."""
    with RunningSite(warms_cache=False) as site:
        add_missing_content(site)
        yield site


@pytest.fixture(scope="package")
def writer_account(shared_site: RunningSite) -> Account:
    return create_editor(shared_site, "writer", name="Boris")


@pytest.fixture
def writer(browser: Browser, shared_site: RunningSite, writer_account: Account) -> Iterator[BrowserContext]:
    """The browser of a writer who is signed in."""
    context = browser.new_context(locale="en")
    context.set_default_timeout(TIMEOUT)
    context.add_cookies([session_cookie(shared_site, writer_account)])
    yield context
    context.close()


@pytest.fixture
def story(shared_site: RunningSite) -> EditedStory:
    """A new story for one test."""
    return create_story(shared_site)


@pytest.fixture(scope="module")
def changing_site(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSite]:
    """A site shared by the tests of one file, on each database."""
    with (
        own_database(database, request, tmp_path_factory.mktemp("site")) as url,
        RunningSite(url, warms_cache=False) as site,
    ):
        yield site


@pytest.fixture
def new_site(empty_database_url: str) -> Iterator[RunningSite]:
    """A separate site, on each database."""
    with RunningSite(empty_database_url, warms_cache=False) as site:
        yield site


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[True, False], ids=["js", "no-js"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs JavaScript."""
    return bool(request.param)


def new_reader(browser: Browser, language: str, scripts: bool) -> Tab:
    context = browser.new_context(locale=language, java_script_enabled=scripts, user_agent=AGENT)
    context.set_default_timeout(TIMEOUT)
    return context.new_page()


@pytest.fixture
def open_fresh_reader(browser: Browser, language: str, scripts: bool) -> Iterator[OpenReader]:
    """Opens a fresh browser for a new reader at each call."""
    tabs = []

    def bring() -> Tab:
        tabs.append(new_reader(browser, language, scripts))
        return tabs[-1]

    yield bring
    for tab in tabs:
        tab.context.close()


@pytest.fixture(scope="package")
def free_tabs(browser: Browser) -> Iterator[dict[tuple[str, bool], list[Tab]]]:
    """The browsers that readers have left, by language and mode."""
    free: dict[tuple[str, bool], list[Tab]] = defaultdict(list)
    yield free
    for tab in chain(*free.values()):
        tab.context.close()


@pytest.fixture
def open_reader(
    browser: Browser, free_tabs: dict[tuple[str, bool], list[Tab]], language: str, scripts: bool
) -> Iterator[OpenReader]:
    """Opens a browser for a new reader at each call: if there is one, that of an earlier reader, cleared.

    That takes a quarter of the time of a fresh one. Tests that listen to its events, set its clock or add scripts to
    its pages, which cannot be taken back, and those about what a browser keeps, need `open_fresh_reader`.
    """
    free, tabs = free_tabs[language, scripts], []

    def bring() -> Tab:
        tabs.append(free.pop() if free else new_reader(browser, language, scripts))
        return tabs[-1]

    yield bring
    for tab in tabs:
        clear(tab)
    free += tabs


def clear(tab: Tab) -> None:
    """Delete everything that a reader has left in a browser."""
    context = tab.context
    assert context.pages == [tab]
    tab.unroute_all()
    context.unroute_all()
    context.clear_cookies()
    context.clear_permissions()
    context.set_offline(False)
    tab.set_viewport_size(VIEWPORT)
    # An empty page of the same site: for another site, Chromium would start another process.
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(tab.url))
    tab.goto(f"{origin}/healthz")
    devtools = context.new_cdp_session(tab)
    devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    devtools.send("Network.clearBrowserCache")
    devtools.send("Page.resetNavigationHistory")
    devtools.detach()
