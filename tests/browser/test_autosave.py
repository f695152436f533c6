"""Autosave: while typing, with several editors, without a connection, in a killed browser."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Request, Route, expect
from playwright.sync_api import Page as Tab
from sqlalchemy import func, update

from tests.browser.chromium import ARGUMENTS, CHROMIUM
from tests.browser.editors import Account, enter_credentials, session_cookie
from tests.browser.story import AUTOSAVE, EditedStory, fail_to_save, field, save_again, sent_forms
from tests.running_site import TIMEOUT, wait_for
from wzo.cms.models import Revision
from wzo.cms.queries import get_draft_states
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.stories.content_types import STORIES

BUFFER = "localStorage.getItem(document.getElementById('edit').dataset.buffer)"
LONGEST_LOSS = 5  # seconds of typing
# Typing tens of thousands of letters takes a browser half a minute.
SET = "(it, text) => { it.value = text; it.dispatchEvent(new Event('input', { bubbles: true })); }"
SAVED = re.compile(r"Saved at \d\d:\d\d")


@pytest.fixture
def tab(writer: BrowserContext, story: EditedStory) -> Tab:
    """The edit page, with a clock that the test controls."""
    page = writer.new_page()
    page.clock.install(time="2026-11-24T12:00:00")
    page.goto(story.url)
    page.clock.pause_at("2026-11-24T12:05:00")
    return page


@pytest.fixture
def saves(tab: Tab, story: EditedStory) -> list[Request]:
    """The autosaves that the page has sent."""
    return sent_forms(tab, f"{story.url}autosave")


def seen(tab: Tab) -> Locator:
    return tab.locator("#save-state > [aria-hidden]")


def heard(tab: Tab) -> Locator:
    return tab.locator("#save-state > .visually-hidden")


def words(tab: Tab, kind: str) -> str:
    """The page's words for a state of saving."""
    return tab.locator("#save-state").get_attribute(f"data-{kind}") or ""


def is_told(tab: Tab, kind: str) -> None:
    """Wait until a state of saving, with a time in it, is seen and read out."""
    expect(seen(tab)).to_have_text(re.compile(re.escape(words(tab, kind)).replace(r"\{time\}", r"\d\d:\d\d")))
    expect(heard(tab)).to_have_text(words(tab, f"{kind}-aloud"))


def let_save(tab: Tab) -> None:
    """Advance the clock until the changes are sent, and wait for the response."""
    with tab.expect_response(AUTOSAVE):
        tab.clock.run_for(2000)


def test_it_sends_a_letter_of_a_long_text_in_two_kilobytes(tab: Tab, story: EditedStory, saves: list[Request]) -> None:
    text = "Снег шёл всю ночь. 😀\n\n" * 2700
    body = field(tab, "ru.body")
    body.evaluate(SET, text)
    let_save(tab)
    is_told(tab, "saved")
    assert len(saves[-1].post_data_buffer or b"") < 2.1 * len(text)
    body.evaluate("(it) => { it.focus(); it.setSelectionRange(it.value.length / 2, it.value.length / 2); }")
    for letter in ("ы", "­ю"):
        tab.keyboard.insert_text(letter)
        let_save(tab)
        is_told(tab, "saved")
        assert len(saves[-1].post_data_buffer or b"") < 2000
    # The page shows what the server has made of it.
    saved = story.value("ru.body")
    assert (len(saved), saved.count("ыю")) == (len(text) + 2, 1)
    expect(body).to_have_value(saved)
    assert tab.evaluate(BUFFER) is None
    assert len(saves) == 3


def test_it_sends_the_text_where_a_patch_does_not_fit(tab: Tab, story: EditedStory, saves: list[Request]) -> None:
    body = field(tab, "ru.body")
    body.fill("Снег " * 400)
    let_save(tab)
    is_told(tab, "saved")
    # As if the server had stored another text.
    with story.site.writing():
        db.session.execute(update(Revision).values(fields=func.replace(Revision.fields, "Снег Снег", "Снег, снег")))
        db.session.commit()
    body.press_sequentially("!")
    let_save(tab)
    wait_for("the whole text", lambda: tab.evaluate("1") and len(saves) == 3)
    assert "patch" in (saves[1].post_data or "")


def review_button(tab: Tab) -> Locator:
    """A button that sends the whole form, and asks for a review of both languages."""
    return tab.locator("button[name=do][value^='review:']")


