"""Fixtures for browser tests: Chromium, the running site, and readers with their own browsers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from playwright.sync_api import Page as Tab

from tests.browser.chromium import chromium
from tests.browser.editors import Account, create_editor, session_cookie
from tests.browser.story import EditedStory, create_story
from tests.conftest import own_database
from tests.running_site import RunningSite
from tests.site_pages import add_missing_content
from wzo.i18n import LANGUAGES

HERE = Path(__file__).parent
TIMEOUT = 15_000
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def shared_site() -> Iterator[RunningSite]:
    """A complete site on SQLite for tests that do not affect each other."""
    with RunningSite() as site:
        add_missing_content(site)
        yield site


@pytest.fixture(scope="session")
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
    with own_database(database, request, tmp_path_factory.mktemp("site")) as url, RunningSite(url) as site:
        yield site


@pytest.fixture
def new_site(empty_database_url: str) -> Iterator[RunningSite]:
    """A separate site, on each database."""
    with RunningSite(empty_database_url) as site:
        yield site


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[True, False], ids=["js", "no-js"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs JavaScript."""
    return bool(request.param)


@pytest.fixture
def open_reader(browser: Browser, language: str, scripts: bool) -> Iterator[OpenReader]:
    """Opens a fresh browser for a new reader at each call."""
    contexts = []

    def bring() -> Tab:
        context = browser.new_context(locale=language, java_script_enabled=scripts, user_agent=AGENT)
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        return context.new_page()

    yield bring
    for context in contexts:
        context.close()
