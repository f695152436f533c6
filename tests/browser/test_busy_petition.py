"""Signing from a network where many others sign: the puzzle, the wait, the hourly limit, and the form's state."""

import time
from collections.abc import Iterator

import pytest
import time_machine
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.browser.accessibility import find_faults
from tests.browser.chromium import launched
from tests.browser.conftest import OpenReader
from tests.html import assert_none
from tests.running_site import RunningSite
from wzo.petition import puzzle, queries

FORM = "petition/mothers/sign"
in_english = pytest.mark.parametrize("language", ["en"], indirect=True)
with_scripts = pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
without_scripts = pytest.mark.parametrize("scripts", [False], indirect=True, ids=["no-js"])


@pytest.fixture(scope="module")
def browser(browser: Browser) -> Iterator[Browser]:
    """A browser that optimises scripts, as readers' own do: the puzzle takes it much less time."""
    with launched(browser.browser_type) as browser:
        yield browser


@pytest.fixture(scope="module")
def busy_site() -> Iterator[RunningSite]:
    """A site where a network gets the puzzle after a single signature."""
    site = RunningSite(warms_cache=False)
    site.environ["SIGNATURES_PER_HOUR_PER_NETWORK"] = "50"
    with site:
        yield site


def fill_and_send(tab: Tab, site: RunningSite, language: str, address: str, *, page: str = FORM) -> None:
    """Fill in the form and send it, as a robot would: with the honeypot filled in, which makes the puzzle harder."""
    tab.goto(f"{site.url}/{language}/{page}")
    tab.locator("[name=name]").fill("Emmeline Pankhurst")
    tab.locator("[name=email]").fill(address)
    tab.locator("[name=wants_news]").check()
    tab.locator("[name=website]").evaluate("field => field.value = 'https://spam.example'")
    tab.locator("#sign-button").click()


@in_english
@with_scripts
@pytest.mark.parametrize("page", ["petition/mothers/", FORM], ids=["petition", "form"])
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_it_solves_the_puzzle_and_sends_the_form_again(
    busy_site: RunningSite, open_fresh_reader: OpenReader, page: str, htmx: bool
) -> None:
    tab = open_fresh_reader()
    if not htmx:
        tab.route("**/htmx*.js", lambda route: route.abort())
    # Not yet: until the worker script comes, the status stays as it is.
    held: list[object] = []
    tab.route("**/puzzle_worker*.js", lambda route: held.append(route))
    address = f"puzzle-{page.strip('/').rpartition('/')[2]}-{htmx}@example.org".lower()
    fill_and_send(tab, busy_site, "en", address, page=page)
    status = tab.locator(".puzzle [role=status]")
    expect(status).to_contain_text("Checking that you are not a robot")
    expect(tab.locator("[name=name]")).to_have_value("Emmeline Pankhurst")
    expect(tab.locator("[name=wants_news]")).to_be_checked()
    expect(tab.locator("#sign-button")).to_be_focused()
    expect(status).to_be_in_viewport()
    # Pressing the button in the meantime loses nothing.
    tab.locator("#sign-button").click()
    expect(status).to_contain_text("Checking that you are not a robot")
    held[0].continue_()  # type: ignore[attr-defined]
    expect(tab.locator("#check-email-title")).to_have_text("Check your e\u2011mail")
    busy_site.email_to(address)


@in_english
@with_scripts
def test_it_says_how_long_to_wait_if_the_puzzle_cannot_be_solved(
    busy_site: RunningSite, open_fresh_reader: OpenReader
) -> None:
    tab = open_fresh_reader()
    tab.route("**/puzzle_worker*.js", lambda route: route.abort())
    fill_and_send(tab, busy_site, "en", "no-worker@example.org")
    expect(tab.locator(".puzzle [role=status]")).to_contain_text("Please wait")
    assert tab.locator("#sign-button").is_enabled()


@in_english
@without_scripts
def test_it_takes_a_signature_after_the_wait(busy_site: RunningSite, open_fresh_reader: OpenReader) -> None:
    tab = open_fresh_reader()
    tab.goto(f"{busy_site.url}/en/{FORM}")
    # The first signatures of a source need no puzzle.
    for number in range(3):
        tab.goto(f"{busy_site.url}/en/{FORM}")
        tab.locator("[name=name]").fill("Emmeline Pankhurst")
        tab.locator("[name=email]").fill(f"waits-{number}@example.org")
        tab.locator("#sign-button").click()
    expect(tab.locator(".puzzle [role=status]")).to_contain_text("press the button again")
    field = tab.locator("[name=challenge]")
    with busy_site.inside():
        petition_id = queries.get_petition_or_404("mothers", "en").id
        with time_machine.travel(time.time() - 60):
            earlier = puzzle.create_challenge(petition_id, 0)
    # As if the form had been open for a minute.
    field.evaluate("(field, challenge) => field.value = challenge", earlier)
    tab.locator("#sign-button").click()
    expect(tab.locator("#check-email-title")).to_have_text("Check your e\u2011mail")
    busy_site.email_to("waits-2@example.org")


def test_it_computes_the_same_hashes_as_python(busy_site: RunningSite, browser: Browser) -> None:
    tab = browser.new_page()
    tab.goto(f"{busy_site.url}/en/{FORM}")
    with busy_site.inside():
        challenge = puzzle.create_challenge(1, 0)
        url = busy_site.app.extensions["static_files"].urls["js/puzzle_worker.js"]
        solution = tab.evaluate(
            """([url, challenge, rounds, bits]) => new Promise((resolve) => {
              const worker = new Worker(url);
              worker.onmessage = ({ data }) => data.solution && resolve(data.solution);
              worker.postMessage({ challenge, rounds, bits });
            })""",
            [url, challenge, puzzle.ROUNDS, puzzle.FIRST_BITS],
        )
        assert puzzle.is_solved(challenge, solution)
    tab.close()


@without_scripts
def test_it_shows_the_wait_accessibly(busy_site: RunningSite, browser: Browser, language: str, scripts: bool) -> None:
    tab = browser.new_page(locale=language, bypass_csp=True)
    tab.route("**/puzzle*.js", lambda route: route.abort())
    fill_and_send(tab, busy_site, language, "accessible@example.org")
    expect(tab.locator(".puzzle")).to_be_visible()
    assert_none(find_faults(tab, language))
    tab.close()
