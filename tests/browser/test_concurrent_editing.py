"""The edit page on the real site: two editors typing in the same field, and tabs that are in the background."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Route, expect
from playwright.sync_api import Page as Tab

from tests.browser.conftest import TIMEOUT
from tests.browser.editors import create_editor, sign_in
from tests.running_site import RunningSite, wait_for
from wzo.cms.content_types import registry
from wzo.cms.queries import get_draft, get_history

STORY = 3


def body(site: RunningSite, number: int, language: str = "en") -> str:
    with site.inside():
        return get_draft(registry["stories"], number).fields[language]["body"]


def test_it_warns_two_editors_in_one_field_and_loses_nothing(shared_site: RunningSite, browser: Browser) -> None:
    def open_story(name: str) -> Tab:
        context = browser.new_context(locale="en")
        context.set_default_timeout(TIMEOUT)
        tab = context.new_page()
        sign_in(tab, shared_site, create_editor(shared_site, role="writer", name=name))
        tab.goto(f"{shared_site.url}/admin/stories/{STORY}/")
        return tab

    def write(tab: Tab, text: str) -> None:
        with tab.expect_response("**/autosave"):
            tab.locator('[name="en.body"]').fill(text)

    anna, boris = open_story("Anna"), open_story("Boris")
    write(anna, "Anna’s words.")
    write(boris, "Boris’s words.")
    note = boris.locator(".conflict")
    expect(note).to_contain_text("Anna")
    expect(note).to_contain_text("Anna’s words.")
    expect(boris.locator('[name="en.body"]')).to_have_value("Boris’s words.")
    assert body(shared_site, STORY) == "Anna’s words."
    with shared_site.inside():
        assert any(row.conflicting for row in get_history(registry["stories"], STORY, "en"))
    note.get_by_role("button", name="Use the text by Anna").click()
    expect(boris.locator('[name="en.body"]')).to_have_value("Anna’s words.")
    write(boris, "Anna’s words. Boris’s too.")
    expect(boris.locator(".conflict")).to_have_count(0)
    assert body(shared_site, STORY) == "Anna’s words. Boris’s too."
    for tab in (anna, boris):
        tab.context.close()


HIDDEN, LEFT, SHARED_BY_TWO, PARAGRAPHS = 4, 5, 6, 7
# As a phone does when a tab is hidden: it notifies the page and stops its timers.
HIDE = """() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
  return localStorage.getItem(document.getElementById("edit").dataset.buffer);
}"""


@pytest.fixture
def open_page(shared_site: RunningSite, browser: Browser) -> Iterator[Callable[..., Tab]]:
    """Opens a story's edit page for a new editor. `paused`: the page's timers never fire."""
    contexts = []

    def open_story(number: int, name: str = "Anna", *, paused: bool = False) -> Tab:
        context = browser.new_context(locale="en")
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        tab = context.new_page()
        sign_in(tab, shared_site, create_editor(shared_site, role="writer", name=name))
        if paused:
            tab.clock.install()
        tab.goto(f"{shared_site.url}/admin/stories/{number}/")
        if paused:
            tab.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
        return tab

    yield open_story
    for context in contexts:
        context.close()


def test_it_saves_the_last_changes_of_a_hidden_tab(shared_site: RunningSite, open_page: Callable[..., Tab]) -> None:
    tab = open_page(HIDDEN, paused=True)
    tab.locator('[name="en.body"]').fill("The last half second.")
    tab.evaluate(HIDE)
    tab.close()
    wait_for("what was typed last", lambda: body(shared_site, HIDDEN) == "The last half second.")


def test_it_saves_what_was_typed_while_a_save_was_on_its_way(
    shared_site: RunningSite, open_page: Callable[..., Tab]
) -> None:
    tab = open_page(HIDDEN, paused=True)
    held: list[Route] = []
    tab.route("**/autosave", lambda route: held.append(route))
    tab.locator('[name="ru.body"]').fill("Снег шёл. " * 3000)
    tab.clock.run_for(2000)
    wait_for("the save", lambda: tab.evaluate("1") and held)
    tab.unroute("**/autosave")
    tab.locator('[name="ru.body"]').press_sequentially("Конец")
    tab.evaluate(HIDE)
    tab.close()
    wait_for("what was typed last", lambda: body(shared_site, HIDDEN, "ru").endswith("Конец"))


def test_it_stores_the_last_changes_of_a_hidden_tab_locally_when_offline(open_page: Callable[..., Tab]) -> None:
    tab = open_page(HIDDEN, paused=True)
    tab.route("**/autosave", lambda route: route.abort())
    tab.locator('[name="en.body"]').fill("Words on a train.")
    assert "Words on a train." in (tab.evaluate(HIDE) or "")


def test_it_offers_what_was_typed_just_before_leaving(shared_site: RunningSite, open_page: Callable[..., Tab]) -> None:
    tab = open_page(LEFT, paused=True)
    # A route would not catch the request that outlives the page.
    tab.evaluate("void (window.fetch = () => Promise.reject(new TypeError('offline')))")
    # Not every browser reports a page as hidden when it is left.
    tab.evaluate("addEventListener('visibilitychange', (event) => event.stopImmediatePropagation(), true)")
    asked = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    path = tab.url
    tab.locator('[name="en.body"]').fill("Typed just now.")
    tab.goto(f"{shared_site.url}/admin/stories/")
    assert asked == ["beforeunload"]
    tab.goto(path)
    tab.locator("#unsaved [data-restore]").click()
    expect(tab.locator('[name="en.body"]')).to_have_value("Typed just now.")


def test_it_merges_two_editors_in_different_fields(shared_site: RunningSite, open_page: Callable[..., Tab]) -> None:
    anna, boris = open_page(SHARED_BY_TWO, "Anna"), open_page(SHARED_BY_TWO, "Boris")
    with anna.expect_response("**/autosave"):
        anna.locator('[name="en.title"]').fill("Anna’s title")
    with boris.expect_response("**/autosave"):
        boris.locator('[name="ru.title"]').fill("Название Бориса")
    expect(boris.locator('[name="en.title"]')).to_have_value("Anna’s title")
    with anna.expect_response("**/autosave"):
        anna.locator('[name="en.summary"]').fill("Anna’s summary")
    expect(anna.locator('[name="ru.title"]')).to_have_value("Название Бориса")
    with shared_site.inside():
        fields = get_draft(registry["stories"], SHARED_BY_TWO).fields
    assert (fields["en"]["title"], fields["en"]["summary"]) == ("Anna’s title", "Anna’s summary")
    assert fields["ru"]["title"] == "Название Бориса"


def test_it_merges_paragraphs_while_one_types_on(shared_site: RunningSite, open_page: Callable[..., Tab]) -> None:
    anna = open_page(PARAGRAPHS, "Anna")
    text = '[name="en.body"]'
    with anna.expect_response("**/autosave"):
        anna.locator(text).fill("One.\n\nTwo.\n\nThree.")
    boris = open_page(PARAGRAPHS, "Boris")
    with anna.expect_response("**/autosave"):
        anna.locator(text).fill("One, longer.\n\nTwo.\n\nThree.")
    area = boris.locator(text)
    area.press("Control+End")
    area.press_sequentially(" And")
    expect(area).to_have_value(re.compile("^One, longer"))
    # The caret is still where Boris types.
    area.press_sequentially(" more")
    wait_for("both", lambda: body(shared_site, PARAGRAPHS) == "One, longer.\n\nTwo.\n\nThree. And more")
    expect(boris.locator(".conflict")).to_have_count(0)
