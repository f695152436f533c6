"""Autosave: while typing, with several editors, without a connection, in a killed browser."""

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
from tests.browser.edit_server import EditServer
from tests.running_site import PATIENCE, wait_for

BUFFER = "localStorage.getItem('stories-5-1')"
LONGEST_LOSS = 5  # seconds of typing


@pytest.fixture
def tab(writer: BrowserContext, edit_server: EditServer) -> Tab:
    """The page, with a clock that the test controls."""
    page = writer.new_page()
    page.clock.install(time="2026-11-24T12:00:00")
    page.goto(edit_server.url)
    page.clock.pause_at("2026-11-24T12:05:00")
    return page


def state(tab: Tab) -> Locator:
    return tab.locator("#save-state > [aria-hidden]")


def heard(tab: Tab) -> Locator:
    return tab.locator("#save-state > .visually-hidden")


def let_save(tab: Tab) -> None:
    """Advance the clock until the changes are sent, and wait for the response."""
    with tab.expect_response("**/autosave"):
        tab.clock.run_for(2000)


def test_it_saves_changes_after_a_pause(tab: Tab, edit_server: EditServer) -> None:
    tab.locator("#ru-title").press("End")
    tab.keyboard.type(" и лето")
    tab.get_by_label("Featured").check()
    expect(state(tab)).to_have_text("Not saved yet")
    tab.clock.run_for(1900)
    assert edit_server.saves == []
    tab.clock.run_for(100)
    expect(state(tab)).to_have_text("Saved at 12:40")
    expect(heard(tab)).to_have_text("Saved")
    (sent,) = edit_server.saves
    assert {name for name in sent if not name.startswith("base.")} == {
        "csrf_token",
        "edit_session",
        "ru.title",
        "shared.featured",
    }
    assert (edit_server.value("ru.title"), edit_server.value("shared.featured")) == ("Зима и лето", "y")
    expect(tab.locator("#checks")).to_have_text("Two fields are missing.")
    tab.get_by_label("Featured").uncheck()
    let_save(tab)
    assert edit_server.value("shared.featured") == ""


def test_it_saves_within_four_seconds_of_continuous_typing(tab: Tab, edit_server: EditServer) -> None:
    title = tab.locator("#en-title")
    title.press("End")
    for _ in range(3):
        title.press_sequentially("x")
        tab.clock.run_for(1300)
    assert edit_server.saves == []
    title.press_sequentially("y")
    tab.clock.run_for(100)
    expect(state(tab)).to_have_text("Saved at 12:40")
    assert edit_server.value("en.title") == "Winterxxxy"


def test_it_does_not_send_what_was_changed_back(tab: Tab, edit_server: EditServer) -> None:
    tab.locator("#en-title").press_sequentially("x")
    tab.keyboard.press("Backspace")
    expect(state(tab)).to_have_text("Everything is saved")
    tab.clock.run_for(10_000)
    assert edit_server.saves == []
    assert tab.evaluate(BUFFER) is None


def test_it_merges_changes_to_different_fields(tab: Tab, edit_server: EditServer) -> None:
    tab.locator("#en-title").fill("Mine")
    edit_server.change("en.body", "Theirs")
    edit_server.change("ru.title", "Тоже их")
    let_save(tab)
    expect(tab.locator("#en-body")).to_have_value("Theirs")
    expect(tab.locator("#ru-title")).to_have_value("Тоже их")
    expect(state(tab)).to_contain_text("another editor")
    tab.locator("#en-body").fill("Theirs and mine")
    let_save(tab)
    expect(state(tab)).to_have_text("Saved at 12:40")
    assert (edit_server.value("en.title"), edit_server.value("en.body")) == ("Mine", "Theirs and mine")


def test_it_does_not_overwrite_a_field_being_edited(tab: Tab, edit_server: EditServer) -> None:
    """What was typed while the response was on its way is merged against its own base."""
    tab.locator("#en-title").fill("Mine")
    edit_server.change("en.body", "Theirs")
    body = tab.locator("#en-body")
    edit_server.gate.clear()
    tab.clock.run_for(2000)
    wait_for("the save", lambda: edit_server.saves)
    body.fill("Mine too")
    edit_server.gate.set()
    expect(state(tab)).to_contain_text("Saved")
    expect(body).to_have_value("Mine too")
    let_save(tab)
    expect(tab.locator("#en-body-conflict")).to_contain_text("Anna also changed this field")
    assert edit_server.saves[-1]["base.en.body"] == "0"