def test_it_saves_changes_after_a_pause(tab: Tab, story: EditedStory, saves: list[Request]) -> None:
    needed = tab.locator("#checks a[href='#ru.summary']")
    expect(needed).to_have_count(1)
    field(tab, "ru.title").press("End")
    tab.keyboard.type(" и лето")
    field(tab, "ru.summary").fill("Снег.")
    field(tab, "shared.picture_decorative").check()
    expect(seen(tab)).to_have_text(words(tab, "unsaved"))
    tab.clock.run_for(1900)
    assert saves == []
    tab.clock.run_for(100)
    is_told(tab, "saved")
    (request,) = saves
    sent = parse_qs(request.post_data or "", keep_blank_values=True)
    assert {name for name in sent if not name.startswith("base.")} == {
        "csrf_token",
        "edit_session",
        "ru.title",
        "ru.summary",
        "shared.picture_decorative",
    }
    assert (story.value("ru.title"), story.value("shared.picture_decorative")) == ("Зима и лето", "1")
    expect(needed).to_have_count(0)
    field(tab, "shared.picture_decorative").uncheck()
    let_save(tab)
    assert story.value("shared.picture_decorative") == ""


def test_it_shows_the_state_of_each_language_as_saved(tab: Tab) -> None:
    states = [tab.locator(f"#badges-{code}") for code in ("ru", "en")]
    for text, word in (("", "empty"), ("Spring", "draft")):
        field(tab, "en.title").fill(text)
        let_save(tab)
        for state, expected in zip(states, ("draft", word), strict=True):
            expect(state).to_have_text(expected)


def test_it_saves_within_four_seconds_of_continuous_typing(tab: Tab, story: EditedStory, saves: list[Request]) -> None:
    title = field(tab, "en.title")
    title.press("End")
    for _ in range(3):
        title.press_sequentially("x")
        tab.clock.run_for(1300)
    assert saves == []
    title.press_sequentially("y")
    tab.clock.run_for(100)
    expect(seen(tab)).to_have_text(SAVED)
    assert story.value("en.title") == "Winterxxxy"


def test_it_does_not_send_what_was_changed_back(tab: Tab, saves: list[Request]) -> None:
    field(tab, "en.title").press_sequentially("x")
    tab.keyboard.press("Backspace")
    expect(seen(tab)).to_have_text(words(tab, "unchanged"))
    tab.clock.run_for(10_000)
    assert saves == []
    assert tab.evaluate(BUFFER) is None


def test_it_merges_changes_to_different_fields(tab: Tab, story: EditedStory) -> None:
    field(tab, "en.title").fill("Mine")
    story.change("en.body", "Theirs")
    story.change("ru.title", "Тоже их")
    let_save(tab)
    expect(field(tab, "en.body")).to_have_value("Theirs")
    expect(field(tab, "ru.title")).to_have_value("Тоже их")
    is_told(tab, "theirs")
    field(tab, "en.body").fill("Theirs and mine")
    let_save(tab)
    is_told(tab, "saved")
    assert (story.value("en.title"), story.value("en.body")) == ("Mine", "Theirs and mine")


def test_it_does_not_overwrite_a_field_being_edited(tab: Tab, story: EditedStory, saves: list[Request]) -> None:
    """Text that was typed while the response was on its way is merged with its own base."""
    held: list[Route] = []
    tab.route(AUTOSAVE, lambda route: held.append(route))
    field(tab, "en.title").fill("Mine")
    story.change("en.body", "Theirs")
    body = field(tab, "en.body")
    base = tab.locator("[name='base.en']").input_value()
    tab.clock.run_for(2000)
    wait_for("the save", lambda: tab.evaluate("1") and held)
    body.fill("Mine too")
    held.pop().continue_()
    tab.unroute(AUTOSAVE)
    expect(seen(tab)).to_contain_text(SAVED)
    expect(body).to_have_value("Mine too")
    let_save(tab)
    expect(field(tab, "en.body-conflict")).to_contain_text("Anna")
    assert parse_qs(saves[-1].post_data or "")["base.en.body"] == [base]


def test_it_shows_both_versions_of_a_conflicting_field(tab: Tab, story: EditedStory) -> None:
    title = field(tab, "en.title")
    title.fill("Mine")
    story.change("en.title", "Theirs")
    let_save(tab)
    note = field(tab, "en.title-conflict")
    expect(note.locator("blockquote")).to_have_text("Theirs")
    expect(title).to_have_value("Mine")
    expect(title).to_have_attribute("aria-describedby", "en.title-conflict")
    expect(note.get_by_role("link")).to_have_attribute("href", f"/admin/stories/{story.id}/history/")
    is_told(tab, "conflict")
    # Nothing is decided by writing on.
    title.fill("Mine!")
    let_save(tab)
    expect(note).to_be_visible()
    assert story.value("en.title") == "Theirs"
    note.locator("[data-keep-mine]").click()
    let_save(tab)
    expect(note).to_be_hidden()
    assert title.get_attribute("aria-describedby") is None
    assert story.value("en.title") == "Mine!"


