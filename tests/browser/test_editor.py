"""The Markdown editor: toolbar, links, pictures, notes, preview, shortcuts."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from playwright.sync_api import Page as Tab

from tests.browser.edit_server import PICTURE, EditServer
from tests.running_site import wait_for

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SELECT = "(area, [start, end]) => { area.focus(); area.setSelectionRange(start, end); }"
DROP = """(area, [bytes, type]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([Uint8Array.from(atob(bytes), (it) => it.charCodeAt(0))], "a.png", { type }));
  area.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def tab(writer: BrowserContext, edit_server: EditServer) -> Tab:
    page = writer.new_page()
    page.goto(edit_server.url)
    return page


Write = Callable[[str], None]


@pytest.fixture
def write(tab: Tab) -> Write:
    """Sets the English text; the text between two | is selected, and a single | is the cursor."""

    def put(text: str) -> None:
        body = tab.locator("#en-body")
        body.fill(text.replace("|", ""))
        start = text.index("|")
        body.evaluate(SELECT, [start, text.rindex("|") - (text.rindex("|") > start)])

    return put


def shown(tab: Tab) -> str:
    """The English text, with its selection between two |, or one | for the cursor."""
    text, start, end = tab.locator("#en-body").evaluate("(it) => [it.value, it.selectionStart, it.selectionEnd]")
    selected = text[start:end]
    return str(text[:start] + (f"|{selected}|" if selected else "|") + text[end:])


def becomes(tab: Tab, wanted: str) -> None:
    """Wait for a text: a dialog inserts it shortly after closing."""
    wait_for(wanted, lambda: shown(tab) == wanted)


def press(tab: Tab, tool: str) -> None:
    tab.locator(f"[aria-controls=en-body] [data-tool={tool}]").click()


# Tool, text before, text after.
CASES = [
    ("bold", "a |word| b", "a **|word|** b"),
    ("bold", "a **|word|** b", "a |word| b"),
    ("bold", "a |**word**| b", "a |word| b"),
    ("bold", "a *|word|* b", "a ***|word|*** b"),
    ("italic", "a ***|word|*** b", "a **|word|** b"),
    ("italic", "a **|word|** b", "a ***|word|*** b"),
    ("italic", "a| word |b", "a *|word|* b"),
    ("bold", "a |", "a **|**"),
    ("bold", "|one\n\ntwo|", "**|one**\n\n**two|**"),
    ("heading", "one\ntw|o", "one\n## two|"),
    ("heading", "### t|wo", "## two|"),
    ("heading", "## t|wo", "two|"),
    ("subheading", "t|wo", "### two|"),
    ("list", "|one\ntwo|", "|- one\n- two|"),
    ("list", "|- one\n- two|", "|one\ntwo|"),
    ("numbers", "|- one\n\n- two|", "|1. one\n\n2. two|"),
    ("list", "|", "- |"),
    ("quote", "a\n\nb |c", "a\n\n> b c\n> — |Name|\n"),
    ("quote", "|> b\n> c|", "|b\nc|"),
    ("pull", "a\nb|\nc", "a\n\n::: pull\n|b|\n:::\n\nc"),
    ("pull", "::: pull\n|b|\n:::", "b|"),
    ("notice", "|", "::: notice\n|…|\n:::\n"),
    ("notice", "|::: notice\nb\n:::|", "b|"),
    ("note", "One| two.\n", "One[^1] two.\n\n[^1]: |"),
    ("note", "One[^1]. Two|.\n\n[^1]: a\n", "One[^1]. Two[^2].\n\n[^1]: a\n[^2]: |"),
]


def test_it_applies_tools_to_the_selection_and_can_undo_them(tab: Tab, write: Write) -> None:
    body = tab.locator("#en-body")
    results, undone = [], []
    for tool, before, _ in CASES:
        write(before)
        press(tab, tool)
        results.append((tool, before, shown(tab)))
        tab.keyboard.press("Control+z")
        undone.append(body.input_value())
    assert results == CASES
    assert undone == [before.replace("|", "") for _, before, _ in CASES]


def test_it_makes_the_toolbar_one_tab_stop(tab: Tab) -> None:
    focused = "document.activeElement.dataset.tool ?? document.activeElement.id"
    tab.locator("#en-title").focus()
    seen = []
    for key in ("Tab", "ArrowRight", "ArrowRight", "End", "ArrowRight", "ArrowLeft", "Home", "ArrowRight", "Tab"):
        tab.keyboard.press(key)
        seen.append(tab.evaluate(focused))
    tab.keyboard.press("Shift+Tab")
    tools = ["heading", "subheading", "bold", "picture", "heading", "picture", "heading", "subheading", "en-body"]
    assert [*seen, tab.evaluate(focused)] == [*tools, "subheading"]
    tab.keyboard.press("Escape")
    assert tab.evaluate(focused) == "en-body"
    assert tab.locator("[aria-controls=en-body]").get_attribute("aria-label") == "Tools: Text"


