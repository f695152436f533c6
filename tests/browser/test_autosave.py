"""Work is never lost: saving while one writes, several people, no connection, a killed browser."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Self

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect
from playwright.sync_api import Page as Tab

from tests.browser.chromium import ARGUMENTS, CHROMIUM
from tests.browser.desk import Desk
from tests.running_site import PATIENCE, wait_for

BUFFER = "localStorage.getItem('stories-5-1')"
LONGEST_LOSS = 5  # seconds of typing


@pytest.fixture
def tab(writer: BrowserContext, desk: Desk) -> Tab:
    """The page, with a clock that the test moves."""
    page = writer.new_page()
    page.clock.install(time="2026-11-24T12:00:00")
    page.goto(desk.url)
    page.clock.pause_at("2026-11-24T12:05:00")
    return page


def state(tab: Tab) -> Locator:
    return tab.locator("#save-state > [aria-hidden]")


def heard(tab: Tab) -> Locator:
    return tab.locator("#save-state > .visually-hidden")


def let_save(tab: Tab) -> None:
    """Let so much time go by that what was typed is sent, and wait for the answer."""
    with tab.expect_response("**/autosave"):
        tab.clock.run_for(2000)


def test_it_saves_what_was_changed_when_one_pauses(tab: Tab, desk: Desk) -> None:
    tab.locator("#ru-title").press("End")
    tab.keyboard.type(" и лето")
    tab.get_by_label("Featured").check()
    expect(state(tab)).to_have_text("Not saved yet")
    tab.clock.run_for(1900)
    assert desk.saves == []
    tab.clock.run_for(100)
    expect(state(tab)).to_have_text("Saved at 12:40")
    expect(heard(tab)).to_have_text("Saved")
    (sent,) = desk.saves
    assert {name for name in sent if not name.startswith("base.")} == {
        "csrf_token",
        "edit_session",
        "ru.title",
        "shared.featured",
    }
    assert (desk.now("ru.title"), desk.now("shared.featured")) == ("Зима и лето", "y")
    expect(tab.locator("#checks")).to_have_text("Two things are missing.")
    tab.get_by_label("Featured").uncheck()
    let_save(tab)
    assert desk.now("shared.featured") == ""


def test_it_saves_within_four_seconds_while_one_writes_on(tab: Tab, desk: Desk) -> None:
    title = tab.locator("#en-title")
    title.press("End")
    for _ in range(3):
        title.press_sequentially("x")
        tab.clock.run_for(1300)
    assert desk.saves == []
    title.press_sequentially("y")
    tab.clock.run_for(100)
    expect(state(tab)).to_have_text("Saved at 12:40")
    assert desk.now("en.title") == "Winterxxxy"


def test_what_is_typed_back_is_not_sent(tab: Tab, desk: Desk) -> None:
    tab.locator("#en-title").press_sequentially("x")
    tab.keyboard.press("Backspace")
    expect(state(tab)).to_have_text("Everything is saved")
    tab.clock.run_for(10_000)
    assert desk.saves == []
    assert tab.evaluate(BUFFER) is None


def test_two_people_in_different_fields_have_both(tab: Tab, desk: Desk) -> None:
    tab.locator("#en-title").fill("Mine")
    desk.change("en.body", "Theirs")
    desk.change("ru.title", "Тоже их")
    let_save(tab)
    expect(tab.locator("#en-body")).to_have_value("Theirs")
    expect(tab.locator("#ru-title")).to_have_value("Тоже их")
    expect(state(tab)).to_contain_text("another editor")
    tab.locator("#en-body").fill("Theirs and mine")
    let_save(tab)
    expect(state(tab)).to_have_text("Saved at 12:40")
    assert (desk.now("en.title"), desk.now("en.body")) == ("Mine", "Theirs and mine")


def test_a_field_that_is_being_written_is_not_overwritten(tab: Tab, desk: Desk) -> None:
    """What was typed while the answer was on its way is merged by what it was written against."""
    tab.locator("#en-title").fill("Mine")
    desk.change("en.body", "Theirs")
    body = tab.locator("#en-body")
    desk.gate.clear()
    tab.clock.run_for(2000)
    wait_for("the save", lambda: desk.saves)
    body.fill("Mine too")
    desk.gate.set()
    expect(state(tab)).to_contain_text("Saved")
    expect(body).to_have_value("Mine too")
    let_save(tab)
    expect(tab.locator("#en-body-conflict")).to_contain_text("Anna also changed this field")
    assert desk.saves[-1]["base.en.body"] == "0"


def test_the_same_field_is_shown_as_both_have_written_it(tab: Tab, desk: Desk) -> None:
    title = tab.locator("#en-title")
    title.fill("Mine")
    desk.change("en.title", "Theirs")
    let_save(tab)
    note = tab.locator("#en-title-conflict")
    expect(note.locator("blockquote")).to_have_text("Theirs")
    expect(title).to_have_value("Mine")
    expect(title).to_have_attribute("aria-describedby", "en-title-conflict")
    expect(note.get_by_role("link")).to_have_attribute("href", "/admin/desk/compare")
    # Nothing is decided by writing on.
    title.fill("Mine!")
    let_save(tab)
    expect(note).to_be_visible()
    assert desk.now("en.title") == "Theirs"
    note.get_by_role("button", name="Keep mine").click()
    let_save(tab)
    expect(note).to_be_hidden()
    assert title.get_attribute("aria-describedby") is None
    assert desk.now("en.title") == "Mine!"


def test_theirs_can_be_taken(tab: Tab, desk: Desk) -> None:
    title = tab.locator("#en-title")
    title.fill("Mine")
    desk.change("en.title", "Theirs")
    let_save(tab)
    tab.get_by_role("button", name="Use the text by Anna").click()
    expect(title).to_have_value("Theirs")
    expect(tab.locator("#en-title-conflict")).to_be_hidden()
    title.fill("Theirs, and more")
    let_save(tab)
    assert desk.now("en.title") == "Theirs, and more"


def test_without_a_connection_it_tries_again(tab: Tab, desk: Desk) -> None:
    tab.context.set_offline(True)
    tab.locator("#en-title").fill("Kept")
    tab.clock.run_for(2000)
    expect(heard(tab)).to_contain_text("no connection")
    assert "Kept" in tab.evaluate(BUFFER)
    for _ in range(8):
        tab.clock.run_for(30_000)
    assert desk.saves == []
    tab.context.set_offline(False)
    expect(state(tab)).to_have_text("Saved at 12:40")
    assert desk.now("en.title") == "Kept"
    assert tab.evaluate(BUFFER) is None


def test_a_server_that_fails_is_asked_at_most_every_thirty_seconds(tab: Tab, desk: Desk) -> None:
    asked = []
    desk.mood = "down"
    tab.on("response", lambda answer: asked.append(answer.url) if answer.url.endswith("/autosave") else None)
    tab.locator("#en-title").fill("Kept")
    for seconds in (2, 2, 4, 8, 16, 30, 30):
        with tab.expect_response("**/autosave"):
            tab.clock.run_for(seconds * 1000)
        expect(state(tab)).to_contain_text("Not saved")
    assert len(asked) == 7
    desk.mood = "fine"
    tab.clock.run_for(30_000)
    expect(state(tab)).to_have_text("Saved at 12:40")
    assert desk.now("en.title") == "Kept"


def test_who_is_signed_out_can_sign_in_elsewhere(tab: Tab, desk: Desk) -> None:
    desk.mood = "signed out"
    tab.locator("#en-title").fill("Kept")
    tab.clock.run_for(2000)
    expect(heard(tab)).to_contain_text("Your session has ended")
    desk.mood, desk.token = "fine", "second"
    tab.clock.run_for(2000)
    expect(state(tab)).to_have_text("Saved at 12:40")
    assert desk.saves[-1]["csrf_token"] == "second"
    tab.get_by_role("button", name="Publish").click()
    tab.wait_for_url("**/list")
    assert desk.posts[-1]["csrf_token"] == "second"


def test_it_says_why_it_cannot_save(tab: Tab, desk: Desk) -> None:
    desk.mood = "too long"
    tab.locator("#en-title").fill("Long")
    tab.clock.run_for(2000)
    expect(heard(tab)).to_contain_text("too long")
    tab.get_by_role("button", name="Publish").click()
    expect(heard(tab)).to_contain_text("too long")
    assert desk.posts == []
    desk.mood = "refusing"
    tab.locator("#en-title").fill("Bad")
    tab.clock.run_for(2000)
    expect(heard(tab)).to_have_text("This is no address.")


def test_every_button_saves_first(tab: Tab, desk: Desk) -> None:
    tab.locator("#en-title").fill("New")
    desk.mood = "down"
    tab.get_by_role("button", name="Publish").click()
    expect(heard(tab)).to_contain_text("no connection")
    assert desk.posts == []
    desk.mood = "fine"
    desk.change("en.body", "Theirs")
    tab.get_by_role("button", name="Publish").click()
    tab.wait_for_url("**/list")
    (sent,) = desk.posts
    assert (sent["do"], sent["en.title"], sent["en.body"]) == ("publish", "New", "Theirs")
    assert tab.evaluate(BUFFER) is None


def test_it_asks_before_one_leaves_with_something_unsaved(tab: Tab, desk: Desk) -> None:
    asked = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    tab.locator("#en-title").click()
    tab.goto(desk.url)
    assert asked == []
    desk.mood = "down"
    tab.locator("#en-title").press_sequentially("!")
    tab.goto(f"{desk.url}list")
    assert asked == ["beforeunload"]


def test_what_did_not_reach_the_server_is_offered(tab: Tab, desk: Desk) -> None:
    desk.mood = "down"
    tab.locator("#en-title").fill("Kept")
    tab.locator("#ru-body").fill("Слова")
    tab.clock.run_for(2500)
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.goto(desk.url)
    box = tab.locator("#unsaved")
    expect(box).to_contain_text("did not reach the site")
    assert box.locator("li").all_inner_texts() == ["Title (en)", "Text (ru)"]
    desk.mood = "fine"
    desk.change("en.title", "Theirs")
    box.get_by_role("button", name="Restore").click()
    expect(tab.locator("#ru-body")).to_have_value("Слова")
    let_save(tab)
    # It was written against what stood there then.
    expect(tab.locator("#en-title-conflict")).to_be_visible()
    assert (desk.now("ru.body"), desk.now("en.title")) == ("Слова", "Theirs")
    assert tab.evaluate(BUFFER) is None
    tab.goto(desk.url)
    expect(box).to_be_empty()


def test_what_did_not_reach_the_server_can_be_thrown_away(tab: Tab, desk: Desk) -> None:
    desk.mood = "down"
    tab.locator("#en-title").fill("Kept")
    tab.clock.run_for(600)
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.goto(desk.url)
    tab.get_by_role("button", name="Discard").click()
    assert tab.evaluate(BUFFER) is None
    expect(tab.locator("#en-title")).to_have_value("Winter")


def test_another_tab_looks_after_its_own(tab: Tab, desk: Desk) -> None:
    desk.mood = "down"
    tab.locator("#en-title").fill("Kept")
    tab.clock.run_for(600)
    other = tab.context.new_page()
    other.goto(desk.url)
    other.locator("#en-body").fill("Other")
    other.clock.run_for(600)
    assert "Other" in other.evaluate(BUFFER)
    assert "Kept" in other.evaluate(BUFFER)
    expect(other.locator("#unsaved")).to_be_empty()


class OwnChromium:
    """A Chromium of its own, that can be killed with all its processes; its profile outlives it."""

    def __init__(self, browser: Browser, profile: Path) -> None:
        self.profile = profile
        port = profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        # An empty page to begin with: the browser's own first page asks the network for this and that.
        own = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
        command = [str(CHROMIUM), *ARGUMENTS, *own]
        self.process = subprocess.Popen(
            command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        number = wait_for("the browser's port", lambda: port.exists() and port.read_text().split("\n")[0])
        self.browser = browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{number}", timeout=1000 * PATIENCE)
        self.tab = self.browser.contexts[0].new_page()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Kill it, as when the battery is empty."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def holds(self, words: str) -> bool:
        """Whether it has written these words, of Latin letters, to the disk."""
        files = (self.profile / "Default/Local Storage/leveldb").glob("*.log")
        return any(form in file.read_bytes() for file in files for form in (words.encode(), words.encode("utf-16-le")))


def test_a_killed_browser_loses_five_seconds_at_most(browser: Browser, desk: Desk, tmp_path: Path) -> None:
    typed = safe = ""
    with OwnChromium(browser, tmp_path / "one") as online, OwnChromium(browser, tmp_path / "two") as offline:
        offline.tab.goto(desk.url)
        offline.tab.route("**/autosave", lambda route: route.abort())
        offline.tab.locator("#en-title").fill("Offline words")
        online.tab.goto(desk.url)
        begun = time.monotonic()
        while (now := time.monotonic() - begun) < LONGEST_LOSS + 1:
            if now < 1:
                safe = typed
            online.tab.locator("#en-body").press_sequentially("word ")
            typed += "word "
        wait_for("the browser's own copy", lambda: offline.holds("Offline words"))
    assert safe
    assert desk.now("en.body").startswith(safe)
    with OwnChromium(browser, tmp_path / "two") as again:
        again.tab.goto(desk.url)
        expect(again.tab.locator("#en-body")).to_have_value(desk.now("en.body"))
        again.tab.get_by_role("button", name="Restore").click()
        wait_for("what was put back", lambda: desk.now("en.title") == "Offline words")
