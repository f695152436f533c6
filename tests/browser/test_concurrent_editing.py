"""The edit page on the real site: a killed browser, and two editors typing in the same field."""

import time
from pathlib import Path

from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.browser.conftest import TIMEOUT
from tests.browser.editors import create_editor, sign_in
from tests.browser.test_autosave import LONGEST_LOSS, OwnChromium
from tests.running_site import RunningSite
from wzo.cms.content_types import registry
from wzo.cms.queries import get_draft, get_history

STORY, OTHER = 2, 3


def body(site: RunningSite, number: int) -> str:
    with site.inside():
        return get_draft(registry["stories"], number).fields["en"]["body"]


def test_it_loses_at_most_five_seconds_when_the_browser_is_killed(
    shared_site: RunningSite, browser: Browser, tmp_path: Path
) -> None:
    typed, safe = "", ""
    with OwnChromium(browser, tmp_path / "own") as own:
        sign_in(own.tab, shared_site, create_editor(shared_site, role="writer"))
        own.tab.goto(f"{shared_site.url}/admin/stories/{STORY}/")
        field = own.tab.locator('[name="en.body"]')
        field.fill("")
        begun = time.monotonic()
        while (now := time.monotonic() - begun) < LONGEST_LOSS + 1.5:
            if now < 1.5:
                safe = typed
            field.press_sequentially("word ")
            typed += "word "
    assert safe
    assert body(shared_site, STORY).startswith(safe)


def test_it_warns_two_editors_in_one_field_and_loses_nothing(shared_site: RunningSite, browser: Browser) -> None:
    def open_story(name: str) -> Tab:
        context = browser.new_context(locale="en")
        context.set_default_timeout(TIMEOUT)
        tab = context.new_page()
        sign_in(tab, shared_site, create_editor(shared_site, role="writer", name=name))
        tab.goto(f"{shared_site.url}/admin/stories/{OTHER}/")
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
    assert body(shared_site, OTHER) == "Anna’s words."
    with shared_site.inside():
        assert any(row.conflicting for row in get_history(registry["stories"], OTHER, "en"))
    note.get_by_role("button", name="Use the text by Anna").click()
    expect(boris.locator('[name="en.body"]')).to_have_value("Anna’s words.")
    write(boris, "Anna’s words. Boris’s too.")
    expect(boris.locator(".conflict")).to_have_count(0)
    assert body(shared_site, OTHER) == "Anna’s words. Boris’s too."
    for tab in (anna, boris):
        tab.context.close()
