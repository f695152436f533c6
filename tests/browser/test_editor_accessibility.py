"""Accessibility of the Markdown editor: axe, narrow screens, both colour schemes."""

from playwright.sync_api import Browser, expect

from tests.browser.accessibility import find_faults_in_both_schemes
from tests.browser.editors import Account, session_cookie
from tests.browser.story import EditedStory, field


def test_it_passes_axe_at_320_pixels(browser: Browser, story: EditedStory, writer_account: Account) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 900}, bypass_csp=True, reduced_motion="reduce")
    context.add_cookies([session_cookie(story.site, writer_account)])
    page = context.new_page()
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(story.url)
    field(page, "en.title").fill("Mine")
    story.change("en.title", "Theirs")
    page.locator("#save").click()
    expect(field(page, "en.title-conflict")).to_be_visible()
    field(page, "ru.body").fill("Слова")
    preview = page.locator("[data-preview-of='ru.body']")
    preview.locator("summary").click()
    expect(preview.locator(".prose")).to_have_text("Слова")
    found = find_faults_in_both_schemes(page)
    for opener in ("[data-tool=link]", "[data-tool=term]", "[data-tool=picture]", "#open-shortcuts"):
        page.locator(opener).first.click()
        expect(page.locator("dialog[open]")).to_be_visible()
        found += find_faults_in_both_schemes(page)
        page.keyboard.press("Escape")
    page.goto(f"{story.site.url}/admin/themes/")
    found += find_faults_in_both_schemes(page)
    assert found == []
    assert errors == []
    context.close()
