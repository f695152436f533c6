"""Moving in a list without loading the page."""

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from playwright.sync_api import Page as Tab

from tests.browser.desk import Desk

NAMES = "[...document.querySelectorAll('#things li')].map((it) => it.id.slice(-1)).join('')"


@pytest.fixture
def tab(writer: BrowserContext, desk: Desk) -> Tab:
    page = writer.new_page()
    page.goto(f"{desk.url}list")
    return page


def test_a_moved_thing_keeps_the_focus_and_its_place_is_said(tab: Tab, desk: Desk) -> None:
    tab.evaluate("document.body.dataset.same = 'page'")
    button = tab.get_by_role("button", name="c: up")
    button.focus()
    for place in (2, 1):
        with tab.expect_response("**/list"):
            tab.keyboard.press("Enter")
        expect(tab.get_by_role("status").filter(has_text="c:")).to_have_text(f"c: {place} of 5")
    # There is no way further up: the focus stays with the thing.
    expect(tab.get_by_role("button", name="c: up")).to_be_disabled()
    expect(tab.get_by_role("button", name="c: down")).to_be_focused()
    assert tab.evaluate(NAMES) == "cabde" == "".join(desk.order)
    assert tab.evaluate("document.body.dataset.same") == "page"


def test_quick_presses_all_count(tab: Tab, desk: Desk) -> None:
    tab.get_by_role("button", name="e: up").focus()
    for _ in range(3):
        tab.keyboard.press("Enter")
    expect(tab.get_by_role("status").filter(has_text="e:")).to_have_text("e: 2 of 5")
    tab.wait_for_load_state("networkidle")
    assert "".join(desk.order) == tab.evaluate(NAMES) == "aebcd"


def test_it_is_dragged_by_its_handle(tab: Tab, desk: Desk) -> None:
    handles = tab.locator(".drag-handle")
    goal = handles.nth(3).bounding_box()
    assert goal
    handles.nth(0).hover()
    tab.mouse.down()
    tab.mouse.move(goal["x"] + 5, goal["y"] + 10, steps=5)
    tab.mouse.move(goal["x"] + 5, goal["y"] + goal["height"], steps=3)
    with tab.expect_response("**/list"):
        tab.mouse.up()
    assert "".join(desk.order) == tab.evaluate(NAMES) == "bcdae"
    assert [(it["thing"], it["step"]) for it in desk.moves] == [("a", "3")]


def test_what_cannot_be_moved_goes_back(tab: Tab, desk: Desk) -> None:
    desk.mood = "down"
    with tab.expect_navigation():
        tab.get_by_role("button", name="b: up").click()
    assert tab.evaluate(NAMES) == "abcde"


def test_without_scripts_each_press_is_a_page(browser: Browser, desk: Desk) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}list")
    page.get_by_role("button", name="a: down").click()
    assert "".join(desk.order) == "bacde"
    assert not page.locator(".drag-handle").count()
    context.close()