def test_it_shows_both_versions_of_a_conflicting_field(tab: Tab, edit_server: EditServer) -> None:
    title = tab.locator("#en-title")
    title.fill("Mine")
    edit_server.change("en.title", "Theirs")
    let_save(tab)
    note = tab.locator("#en-title-conflict")
    expect(note.locator("blockquote")).to_have_text("Theirs")
    expect(title).to_have_value("Mine")
    expect(title).to_have_attribute("aria-describedby", "en-title-conflict")
    expect(note.get_by_role("link")).to_have_attribute("href", "/admin/edit/compare")
    # Typing on does not resolve the conflict.
    title.fill("Mine!")
    let_save(tab)
    expect(note).to_be_visible()
    assert edit_server.value("en.title") == "Theirs"
    note.get_by_role("button", name="Keep mine").click()
    let_save(tab)
    expect(note).to_be_hidden()
    assert title.get_attribute("aria-describedby") is None
    assert edit_server.value("en.title") == "Mine!"


def test_it_lets_the_other_version_be_accepted(tab: Tab, edit_server: EditServer) -> None:
    title = tab.locator("#en-title")
    title.fill("Mine")
    edit_server.change("en.title", "Theirs")
    let_save(tab)
    tab.get_by_role("button", name="Use the text by Anna").click()
    expect(title).to_have_value("Theirs")
    expect(tab.locator("#en-title-conflict")).to_be_hidden()
    title.fill("Theirs, and more")
    let_save(tab)
    assert edit_server.value("en.title") == "Theirs, and more"


def test_it_retries_without_a_connection(tab: Tab, edit_server: EditServer) -> None:
    tab.context.set_offline(True)
    tab.locator("#en-title").fill("Kept")
    tab.clock.run_for(2000)
    expect(heard(tab)).to_contain_text("no connection")
    assert "Kept" in tab.evaluate(BUFFER)
    for _ in range(8):
        tab.clock.run_for(30_000)
    assert edit_server.saves == []
    tab.context.set_offline(False)
    expect(state(tab)).to_have_text("Saved at 12:40")
    assert edit_server.value("en.title") == "Kept"
    assert tab.evaluate(BUFFER) is None


def test_it_retries_a_failing_server_at_most_every_thirty_seconds(tab: Tab, edit_server: EditServer) -> None:
    asked = []
    edit_server.behaviour = "down"
    tab.on("response", lambda response: asked.append(response.url) if response.url.endswith("/autosave") else None)
    tab.locator("#en-title").fill("Kept")
    for seconds in (2, 2, 4, 8, 16, 30, 30):
        with tab.expect_response("**/autosave"):
            tab.clock.run_for(seconds * 1000)
        expect(state(tab)).to_contain_text("Not saved")
    assert len(asked) == 7
    edit_server.behaviour = "normal"
    tab.clock.run_for(30_000)
    expect(state(tab)).to_have_text("Saved at 12:40")
    assert edit_server.value("en.title") == "Kept"


def test_it_continues_after_signing_in_in_another_tab(tab: Tab, edit_server: EditServer) -> None:
    edit_server.behaviour = "signed out"
    tab.locator("#en-title").fill("Kept")
    tab.clock.run_for(2000)
    expect(heard(tab)).to_contain_text("Your session has ended")
    edit_server.behaviour, edit_server.token = "fine", "second"
    tab.clock.run_for(2000)
    expect(state(tab)).to_have_text("Saved at 12:40")
    assert edit_server.saves[-1]["csrf_token"] == "second"
    tab.get_by_role("button", name="Publish").click()
    tab.wait_for_url("**/list")
    assert edit_server.posts[-1]["csrf_token"] == "second"


def test_it_says_why_it_cannot_save(tab: Tab, edit_server: EditServer) -> None:
    edit_server.behaviour = "too long"
    tab.locator("#en-title").fill("Long")
    tab.clock.run_for(2000)
    expect(heard(tab)).to_contain_text("too long")
    tab.get_by_role("button", name="Publish").click()
    expect(heard(tab)).to_contain_text("too long")
    assert edit_server.posts == []
    edit_server.behaviour = "refusing"
    tab.locator("#en-title").fill("Bad")
    tab.clock.run_for(2000)
    expect(heard(tab)).to_have_text("This is not a URL.")


def test_it_saves_before_every_button(tab: Tab, edit_server: EditServer) -> None:
    tab.locator("#en-title").fill("New")
    edit_server.behaviour = "down"
    tab.get_by_role("button", name="Publish").click()
    expect(heard(tab)).to_contain_text("no connection")
    assert edit_server.posts == []
    edit_server.behaviour = "normal"
    edit_server.change("en.body", "Theirs")
    tab.get_by_role("button", name="Publish").click()
    tab.wait_for_url("**/list")
    (sent,) = edit_server.posts
    assert (sent["do"], sent["en.title"], sent["en.body"]) == ("publish", "New", "Theirs")
    assert tab.evaluate(BUFFER) is None