def test_it_lets_the_other_version_be_accepted(tab: Tab, story: EditedStory) -> None:
    title = field(tab, "en.title")
    title.fill("Mine")
    story.change("en.title", "Theirs")
    let_save(tab)
    tab.locator("[data-use-theirs]").click()
    expect(title).to_have_value("Theirs")
    expect(field(tab, "en.title-conflict")).to_be_hidden()
    title.fill("Theirs, and more")
    let_save(tab)
    assert story.value("en.title") == "Theirs, and more"


def test_it_retries_without_a_connection(tab: Tab, story: EditedStory) -> None:
    tab.context.set_offline(True)
    field(tab, "en.title").fill("Kept")
    tab.clock.run_for(2000)
    expect(heard(tab)).to_have_text(words(tab, "offline"))
    assert "Kept" in tab.evaluate(BUFFER)
    for _ in range(8):
        tab.clock.run_for(30_000)
    assert story.value("en.title") == "Winter"
    tab.context.set_offline(False)
    is_told(tab, "saved")
    assert story.value("en.title") == "Kept"
    assert tab.evaluate(BUFFER) is None


def test_it_retries_a_failing_server_at_most_every_thirty_seconds(
    tab: Tab, story: EditedStory, saves: list[Request]
) -> None:
    fail_to_save(tab)
    field(tab, "en.title").fill("Kept")
    for seconds in (2, 2, 4, 8, 16, 30, 30):
        with tab.expect_response(AUTOSAVE):
            tab.clock.run_for(seconds * 1000)
        expect(seen(tab)).to_have_text(words(tab, "offline"))
    assert len(saves) == 7
    save_again(tab)
    tab.clock.run_for(30_000)
    is_told(tab, "saved")
    assert story.value("en.title") == "Kept"


def test_it_lets_one_sign_in_again_and_saves(tab: Tab, story: EditedStory, writer_account: Account) -> None:
    token = tab.locator("#edit [name=csrf_token]").input_value()
    elsewhere = tab.context.new_page()
    elsewhere.goto(f"{story.site.url}/admin/")
    with elsewhere.expect_navigation():
        elsewhere.locator("form[action='/admin/sign-out/'] button").dispatch_event("click")
    field(tab, "en.title").fill("Kept")
    tab.clock.run_for(2000)
    expect(heard(tab)).to_have_text(words(tab, "signed-out"))
    assert story.value("en.title") == "Winter"
    elsewhere.close()
    with tab.context.expect_page() as opened:
        tab.get_by_role("link", name="Sign in here").click()
    elsewhere = opened.value
    enter_credentials(elsewhere, story.site, writer_account)
    expect(elsewhere.locator("main")).to_contain_text("go back to your text")
    elsewhere.close()
    # The editor comes back; no timer has fired meanwhile.
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    is_told(tab, "saved")
    expect(tab.locator("#sign-in-again")).to_be_hidden()
    assert story.value("en.title") == "Kept"
    assert tab.locator("#edit [name=csrf_token]").input_value() != token
    with tab.expect_navigation():
        review_button(tab).click()
    assert is_waiting_for_review(story)


