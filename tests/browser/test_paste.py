"""Pasting and dropping into a text; what becomes of the text itself is tested in tests/to_markdown/."""

import base64
import gzip
import re

import pytest
from playwright.sync_api import BrowserContext, Locator, expect
from playwright.sync_api import Page as Tab

from tests.browser.story import EditedStory, field
from tests.to_markdown.files import docx, footnote_reference, paragraph, picture, png, run
from wzo.static_files import FOLDER, SCRIPTS

PASTE = """(area, { parts, file }) => {
  const clipboardData = new DataTransfer();
  for (const [type, text] of Object.entries(parts)) clipboardData.setData(type, text);
  if (file) {
    const bytes = Uint8Array.from(atob(file.data), (c) => c.charCodeAt(0));
    clipboardData.items.add(new File([bytes], file.name, { type: file.type }));
  }
  const init = { bubbles: true, cancelable: true };
  const event = file ? new DragEvent("drop", { ...init, dataTransfer: clipboardData })
    : new ClipboardEvent("paste", { ...init, clipboardData });
  return !area.dispatchEvent(event);
}"""


@pytest.fixture
def tab(writer: BrowserContext, story: EditedStory) -> Tab:
    page = writer.new_page()
    page.goto(story.url)
    return page


def paste(area: Locator, html: str = "", plain: str = "", **parts: str) -> bool:
    """Paste into a text; returns whether our script does it."""
    area.focus()
    kinds = {"text/html": html, "text/plain": plain, **parts}
    is_ours: bool = area.evaluate(PASTE, {"parts": {kind: text for kind, text in kinds.items() if text}})
    return is_ours


def drop(area: Locator, data: bytes, name: str) -> None:
    file = {"data": base64.b64encode(data).decode(), "name": name, "type": ""}
    area.evaluate(PASTE, {"parts": {}, "file": file})


def notice(area: Locator) -> Locator:
    return area.locator("xpath=following-sibling::p[@role='status']")


def test_it_pastes_undoes_and_notifies(tab: Tab, story: EditedStory) -> None:
    body = field(tab, "en.body")
    body.click()
    tab.keyboard.type("Before ")
    assert paste(body, "<b>bold</b><s>x</s>")
    expect(body).to_have_value("Before **bold**")
    expect(notice(body)).to_have_text("Left out: 1 struck-out passage (after “bold”).")
    tab.keyboard.press("Control+z")
    expect(body).to_have_value("Before ")
    # What means the same in Markdown is left to the browser, and so is what was copied from a text.
    assert not paste(body, plain="two words, and 3 more")
    body.fill("- one\n- two")
    body.select_text()
    marked = body.evaluate(
        """(area) => {
          const clipboardData = new DataTransfer();
          area.dispatchEvent(new ClipboardEvent("copy", { clipboardData, bubbles: true, cancelable: true }));
          return [...clipboardData.types, clipboardData.getData("text/plain")];
        }"""
    )
    assert marked == ["text/plain", "application/x-wzo-markdown", "- one\n- two"]
    assert not paste(body, plain="- one\n- two", **{"application/x-wzo-markdown": "1"})
    body.fill("One[^4].\n\n[^4]: Four.\n\n")
    assert paste(body, "<p>a<a href='#fn1'>1</a></p><p><a href='#fnref1'>1</a> b</p>")
    expect(body).to_have_value("One[^4].\n\n[^4]: Four.\n\na[^5]\n\n[^5]: b\n")
    expect(notice(body)).to_have_text("Nothing was left out.")
    body = field(tab, "ru.body")
    assert paste(body, plain="- Да.\n- Нет.")
    expect(body).to_have_value("— Да.\\\n— Нет.\n")


def test_it_inserts_a_long_text_at_once_and_can_undo_it(tab: Tab) -> None:
    body = field(tab, "en.body")
    body.fill("Before")
    tab.evaluate(
        """() => {
          globalThis.inserted = 0;
          const command = document.execCommand.bind(document);
          document.execCommand = (name, shows, text) => {
            globalThis.inserted += text?.length ?? 0;
            return command(name, shows, text);
          };
        }"""
    )
    text = "Слова и <b>ещё</b> слова об изоляторе. " * 60
    paste(body, "".join(f"<p>{number} {text}</p>" for number in range(40)))
    expect(body).to_have_value(re.compile(r"^Before\n\n0 Слова[\s\S]*\n\n39 Слова и \*\*ещё\*\* слова"), timeout=20_000)
    # Chromium's own command takes seconds for so much.
    assert tab.evaluate("inserted") == 0
    expect(notice(body).get_by_role("button")).to_have_text("Undo")
    body.press("Control+z")
    expect(body).to_have_value("Before")
    paste(body, "".join(f"<p>{number} {text}</p>" for number in range(40)))
    notice(body).get_by_role("button").click()
    expect(body).to_have_value("Before")


def test_it_inserts_documents_and_pictures(tab: Tab) -> None:
    body = field(tab, "ru.body")
    data = docx(
        paragraph(run("Суд"), "1") + paragraph(run("Слова") + footnote_reference(1)) + paragraph(picture()), {1: "Том."}
    )
    drop(body, data, "Текст.docx")
    expect(body).to_have_value(
        re.compile(r"^## Суд\n\nСлова\[\^1\]\n\n!\[\]\(/media/\w{32}\.jpg#64x48\)\n\n\[\^1\]: Том\.\n$")
    )
    expect(notice(body)).to_have_text("1 picture was added; describe it.")
    body = field(tab, "en.body")
    tab.locator("summary", has_text="Text from a document").nth(1).click()
    choose = tab.locator('input[data-document-of="en.body"]')
    choose.set_input_files({"name": "a.docx", "mimeType": "", "buffer": b"x"})
    refusal = tab.locator("[id='document.en.body-error']")
    expect(refusal).to_contain_text("damaged")
    expect(notice(body)).to_be_empty()
    choose.set_input_files({"name": "a.pdf", "mimeType": "", "buffer": b"%PDF-1.7"})
    expect(refusal).to_contain_text("press “Document or recording”")
    choose.set_input_files({"name": "a.docx", "mimeType": "", "buffer": docx(paragraph(run("Words")))})
    expect(body).to_have_value("Words")
    expect(choose).to_have_value("")
    expect(refusal).to_be_empty()
    encoded = base64.b64encode(png()).decode()
    paste(body, f"<p>One</p><img src='data:image/png;base64,{encoded}'>")
    expect(body).to_have_value(re.compile(r"^Words\n\nOne\n\n!\[\]\(/media/\w{32}\.jpg#64x48\)\n$"))


def test_it_pastes_plain_text_if_the_server_does_not_respond(tab: Tab) -> None:
    tab.route("**/convert?*", lambda route: route.abort())
    body = field(tab, "en.body")
    paste(body, "<b>bold</b>", "bold")
    expect(body).to_have_value("bold")
    expect(notice(body)).to_contain_text("could not be reached")


def test_it_stays_small() -> None:
    """The scripts of an edit page, as one file: less than the scripts of a public page may have."""
    scripts = b"\n".join((FOLDER / name).read_bytes() for name in SCRIPTS["edit"])
    assert len(gzip.compress(scripts, 9)) <= 18 * 1024
