"""What programs put on a clipboard becomes Markdown that means the same, and what is left out is reported."""

import html
import random
import re
from pathlib import Path

import pytest
from flask import Flask

from tests.to_markdown.clipboards import Clipboard, read_clipboards
from tests.to_markdown.pages import DIALECTS, long_page
from wzo.i18n import in_language
from wzo.markdown import plain_text, render_markdown
from wzo.to_markdown.convert import html_to_markdown
from wzo.to_markdown.plain_text import plain_text_to_markdown

pytestmark = pytest.mark.one_database

CLIPBOARDS = read_clipboards()
LONG = Path(__file__).parent / "long"
PROGRAMS = 11
# How deep tags may be nested, and texts be long, that no program writes.
DEEP = 5_000


def in_markdown(content: str, language: str = "en") -> str:
    return html_to_markdown(content, language).markdown


@pytest.mark.parametrize("clipboard", CLIPBOARDS, ids=lambda it: it.name)
def test_it_keeps_what_each_program_copies(clipboard: Clipboard) -> None:
    if clipboard.is_plain:
        assert plain_text_to_markdown(clipboard.content, clipboard.language) == clipboard.markdown
        return
    converted = html_to_markdown(clipboard.content, clipboard.language)
    assert converted.markdown == clipboard.markdown
    assert {kind: len(positions) for kind, positions in converted.report.positions.items()} == clipboard.reported


def test_it_knows_three_samples_of_each_program() -> None:
    programs = [clipboard.name.partition(":")[0] for clipboard in CLIPBOARDS]
    assert len(set(programs)) == PROGRAMS
    assert min(map(programs.count, programs)) >= 3


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("<ul><li>a</li><li class='noprint'>Share</li></ul><select><option>b</select>", "- a"),
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
        ("<p>1<sup>st</sup>, 228<sup>1.1</sup></p>", "1st, 228^1.1"),
        ("", ""),
    ],
)
def test_it_writes_our_markdown(pasted: str, expected: str) -> None:
    assert in_markdown(pasted) == expected


PIECES = [*"*_[]()#>-+.~`<&!|:\\^= aбя1", "**", "1. ", "# ", "- ", "&amp;", "::: pull", "[^1]", "~~", "<b>", "«", "»"]


@pytest.mark.slow
def test_it_keeps_words_unchanged(app: Flask) -> None:
    chance = random.Random(7)
    texts = ["".join(chance.choices(PIECES, k=chance.randint(1, 14))) for _ in range(1500)]
    texts = [" ".join(text.split()) for text in texts]
    # A hyphen that begins a dialogue is the only character that changes.
    expected = [re.sub(r"^--? (?=[^\s\d-])", "– ", text) for text in texts]
    assert [plain_text(in_markdown(f"<p>{html.escape(it)}</p>")) for it in texts] == expected
    plain = [text for text in texts if text and plain_text_to_markdown(text, "en") != text]
    assert len(plain) > 500
    shown = [plain_text(plain_text_to_markdown(it, "en")) for it in plain]
    assert shown == [re.sub(r"^--? (?=[^\s\d-])", "– ", text) for text in plain]


@pytest.mark.slow
def test_it_leaves_no_stray_emphasis_characters(app: Flask) -> None:
    chance = random.Random(8)
    markup = ["{}", "{}", "<b>{}</b>", "<i>{}</i>", "<b><i>{}</i></b>", "<a href='https://e.org'>{}</a>"]
    letters = ["а", "b", " ", ", ", "«", "»", "—", "1"]
    pasted, texts = [], []
    for _ in range(1500):
        runs = ["".join(chance.choices(letters, k=chance.randint(1, 4))) for _ in range(chance.randint(1, 5))]
        pasted.append("<p>x" + "".join(chance.choice(markup).format(run) for run in runs) + "</p>")
        texts.append(" ".join(f"x{''.join(runs)}".split()))
    assert [" ".join(plain_text(in_markdown(it)).split()) for it in pasted] == texts


