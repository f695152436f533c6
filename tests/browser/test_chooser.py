"""Choosing what is read next: searching by words, and putting it in order."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect
from playwright.sync_api import Page as Tab

from tests.browser.editors import Account, session_cookie
from tests.browser.story import EditedStory
from tests.running_site import RunningSite, wait_for


@pytest.fixture
def field(writer: BrowserContext, story: EditedStory) -> Locator:
    tab = writer.new_page()
    tab.goto(story.url)
    return tab.locator("[data-chooser]")


@pytest.fixture
def tab_without_scripts(browser: Browser, shared_site: RunningSite, writer_account: Account) -> Iterator[Tab]:
    context = browser.new_context(locale="en", java_script_enabled=False)
    context.add_cookies([session_cookie(shared_site, writer_account)])
    yield context.new_page()
    context.close()


def choose(field: Locator, words: str) -> None:
    field.locator("input[type=search]").fill(words)
    field.locator("[data-line]").first.click()


def titles(field: Locator) -> list[str]:
    return field.locator(".chosen > li > span:first-child").all_text_contents()


def saved(story: EditedStory) -> list[str]:
    return story.value("shared.related").splitlines()


def test_it_finds_and_orders_stories(field: Locator, story: EditedStory) -> None:
    for words in ("toys beh", "umar"):
        choose(field, words)
    expect(field.locator(".chosen > li")).to_have_count(2)
    first, second = wait_for("the choice", lambda: saved(story) if len(saved(story)) == 2 else None)
    up = field.get_by_role("button", name="Move up")
    up.focus()
    field.page.keyboard.press("Enter")
    wait_for("the order", lambda: saved(story) == [second, first])
    # The button that moves it back has the focus where there is no way on.
    expect(field.locator(".chosen > li").first.get_by_role("button").first).to_be_focused()
    field.get_by_role("button", name="Remove").first.click()
    wait_for("the removal", lambda: saved(story) == [first])
    expect(field.locator("input[type=search]")).to_be_focused()
    expect(field.locator("textarea")).to_be_hidden()


def test_it_takes_no_more_than_four(field: Locator, story: EditedStory) -> None:
    for part in range(1, 5):
        choose(field, f"/en/stories/outcasts-{part}/")
        expect(field.locator(".chosen > li")).to_have_count(part)
    expect(field.locator("input[type=search]")).to_be_hidden()
    expect(field.get_by_role("status")).not_to_be_empty()
    wait_for("the choice", lambda: len(saved(story)) == 4)


def test_it_shows_what_a_colleague_has_chosen(field: Locator, story: EditedStory) -> None:
    choose(field, "toys beh")
    (toys,) = wait_for("the choice", lambda: saved(story))
    choose(field, "umar")
    _, other = wait_for("the choice", lambda: saved(story) if len(saved(story)) == 2 else None)
    story.change("shared.related", f"{other}\n{toys}")
    field.page.locator("[name='en.title']").fill("Another winter")
    expect(field.locator(".chosen > li > span:first-child").first).to_contain_text("Umarali")
    assert len(titles(field)) == 2


def test_it_needs_no_scripts(story: EditedStory, tab_without_scripts: Tab) -> None:
    tab = tab_without_scripts
    tab.goto(story.url)
    tab.locator("[name='shared.related']").fill("outcasts-2\nToys behind bars\n/en/stories/outcasts-1/")
    tab.locator("#save").click()
    assert "Toys behind bars (№" in tab.input_value("[name='shared.related']")
    assert len(saved(story)) == 3