def test_it_warns_before_leaving_with_unsaved_changes(tab: Tab, edit_server: EditServer) -> None:
    asked = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    tab.locator("#en-title").click()
    tab.goto(edit_server.url)
    assert asked == []
    edit_server.behaviour = "down"
    tab.locator("#en-title").press_sequentially("!")
    tab.goto(f"{edit_server.url}list")
    assert asked == ["beforeunload"]


def test_it_offers_changes_that_did_not_reach_the_server(tab: Tab, edit_server: EditServer) -> None:
    edit_server.behaviour = "down"
    tab.locator("#en-title").fill("Kept")
    tab.locator("#ru-body").fill("Слова")
    tab.clock.run_for(2500)
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.goto(edit_server.url)
    box = tab.locator("#unsaved")
    expect(box).to_contain_text("did not reach the site")
    assert box.locator("li").all_inner_texts() == ["Title (en)", "Text (ru)"]
    edit_server.behaviour = "normal"
    edit_server.change("en.title", "Theirs")
    box.get_by_role("button", name="Restore").click()
    expect(tab.locator("#ru-body")).to_have_value("Слова")
    let_save(tab)
    # It is merged against the base of that time.
    expect(tab.locator("#en-title-conflict")).to_be_visible()
    assert (edit_server.value("ru.body"), edit_server.value("en.title")) == ("Слова", "Theirs")
    assert tab.evaluate(BUFFER) is None
    tab.goto(edit_server.url)
    expect(box).to_be_empty()


def test_it_lets_unsent_changes_be_discarded(tab: Tab, edit_server: EditServer) -> None:
    edit_server.behaviour = "down"
    tab.locator("#en-title").fill("Kept")
    tab.clock.run_for(600)
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.goto(edit_server.url)
    tab.get_by_role("button", name="Discard").click()
    assert tab.evaluate(BUFFER) is None
    expect(tab.locator("#en-title")).to_have_value("Winter")


def test_it_keeps_the_unsent_changes_of_each_tab_apart(tab: Tab, edit_server: EditServer) -> None:
    edit_server.behaviour = "down"
    tab.locator("#en-title").fill("Kept")
    tab.clock.run_for(600)
    other = tab.context.new_page()
    other.goto(edit_server.url)
    other.locator("#en-body").fill("Other")
    other.clock.run_for(600)
    assert "Other" in other.evaluate(BUFFER)
    assert "Kept" in other.evaluate(BUFFER)
    expect(other.locator("#unsaved")).to_be_empty()


class OwnChromium:
    """A separate Chromium that can be killed with all its processes; its profile survives."""

    def __init__(self, browser: Browser, profile: Path) -> None:
        self.profile = profile
        port = profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        # Start on an empty page: the browser's own start page sends requests.
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
        """Kill it, as an empty battery would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def holds(self, words: str) -> bool:
        """Whether it has written these words, in Latin letters, to the disk."""
        files = (self.profile / "Default/Local Storage/leveldb").glob("*.log")
        return any(form in file.read_bytes() for file in files for form in (words.encode(), words.encode("utf-16-le")))


def test_it_loses_at_most_five_seconds_when_the_browser_is_killed(
    browser: Browser, edit_server: EditServer, tmp_path: Path
) -> None:
    typed = safe = ""
    with OwnChromium(browser, tmp_path / "one") as online, OwnChromium(browser, tmp_path / "two") as offline:
        offline.tab.goto(edit_server.url)
        offline.tab.route("**/autosave", lambda route: route.abort())
        offline.tab.locator("#en-title").fill("Offline words")
        online.tab.goto(edit_server.url)
        begun = time.monotonic()
        while (now := time.monotonic() - begun) < LONGEST_LOSS + 1:
            if now < 1:
                safe = typed
            online.tab.locator("#en-body").press_sequentially("word ")
            typed += "word "
        wait_for("the browser's own copy", lambda: offline.holds("Offline words"))
    assert safe
    assert edit_server.value("en.body").startswith(safe)
    with OwnChromium(browser, tmp_path / "two") as again:
        again.tab.goto(edit_server.url)
        expect(again.tab.locator("#en-body")).to_have_value(edit_server.value("en.body"))
        again.tab.get_by_role("button", name="Restore").click()
        wait_for("what was put back", lambda: edit_server.value("en.title") == "Offline words")
