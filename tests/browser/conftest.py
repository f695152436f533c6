"""What the browser tests share: Chromium, the running site, and readers with browsers of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from playwright.sync_api import Page as Tab

from tests.browser.chromium import chromium
from tests.browser.desk import Desk
from tests.conftest import own_database
from tests.running_site import RunningSite
from tests.site_pages import furnish
from wzo.i18n import LANGUAGES

HERE = Path(__file__).parent
TIMEOUT = 15_000
# A word that would be found again, were a reader's browser written down anywhere.
AGENT = "MarkedAgent-Zyxomma/1.0"

expect.set_options(timeout=TIMEOUT)

Newcomer = Callable[[], Tab]


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
    """A furnished site, on SQLite, for tests that do not mind one another."""
    with RunningSite() as site:
        furnish(site)
        yield site


@pytest.fixture(scope="session")
def shared_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    """A page to write on, as new."""
    shared_desk.clear()
    return shared_desk


@pytest.fixture
def writer(browser: Browser) -> Iterator[BrowserContext]:
    """An editor's browser."""
    context = browser.new_context(locale="en")
    context.set_default_timeout(TIMEOUT)
    yield context
    context.close()


@pytest.fixture(scope="module")
def changing_site(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningSite]:
    """A site whose numbers only the tests of one file change, on each database."""
    with own_database(database, request, tmp_path_factory.mktemp("site")) as url, RunningSite(server(url)) as site:
        yield site


@pytest.fixture
def new_site(empty_database_url: str) -> Iterator[RunningSite]:
    """A site of the test's own, on each database."""
    with RunningSite(server(empty_database_url)) as site:
        yield site


def server(url: str) -> str | None:
    """The address of a database that has a server; without one it lies in the folder of the site."""
    return url if url.startswith("postgresql") else None


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[True, False], ids=["js", "no-js"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs JavaScript."""
    return bool(request.param)


@pytest.fixture
def newcomer(browser: Browser, language: str, scripts: bool) -> Iterator[Newcomer]:
    """Brings a reader with a fresh browser, each time another."""
    contexts = []

    def bring() -> Tab:
        context = browser.new_context(locale=language, java_script_enabled=scripts, user_agent=AGENT)
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        return context.new_page()

    yield bring
    for context in contexts:
        context.close()