def test_it_asks_for_a_link_and_changes_it(tab: Tab, write: Write) -> None:
    write("Read |the report| now")
    dialog = tab.get_by_role("dialog", name="Link")
    url = dialog.get_by_label("Address")
    press(tab, "link")
    assert dialog.get_by_label("Link text").input_value() == "the report"
    url.fill("example.org/a")
    tab.keyboard.press("Enter")
    becomes(tab, "Read [the report](https://example.org/a)| now")
    tab.locator("#en-body").evaluate(SELECT, [8, 8])
    tab.keyboard.press("Control+k")
    assert url.input_value() == "https://example.org/a"
    url.fill("a@example.org")
    tab.get_by_role("button", name="Save link").click()
    becomes(tab, "Read [the report](mailto:a@example.org)| now")
    press(tab, "link")
    tab.keyboard.press("Escape")
    expect(tab.locator("#en-body")).to_be_focused()
    tab.keyboard.press("Control+k")
    tab.get_by_role("button", name="Cancel").click()
    becomes(tab, "Read [the report](mailto:a@example.org)| now")
    press(tab, "link")
    url.fill("")
    tab.keyboard.press("Enter")
    becomes(tab, "Read the report| now")


def test_it_inserts_a_chosen_picture(tab: Tab, write: Write) -> None:
    write("On|e.\n\nTwo.")
    press(tab, "picture")
    tab.get_by_role("dialog").get_by_role("button", name="A boat").click()
    becomes(tab, f"One.\n\n{PICTURE}|\n\nTwo.")


def test_it_uploads_a_dropped_picture(tab: Tab, write: Write) -> None:
    write("One|")
    tab.locator("#en-body").evaluate(DROP, [base64.b64encode(PNG).decode(), "image/png"])
    expect(tab.get_by_role("link", name="Describe the picture")).to_have_attribute("href", "/admin/pictures/7/")
    assert tab.locator("#en-body").input_value() == "One\n\n![](/media/1e.jpg#10x10)\n"
    tab.locator("#en-body").evaluate(DROP, ["AAAA", "image/png"])
    expect(tab.get_by_text("This is not a picture.")).to_be_visible()


def test_it_previews_what_readers_will_see(tab: Tab) -> None:
    tab.locator("#ru-body").fill('"Да" - *и*')
    tab.keyboard.press("Control+Alt+p")
    expect(tab.locator(".preview").first).to_have_text("«Да» — и")
    tab.locator("#ru-body").fill("## Дальше")
    expect(tab.locator(".preview h2")).to_have_text("Дальше")


def test_it_counts_words_while_typing(tab: Tab) -> None:
    tab.locator("#en-body").fill("one [two](https://example.org/a/b)[^1] " * 100)
    expect(tab.locator(".count").nth(1)).to_have_text("Words: 200, reading time in minutes: 1")


def test_it_handles_shortcuts_on_every_keyboard_layout(tab: Tab, edit_server: EditServer, write: Write) -> None:
    tab.keyboard.press("Control+Alt+2")
    expect(tab.locator("#en-title")).to_be_focused()
    write("a |b|")
    # As sent by a Russian keyboard.
    tab.evaluate(
        """document.activeElement.dispatchEvent(
          new KeyboardEvent("keydown", { key: "и", code: "KeyB", ctrlKey: true, bubbles: true, cancelable: true }))"""
    )
    assert shown(tab) == "a **|b|**"
    assert tab.locator("#ru-body").input_value() == ""
    tab.keyboard.press("Control+s")
    expect(tab.locator("#save-state")).to_contain_text("Saved at")
    assert edit_server.value("en.body") == "a **b**"
    assert "Bold (Ctrl + B)" in (tab.locator("[data-tool=bold]").first.get_attribute("title") or "")


def test_it_handles_single_key_shortcuts_outside_fields_unless_switched_off(tab: Tab) -> None:
    dialog = tab.get_by_role("dialog", name="Keyboard shortcuts")
    tab.locator("#en-body").press("?")
    expect(dialog).to_be_hidden()
    tab.locator("h1").click()
    tab.keyboard.press("?")
    expect(dialog).to_contain_text("Save")
    expect(dialog.locator("dl > div", has_text="The list")).to_contain_text("g l")
    dialog.get_by_label("Single-letter shortcuts").uncheck()
    tab.get_by_role("button", name="Close").click()
    tab.locator("h1").click()
    for key in "g l ?".split():
        tab.keyboard.press(key)
    expect(dialog).to_be_hidden()
    tab.get_by_role("button", name="Keyboard shortcuts").click()
    dialog.get_by_label("Single-letter shortcuts").check()
    tab.get_by_role("button", name="Close").click()
    tab.locator("h1").click()
    tab.keyboard.press("g")
    tab.keyboard.press("l")
    tab.wait_for_url("**/list")


def test_it_is_a_plain_form_without_scripts(browser: Browser, edit_server: EditServer) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(edit_server.url)
    assert not page.locator("[role=toolbar], dialog, #open-shortcuts").filter(visible=True).count()
    page.locator("#en-body").fill("Words")
    page.get_by_role("button", name="Publish").click()
    assert edit_server.posts[-1]["en.body"] == "Words"
    context.close()