def test_it_shows_what_it_kept(app: Flask) -> None:
    """What Markdown does not know, and what it could take for something else, is on the page as it was written."""
    pasted = (
        "<p>ст. 228<sup>1</sup>, 4 м<sup>2</sup><a id=r href='#n'>[1]</a></p><p>2019. Год<br>— Да.</p>"
        "<p id=n><a href='#r'>1</a> Том.</p>"
    )
    with app.test_request_context():
        page = render_markdown(in_markdown(pasted, "ru"), "ru")
    assert "228¹" in page
    assert "м²<sup><a" in page
    assert "2019. Год<br" in page
    assert '<section role="doc-endnotes">' in page
    assert "Том." in page
    assert "<ol start" not in page


@pytest.mark.parametrize(("language", "sentence"), [
    ("en", "Left out: 2 pictures (at the beginning; after “one two”), 1 video (after “two three”), and "
     "1 struck-out passage (after “two three”). Superscripts and subscripts that could not be kept: “st”."),
    ("ru", "Не перенесено: 2 изображения (в начале; после слов «one two»), 1 видеозапись (после слов «two three») и "
     "1 зачёркнутый фрагмент (после слов «two three»). "
     "Верхние и нижние индексы, которые не удалось сохранить: «st»."),
])  # fmt: skip
def test_it_reports_what_is_left_out_and_where(app: Flask, language: str, sentence: str) -> None:
    pasted = "<img src=a.jpg><p>one two <img src=b.jpg> three</p><video></video><p><s>x</s> 1<sup>st</sup></p>"
    converted = html_to_markdown(pasted, "en")
    with app.test_request_context(), in_language(language):
        assert converted.report.summary().replace("one two three", "two three") == sentence


def test_it_stores_the_pictures_that_came_along() -> None:
    kept: list[tuple[str, str]] = []

    def save(source: str, alt: str) -> str:
        kept.append((source, alt))
        return "![A gate](/media/x.jpg)" if source.startswith("data:") else ""

    pasted = "<p>a <img src='data:image/png;base64,AA' alt='A gate'> b</p><img src='https://e.org/x.png'>"
    converted = html_to_markdown(pasted, "en", save_picture=save)
    assert converted.markdown == "a\n\n![A gate](/media/x.jpg)\n\nb"
    assert kept == [("data:image/png;base64,AA", "A gate"), ("https://e.org/x.png", "")]
    assert (converted.report.added, converted.report.count("picture")) == (1, 1)


def test_it_gives_footnotes_free_numbers() -> None:
    pasted = "<p>a<a href='#fn1'>1</a></p><p><a href='#fnref1'>1</a> b</p>"
    assert html_to_markdown(pasted, "en", first_note=5).markdown == "a[^5]\n\n[^5]: b"


@pytest.mark.parametrize("unit", ["<div>", "<ul><li>", "<blockquote>", "<b>", "<table><tr><td>", "<q>", "<sup>"])
def test_it_reads_what_is_nested_without_end(unit: str) -> None:
    assert "end" in in_markdown(unit * DEEP + "end")


def test_it_takes_no_harm_from_what_is_not_text(app: Flask) -> None:
    assert in_markdown("\ud800a\0b<p style='margin-left:1.2.3pt;:;;x'>c</p><a href='http://[x'>d</a><li value=x>e")
    assert in_markdown("<img src=x onerror=alert(1)><p onclick=x>a</p><iframe src='javascript:x'></iframe>") == "a"


@pytest.mark.parametrize("name", DIALECTS)
def test_it_keeps_every_word_of_a_long_page(name: str, app: Flask) -> None:
    page = long_page(DIALECTS[name], 40_000)
    converted = html_to_markdown(page.html, "ru")
    assert re.findall(r"[а-я]+\d+", plain_text(converted.markdown)) == page.words + page.note_words
    assert converted.report.count("picture") == page.pictures
    assert converted.report.count("struck") == len(page.struck) / 2
    assert converted.markdown.count("[^") == len(page.note_words) / 6 * 2
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
    assert [it.translate(raised) for it in re.findall(r"ст\.([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", converted.markdown)] == page.raised
    for mark in ("utm_", "имя", "<b", "style", "править"):
        assert mark not in converted.markdown


@pytest.mark.parametrize("name", ["word", "docs"])
def test_it_keeps_the_structure_of_a_text(name: str) -> None:
    language = {"word": "ru", "docs": "en"}[name]
    assert in_markdown((LONG / f"{name}.html").read_text(), language) == (LONG / f"{name}.md").read_text().strip()
