"""The Markdown editor: toolbar, links, pictures, notes, preview, shortcuts."""

import base64
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from playwright.sync_api import Page as Tab

from tests.browser.editors import Account, session_cookie
from tests.browser.story import EditedStory, field
from tests.factories import GlossaryTermFactory
from tests.media.samples import small
from tests.running_site import wait_for
from wzo.media.actions import add_picture, describe

SELECT = "(area, [start, end]) => { area.focus(); area.setSelectionRange(start, end); }"
DROP = """(area, [bytes, type]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([Uint8Array.from(atob(bytes), (it) => it.charCodeAt(0))], "a.png", { type }));
  area.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def tab(writer: BrowserContext, story: EditedStory) -> Tab:
    page = writer.new_page()
    page.goto(story.url)
    return page


Write = Callable[[str], None]


@pytest.fixture
def write(tab: Tab) -> Write:
    """Puts words into the English text; the text between two | is selected, or one | is the cursor."""

    def put(text: str) -> None:
        body = field(tab, "en.body")
        body.fill(text.replace("|", ""))
        start = text.index("|")
        body.evaluate(SELECT, [start, text.rindex("|") - (text.rindex("|") > start)])

    return put


def shown(tab: Tab) -> str:
    """The English text, its selection between two |, or one | for the cursor."""
    text, start, end = field(tab, "en.body").evaluate("(it) => [it.value, it.selectionStart, it.selectionEnd]")
    selected = text[start:end]
    return str(text[:start] + (f"|{selected}|" if selected else "|") + text[end:])


def becomes(tab: Tab, wanted: str) -> None:
    """Wait for a text: what a dialog has asked for is written a moment after it has closed."""
    wait_for(wanted, lambda: shown(tab) == wanted)


def press(tab: Tab, tool: str) -> None:
    tab.locator(f"[aria-controls='en.body'] [data-tool={tool}]").click()


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
    ("post", "a|", "::: post\n|a|\n— [Name, network, date](https://)\n:::\n"),
    ("gallery", "|![a](b)\n![c](d)|", "::: gallery\n|![a](b)\n![c](d)|\n:::\n"),
    ("note", "One| two.\n", "One[^1] two.\n\n[^1]: |"),
    ("note", "One[^1]. Two|.\n\n[^1]: a\n", "One[^1]. Two[^2].\n\n[^1]: a\n[^2]: |"),
]


def test_it_applies_tools_to_the_selection_and_can_undo_them(tab: Tab, write: Write) -> None:
    body = field(tab, "en.body")
    results, undone = [], []
    for tool, before, _ in CASES:
        write(before)
        press(tab, tool)
        results.append((tool, before, shown(tab)))
        tab.keyboard.press("Control+z")
        undone.append(body.input_value())
    assert results == CASES
    assert undone == [before.replace("|", "") for _, before, _ in CASES]


def test_it_continues_a_list_on_enter_and_ends_it_in_an_empty_item(tab: Tab, write: Write) -> None:
    for before, after in (
        ("a\n- one|", "a\n- one\n- |"),
        ("- on|e\n- two", "- on\n- |e\n- two"),
        ("9. nine|", "9. nine\n10. |"),
        ("- one\n- |", "- one\n\n|"),
        ("- |one", "- \n- |one"),
        ("— A dash|", "— A dash\n|"),
        ("1917. A year|", "1917. A year\n|"),
    ):
        write(before)
        tab.keyboard.press("Enter")
        assert shown(tab) == after
        tab.keyboard.press("Control+Z")
        assert shown(tab).replace("|", "") == before.replace("|", "")


def test_it_makes_the_toolbar_one_tab_stop(tab: Tab) -> None:
    focused = "document.activeElement.dataset.tool ?? document.activeElement.id"
    field(tab, "en.summary").focus()
    seen = []
    for key in ("Tab", "ArrowRight", "ArrowRight", "End", "ArrowRight", "ArrowLeft", "Home", "ArrowRight", "Tab"):
        tab.keyboard.press(key)
        seen.append(tab.evaluate(focused))
    tab.keyboard.press("Shift+Tab")
    tools = ["heading", "subheading", "bold", "gallery", "heading", "gallery", "heading", "subheading", "en.body"]
    assert [*seen, tab.evaluate(focused)] == [*tools, "subheading"]
    tab.keyboard.press("Escape")
    assert tab.evaluate(focused) == "en.body"
    assert tab.locator("[aria-controls='en.body']").get_attribute("aria-label") == "Text formatting: Text (English)"


def test_it_asks_for_a_link_and_changes_it(tab: Tab, write: Write) -> None:
    write("Read |the report| now")
    dialog = tab.locator("#link-dialog")
    address = dialog.locator("[name=address]")
    press(tab, "link")
    assert dialog.locator("[name=words]").input_value() == "the report"
    address.fill("example.org/a")
    tab.keyboard.press("Enter")
    becomes(tab, "Read [the report](https://example.org/a)| now")
    field(tab, "en.body").evaluate(SELECT, [8, 8])
    tab.keyboard.press("Control+k")
    assert address.input_value() == "https://example.org/a"
    address.fill("a@example.org")
    dialog.locator("[value=set]").click()
    becomes(tab, "Read [the report](mailto:a@example.org)| now")
    press(tab, "link")
    tab.keyboard.press("Escape")
    expect(field(tab, "en.body")).to_be_focused()
    tab.keyboard.press("Control+k")
    dialog.locator("[data-cancel]").click()
    becomes(tab, "Read [the report](mailto:a@example.org)| now")
    press(tab, "link")
    address.fill("")
    tab.keyboard.press("Enter")
    becomes(tab, "Read the report| now")


def test_it_links_to_a_term_of_the_glossary(tab: Tab, story: EditedStory, write: Write) -> None:
    with story.site.writing():
        GlossaryTermFactory(slug="oubliette", texts__title="Oubliette")
        GlossaryTermFactory(slug="abyss", texts__title="Abyss")
    tab.reload()
    write("In |oubliettes | there")
    press(tab, "term")
    dialog = tab.locator("#term-dialog")
    assert dialog.locator("select").input_value() == "term:oubliette"
    assert dialog.locator("[name=words]").input_value() == "oubliettes"
    dialog.locator("[value=set]").click()
    becomes(tab, "In [oubliettes](term:oubliette) | there")
    write("|")
    press(tab, "term")
    dialog.locator("select").select_option("term:abyss")
    dialog.locator("[value=set]").click()
    becomes(tab, "[Abyss](term:abyss)|")


def test_it_inserts_a_chosen_picture(tab: Tab, story: EditedStory, write: Write) -> None:
    with story.site.inside():
        picture = add_picture(data=small("PNG", (64, 48)), name="boat.png", editor_id=None)
        words = {"ru": "Лодка", "en": "A boat"}, {"ru": "Вечер", "en": "Evening"}
        describe(picture_id=picture.id, alts=words[0], captions=words[1], credit="", decorative=False)
        key, size = picture.key, f"{picture.width}x{picture.height}"
    write("On|e.\n\nTwo.")
    press(tab, "picture")
    tab.get_by_role("dialog").get_by_role("button", name="A boat").first.click()
    becomes(tab, f'One.\n\n![A boat](/media/{key}.jpg#{size} "Evening")|\n\nTwo.')


def test_it_uploads_a_dropped_picture(tab: Tab, write: Write) -> None:
    write("One|")
    body = field(tab, "en.body")
    message = tab.locator("[id='en.body'] + [role=status]")
    body.evaluate(DROP, [base64.b64encode(small("PNG", (64, 48))).decode(), "image/png"])
    expect(message.get_by_role("link")).to_have_attribute("href", re.compile(r"^/admin/pictures/\d+/$"))
    assert re.fullmatch(r"One\n\n!\[\]\(/media/[0-9a-f]{32}\.jpg#64x48\)\n", body.input_value())
    body.evaluate(DROP, ["AAAA", "image/png"])
    expect(message).to_contain_text("This file type is not supported")
    expect(message.get_by_role("link")).to_have_count(0)


def test_it_previews_what_readers_will_see(tab: Tab) -> None:
    preview = tab.locator("[data-preview-of='ru.body']")
    field(tab, "ru.body").fill('"Да" - *и*')
    preview.locator("summary").click()
    expect(preview.locator(".prose")).to_have_text("«Да» — и")
    field(tab, "ru.body").fill("## Дальше")
    expect(preview.locator(".prose h3")).to_have_text("Дальше")


def test_it_counts_words_while_typing(tab: Tab) -> None:
    field(tab, "en.body").fill("one [two](https://example.org/a/b)[^1] " * 100)
    words = tab.locator("#editor-texts").get_attribute("data-count") or ""
    expect(tab.locator("[id='en.body'] ~ .count")).to_have_text(words.format(words=200, minutes=1))


def test_it_handles_shortcuts_on_every_keyboard_layout(tab: Tab, story: EditedStory, write: Write) -> None:
    tab.keyboard.press("Control+Alt+2")
    expect(field(tab, "en.title")).to_be_focused()
    write("a |b|")
    # As a Russian keyboard says it.
    tab.evaluate(
        """document.activeElement.dispatchEvent(
          new KeyboardEvent("keydown", { key: "и", code: "KeyB", ctrlKey: true, bubbles: true, cancelable: true }))"""
    )
    assert shown(tab) == "a **|b|**"
    assert field(tab, "ru.body").input_value() == ""
    tab.keyboard.press("Control+s")
    expect(tab.locator("#save-state")).to_have_attribute("data-state", "saved")
    assert story.value("en.body") == "a **b**"
    assert "Bold (Ctrl + B)" in (tab.locator("[data-tool=bold]").first.get_attribute("title") or "")


def test_it_handles_single_key_shortcuts_outside_fields_unless_switched_off(tab: Tab) -> None:
    dialog = tab.locator("#shortcuts")
    letters, close = dialog.locator("#shortcuts-letters"), dialog.locator("form button")
    field(tab, "en.title").press("?")
    expect(dialog).to_be_hidden()
    tab.locator("h1").click()
    tab.keyboard.press("?")
    expect(dialog.locator("dl > div", has_text="Ctrl + S")).to_have_count(1)
    expect(dialog.locator("dl > div", has_text="Stories")).to_contain_text("g s")
    letters.uncheck()
    close.click()
    tab.locator("h1").click()
    for key in "g s ?".split():
        tab.keyboard.press(key)
    expect(dialog).to_be_hidden()
    tab.locator("#open-shortcuts").click()
    letters.check()
    close.click()
    tab.locator("h1").click()
    tab.keyboard.press("g")
    tab.keyboard.press("s")
    tab.wait_for_url("**/admin/stories/")


def test_it_is_a_plain_form_without_scripts(browser: Browser, story: EditedStory, writer_account: Account) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([session_cookie(story.site, writer_account)])
    page = context.new_page()
    page.goto(story.url)
    assert not page.locator("[role=toolbar], dialog, #open-shortcuts").filter(visible=True).count()
    field(page, "en.body").fill("Words")
    with page.expect_navigation():
        page.locator("button[name=do][value^='review:']").click()
    assert story.value("en.body") == "Words"
    context.close()
