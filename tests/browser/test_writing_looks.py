"""The writing tools for everyone: axe, narrow screens, both schemes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.desk import Desk
from tests.browser.test_accessibility import AXE, SCHEMES


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_tools_pass_axe_at_320_pixels(browser: Browser, desk: Desk, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 320, "height": 900}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    page = context.new_page()
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(desk.url)
    page.locator("#en-title").fill("Mine")
    desk.change("en.title", "Theirs")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#en-title-conflict")).to_be_visible()
    page.locator("#ru-body").fill("Слова")
    page.locator("summary").first.click()
    expect(page.locator(".preview").first).to_have_text("Слова")
    found = [(it["id"], it["nodes"][0]["html"]) for it in Axe().run(page, options=AXE).response["violations"]]
    for opener in ("[data-tool=link]", "[data-tool=picture]", "#open-shortcuts"):
        page.locator(opener).first.click()
        expect(page.locator("dialog[open]")).to_be_visible()
        found += [(it["id"], it["nodes"][0]["html"]) for it in Axe().run(page, options=AXE).response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        page.keyboard.press("Escape")
    page.goto(f"{desk.url}list")
    found += [(it["id"], it["nodes"][0]["html"]) for it in Axe().run(page, options=AXE).response["violations"]]
    assert found == []
    assert errors == []
    context.close()
