"""Reordering a list without reloading the page."""

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from playwright.sync_api import Page as Tab

from tests.browser.edit_server import EditServer
from tests.running_site import wait_for

NAMES = "[...document.querySelectorAll('#items li')].map((it) => it.id.slice(-1)).join('')"


@pytest.fixture
def tab(writer: BrowserContext, edit_server: EditServer) -> Tab:
    page = writer.new_page()
    page.goto(f"{edit_server.url}list")
    return page


def test_it_keeps_the_focus_on_a_moved_item_and_announces_its_position(tab: Tab, edit_server: EditServer) -> None:
    tab.evaluate("document.body.dataset.same = 'page'")
    button = tab.get_by_role("button", name="c: up")
    button.focus()
    for place in (2, 1):
        with tab.expect_response("**/list"):
            tab.keyboard.press("Enter")
        expect(tab.get_by_role("status").filter(has_text="c:")).to_have_text(f"c: {place} of 5")
    # It is already at the top: the focus stays on the item.
    expect(tab.get_by_role("button", name="c: up")).to_be_disabled()
    expect(tab.get_by_role("button", name="c: down")).to_be_focused()
    assert tab.evaluate(NAMES) == "cabde" == "".join(edit_server.order)
    assert tab.evaluate("document.body.dataset.same") == "page"


def test_it_counts_quick_presses(tab: Tab, edit_server: EditServer) -> None:
    tab.get_by_role("button", name="e: up").focus()
    for _ in range(3):
        tab.keyboard.press("Enter")
    expect(tab.get_by_role("status").filter(has_text="e:")).to_have_text("e: 2 of 5")
    wait_for("all three moves", lambda: "".join(edit_server.order) == "aebcd")
    assert tab.evaluate(NAMES) == "aebcd"


def test_it_moves_an_item_dragged_by_its_handle(tab: Tab, edit_server: EditServer) -> None:
    handles = tab.locator(".drag-handle")
    goal = handles.nth(3).bounding_box()
    assert goal
    handles.nth(0).hover()
    tab.mouse.down()
    tab.mouse.move(goal["x"] + 5, goal["y"] + 10, steps=5)
    tab.mouse.move(goal["x"] + 5, goal["y"] + goal["height"], steps=3)
    with tab.expect_response("**/list"):
        tab.mouse.up()
    assert "".join(edit_server.order) == tab.evaluate(NAMES) == "bcdae"
    assert [(it["item"], it["step"]) for it in edit_server.moves] == [("a", "3")]


def test_it_moves_an_item_back_if_the_server_fails(tab: Tab, edit_server: EditServer) -> None:
    edit_server.behaviour = "down"
    with tab.expect_navigation():
        tab.get_by_role("button", name="b: up").click()
    assert tab.evaluate(NAMES) == "abcde"


def test_it_reloads_the_page_without_scripts(browser: Browser, edit_server: EditServer) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{edit_server.url}list")
    page.get_by_role("button", name="a: down").click()
    assert "".join(edit_server.order) == "bacde"
    assert not page.locator(".drag-handle").count()
    context.close()
