"""Accessibility of the Markdown editor: axe, narrow screens, both colour schemes."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import SCHEMES, find_faults_as_shown
from tests.browser.edit_server import EditServer


@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_passes_axe_at_320_pixels(browser: Browser, edit_server: EditServer, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 320, "height": 900}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    page = context.new_page()
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(edit_server.url)
    page.locator("#en-title").fill("Mine")
    edit_server.change("en.title", "Theirs")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#en-title-conflict")).to_be_visible()
    page.locator("#ru-body").fill("Слова")
    page.locator("summary").first.click()
    expect(page.locator(".preview").first).to_have_text("Слова")
    found = find_faults_as_shown(page)
    for opener in ("[data-tool=link]", "[data-tool=picture]", "#open-shortcuts"):
        page.locator(opener).first.click()
        expect(page.locator("dialog[open]")).to_be_visible()
        found += find_faults_as_shown(page)
        page.keyboard.press("Escape")
    page.goto(f"{edit_server.url}list")
    found += find_faults_as_shown(page)
    assert found == []
    assert errors == []
    context.close()
