"""Pasted text becomes our Markdown, with its words unchanged."""

import gzip
import html
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from playwright.sync_api import Page as Tab

from tests.browser.story import EditedStory, field, sent_forms
from wzo.config import ROOT
from wzo.markdown import plain_text

SCRIPTS = ROOT / "wzo/static/js"
TOOLS = ("admin", "autosave", "editor", "paste")
CLIPBOARD = Path(__file__).parent / "clipboard"
PASTE = """(area, html) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def tab(writer: BrowserContext, story: EditedStory) -> Tab:
    page = writer.new_page()
    page.goto(story.url)
    return page


@pytest.fixture(scope="module")
def converter(browser: Browser) -> Iterator[Tab]:
    """A page with nothing but the conversion function."""
    page = browser.new_page()
    page.add_script_tag(path=SCRIPTS / "paste.js")
    yield page
    page.close()


def all_in_markdown(converter: Tab, texts: list[str]) -> list[str]:
    written: list[str] = converter.evaluate("(all) => all.map((html) => toMarkdown(html))", texts)
    return written


def test_it_keeps_the_structure_of_a_text_through_ten_saves(tab: Tab, story: EditedStory) -> None:
    samples = {"ru": "word", "en": "docs"}
    for language, name in samples.items():
        body = field(tab, f"{language}.body")
        body.focus()
        body.evaluate(PASTE, (CLIPBOARD / f"{name}.html").read_text())
        expected = (CLIPBOARD / f"{name}.md").read_text().strip()
        expect(body).to_have_value(re.compile(rf"^{re.escape(expected)}\s*$"))
    tab.locator("[data-save]").click()
    expect(tab.locator("#save-state")).to_have_attribute("data-state", "saved")
    saved = [story.value(f"{language}.body") for language in samples]
    posts = sent_forms(tab, story.url)
    for _ in range(10):
        with tab.expect_navigation():
            tab.locator("button[name=do][value^='review:']").click()
    assert len(posts) == 10
    assert [story.value(f"{language}.body") for language in samples] == saved
    assert [field(tab, f"{language}.body").input_value() for language in samples] == saved
    assert tab.title().startswith("Winter")  # and not what the script in Word's paragraph says


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br><br>three", "one\\\ntwo\n\nthree"),
        ("<h1>A <b>b</b></h1><h6>c</h6>", "## A b\n\n###### c"),
        ("<p role='heading' aria-level='2'>A</p>", "### A"),
        ("<b>one</b> <strong>two</strong>, <i>x</i>", "**one two**, *x*"),
        ("сло<b>во «</b>да<b>»</b>нет", "сло**во** «да»нет"),
        ("<b>a </b><i>b</i>", "**a** *b*"),
        ("<span style='font-weight:700'>a</span>", "**a**"),
        ("<b style='font-weight: normal'>a</b>", "a"),
        ("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul>", "- a\n  - b\n\n- c\n\n  d"),
        ("<ol start=9><li>a</li><li>b</li></ol><ol><li>c</li></ol>", "9. a\n10. b\n\n1) c"),
        ("<blockquote><p>a</p><p>— Anna</p></blockquote>", "> a\n>\n> — Anna"),
        ("<a href='https://e.org/a(b)'>x]</a>", "[x\\]](<https://e.org/a(b)>)"),
        ("<a href='https://e.org/'>https://e.org/</a>", "<https://e.org/>"),
        ("<a href='javascript:x'>a</a> <a href='/x'>b</a> <a href='data:x'>c</a>", "a b c"),
        ("Look!<a href='mailto:a@e.org'>a</a>", "Look\\![a](mailto:a@e.org)"),
        (
            "<table><tr><th>a</th><th>b|c</th></tr><tr><td colspan=2>d<br>e</td></tr></table>",
            "| a | b\\|c |\n| --- | --- |\n| d e |  |",
        ),
        ("<table><tr><td><p>a</p><p>b</p></td></tr></table>", "a\n\nb"),
        ("a<script>b</script><style>c</style><svg><text>d</text></svg><img alt=e><!-- f --><del>g</del>h", "ah"),
        ("<p>::: pull</p><p>---</p><p>&gt; x</p><p>a &amp;amp; b</p>", "\\::: pull\n\n\\---\n\n\\> x\n\na \\&amp; b"),
        ("<p>a<a href='#fn1'>1</a></p><p><a href='#fnref1'>1</a> b</p>", "a[^1]\n\n[^1]: b"),
        ("<p>a<a href='#fn1'>1</a></p>", "a"),
        ("", ""),
    ],
)
def test_it_writes_our_markdown(converter: Tab, pasted: str, expected: str) -> None:
    assert all_in_markdown(converter, [pasted]) == [expected]


PIECES = [*"*_[]()#>-+.~`<&!|:\\^= aбя1", "**", "1. ", "# ", "- ", "&amp;", "::: pull", "[^1]", "~~", "<b>", "«", "»"]


def test_it_keeps_words_unchanged(converter: Tab) -> None:
    chance = random.Random(7)
    texts = ["".join(chance.choices(PIECES, k=chance.randint(1, 14))) for _ in range(1500)]
    texts = [" ".join(text.split()) for text in texts]
    written = all_in_markdown(converter, [f"<p>{html.escape(it)}</p>" for it in texts])
    assert [plain_text(it) for it in written] == texts


def test_it_leaves_no_stray_emphasis_characters(converter: Tab) -> None:
    chance = random.Random(8)
    markup = ["{}", "{}", "<b>{}</b>", "<i>{}</i>", "<b><i>{}</i></b>", "<a href='https://e.org'>{}</a>"]
    letters = ["а", "b", " ", ", ", "«", "»", "—", "1"]
    pasted, texts = [], []
    for _ in range(1500):
        runs = ["".join(chance.choices(letters, k=chance.randint(1, 4))) for _ in range(chance.randint(1, 5))]
        pasted.append("<p>x" + "".join(chance.choice(markup).format(run) for run in runs) + "</p>")
        texts.append(" ".join(f"x{''.join(runs)}".split()))
    written = all_in_markdown(converter, pasted)
    assert [" ".join(plain_text(it).split()) for it in written] == texts


def test_it_gives_notes_free_numbers(tab: Tab) -> None:
    body = field(tab, "ru.body")
    body.fill("One[^4].\n\n[^4]: Four.\n\n")
    body.evaluate(PASTE, "<p>a<a href='#fn1'>1</a></p><p><a href='#fnref1'>1</a> b</p>")
    expect(body).to_have_value("One[^4].\n\n[^4]: Four.\n\na[^5]\n\n[^5]: b\n")


def test_it_can_be_undone(tab: Tab) -> None:
    body = field(tab, "en.body")
    body.click()
    tab.keyboard.type("Before ")
    body.evaluate(PASTE, "<b>bold</b>")
    expect(body).to_have_value("Before **bold**")
    tab.keyboard.press("Control+z")
    expect(body).to_have_value("Before ")


def test_it_leaves_plain_text_to_the_browser(tab: Tab) -> None:
    prevented = field(tab, "en.body").evaluate(
        """(area) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", "*a*");
          return !area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )
    assert not prevented


def test_it_pastes_plain_text_without_the_converter(tab: Tab) -> None:
    tab.route("**/paste.*.js", lambda route: route.abort())
    field(tab, "en.body").evaluate(
        """(area) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/html", "<b>bold</b>");
          clipboardData.setData("text/plain", "bold");
          area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )
    expect(field(tab, "en.body")).to_have_value("bold")


def test_it_stays_small() -> None:
    """What an edit page loads before typing starts, and after."""
    sizes = {name: len(gzip.compress((SCRIPTS / f"{name}.js").read_bytes(), 9)) for name in TOOLS}
    assert sum(sizes.values()) - sizes["paste"] <= 12.5 * 1024
    assert sizes["paste"] <= 6 * 1024