def test_it_says_why_it_cannot_save(tab: Tab, story: EditedStory) -> None:
    posts = sent_forms(tab, story.url)
    # More than a form may hold.
    field(tab, "en.body").evaluate(
        "(it) => { it.value = 'Long '.repeat(500_000); it.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    tab.clock.run_for(2000)
    expect(heard(tab)).to_have_text(words(tab, "too-long"))
    review_button(tab).click()
    expect(heard(tab)).to_have_text(words(tab, "too-long"))
    assert posts == []
    field(tab, "en.body").fill("Short")
    # PostgreSQL has no such letter.
    field(tab, "en.title").evaluate(
        r"(it) => { it.value = 'a\0b'; it.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    tab.clock.run_for(2000)
    expect(heard(tab)).to_have_text(words(tab, "refused"))
    assert (story.value("en.title"), story.value("en.body")) == ("Winter", "")


def test_it_saves_before_every_button(tab: Tab, story: EditedStory) -> None:
    posts = sent_forms(tab, story.url)
    field(tab, "en.title").fill("New")
    fail_to_save(tab)
    review_button(tab).click()
    expect(heard(tab)).to_have_text(words(tab, "offline"))
    assert posts == []
    save_again(tab)
    story.change("en.body", "Theirs")
    with tab.expect_navigation():
        review_button(tab).click()
    assert len(posts) == 1
    assert is_waiting_for_review(story)
    assert (story.value("en.title"), story.value("en.body")) == ("New", "Theirs")
    assert tab.evaluate(BUFFER) is None


def is_waiting_for_review(story: EditedStory) -> bool:
    with story.site.inside():
        states = get_draft_states(STORIES, story.id)
        return all(states[language].review_requested_at for language in LANGUAGES)


def test_it_warns_before_leaving_with_unsaved_changes(tab: Tab, story: EditedStory) -> None:
    asked: list[str] = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    field(tab, "en.title").click()
    tab.goto(story.url)
    assert asked == []
    fail_to_save(tab)
    field(tab, "en.title").press_sequentially("!")
    tab.goto(f"{story.site.url}/admin/stories/")
    assert asked == ["beforeunload"]


def test_it_offers_changes_that_did_not_reach_the_server(tab: Tab, story: EditedStory) -> None:
    fail_to_save(tab)
    field(tab, "en.title").fill("Kept")
    field(tab, "ru.body").fill("Слова")
    tab.clock.run_for(2500)
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.goto(story.url)
    box = tab.locator("#unsaved")
    expect(box.locator("p")).to_have_text(re.compile(r"\d\d:\d\d"))
    assert box.locator("li").all_inner_texts() == [label(tab, "en.title"), label(tab, "ru.body")]
    save_again(tab)
    story.change("en.title", "Theirs")
    box.locator("[data-restore]").click()
    expect(field(tab, "ru.body")).to_have_value("Слова")
    let_save(tab)
    # Its base is the text of that time.
    expect(field(tab, "en.title-conflict")).to_be_visible()
    assert (story.value("ru.body"), story.value("en.title")) == ("Слова", "Theirs")
    assert tab.evaluate(BUFFER) is None
    tab.goto(story.url)
    expect(box).to_be_empty()


def label(tab: Tab, name: str) -> str:
    """The label of a field, its language included."""
    return " ".join((tab.locator(f"label[for='{name}']").text_content() or "").split())


def test_it_lets_unsent_changes_be_discarded(tab: Tab, story: EditedStory) -> None:
    fail_to_save(tab)
    field(tab, "en.title").fill("Kept")
    tab.clock.run_for(600)
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.goto(story.url)
    tab.locator("[data-discard]").click()
    assert tab.evaluate(BUFFER) is None
    expect(field(tab, "en.title")).to_have_value("Winter")


def test_it_keeps_the_unsent_changes_of_each_tab_apart(tab: Tab, story: EditedStory) -> None:
    fail_to_save(tab)
    field(tab, "en.title").fill("Kept")
    tab.clock.run_for(600)
    other = tab.context.new_page()
    fail_to_save(other)
    other.goto(story.url)
    field(other, "en.body").fill("Other")
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
        self.browser = browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{number}", timeout=1000 * TIMEOUT)
        self.tab = self.browser.contexts[0].new_page()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Kill it, as when the battery is empty."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def open(self, story: EditedStory, account: Account) -> None:
        """Open an edit page as an editor."""
        self.browser.contexts[0].add_cookies([session_cookie(story.site, account)])
        self.tab.goto(story.url)

    def holds(self, words: str) -> bool:
        """Whether it has written these words, of Latin letters, to the disk."""
        files = (self.profile / "Default/Local Storage/leveldb").glob("*.log")
        return any(form in file.read_bytes() for file in files for form in (words.encode(), words.encode("utf-16-le")))


def test_it_loses_at_most_five_seconds_when_the_browser_is_killed(
    browser: Browser, story: EditedStory, writer_account: Account, tmp_path: Path
) -> None:
    typed = safe = ""
    with OwnChromium(browser, tmp_path / "one") as online, OwnChromium(browser, tmp_path / "two") as offline:
        offline.open(story, writer_account)
        offline.tab.route(AUTOSAVE, lambda route: route.abort())
        field(offline.tab, "en.title").fill("Offline words")
        online.open(story, writer_account)
        begun = time.monotonic()
        while (now := time.monotonic() - begun) < LONGEST_LOSS + 1:
            if now < 1:
                safe = typed
            field(online.tab, "en.body").press_sequentially("word ")
            typed += "word "
        wait_for("the browser's own copy", lambda: offline.holds("Offline words"))
    assert safe
    with OwnChromium(browser, tmp_path / "two") as again:
        # Read only now: the server may have saved once more after the kill.
        saved = story.value("en.body")
        assert saved.startswith(safe.strip())
        again.open(story, writer_account)
        expect(field(again.tab, "en.body")).to_have_value(saved)
        again.tab.locator("[data-restore]").click()
        wait_for("what was put back", lambda: story.value("en.title") == "Offline words")
