"""The time of everything that is done with a text grows with its length, and not with the square of it."""

import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from flask import Flask
from markupsafe import escape

from wzo.accounts.passwords import MAX_LENGTH as MAX_PASSWORD
from wzo.accounts.passwords import is_common
from wzo.cms.diff import compare
from wzo.email_addresses import InvalidEmail, clean_email
from wzo.html_rewriter import HTMLRewriter
from wzo.invisible_characters import has_invisible_characters
from wzo.link_tokens import clean_token
from wzo.markdown import extract_links, extract_pictures, plain_text, render_with_files
from wzo.person_names import has_address_or_number, has_stacked_marks, has_symbols
from wzo.search.analysis import highlight, parse_query, tokenize
from wzo.slugs import heading_id, slugify
from wzo.to_markdown.convert import html_to_markdown
from wzo.to_markdown.links import clean_address
from wzo.to_markdown.plain_text import plain_text_to_markdown
from wzo.to_markdown.rtf import rtf_images
from wzo.typography import typeset
from wzo.web_addresses import is_web_address
from wzo.whole_words import keep_words_whole

pytestmark = [pytest.mark.one_database, pytest.mark.slow]

SHORT, LONGER = 1_000, 8
# Eight times the text may take eight times as long, and somewhat more on a busy machine, but not 64 times.
MAX_RATIO = 16
# Shorter times say nothing about their growth.
MEASURABLE = 0.02
TRIES = 4

# Repeated, they have made parsers slow, here or elsewhere.
UNITS = [
    *(
        'a@b.c "x" -- ',
        '"',
        "'",
        '("',
        '«"',
        "-- ",
        "1-2 ",
        "http://a ",
        "www.a",
        "a.b/",
        "a@",
        "https://a.b/(",
        "a-",
        "a.",
    ),
    *("[", "![", "[x](", "[[", "**a", "_a_", "`", "> ", "- a\n", "# a\n", "|a|b|\n|-|-|\n", "[^1] ", "[^1]: a\n\n"),
    *("[a]: b\n", "<a@b", "<http://a", "&#", "\\", "~~", "::: pull\n", "a\n\n", "https://youtu.be/x\n\n", "a b\n"),
    *(
        "<b>a</b> ",
        "<ul><li>a",
        "<a href='#x'>1</a>",
        "<a id=a href=#b>1</a>",
        "<td>a",
        "<q>",
        "<sup>1</sup>",
        "{\\pict a0",
    ),
    *("\u0301", "е\u0301", "aа", "\n", " ", "A. B. ", "№ 1 ", "...", "<p ", "<!--", "![a](cover:last-hope)\n\n"),
]


def ignoring(function: Callable[[str], object]) -> Callable[[str], object]:
    def call(text: str) -> object:
        try:
            return function(text)
        except InvalidEmail:
            return None

    return call


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "typography": lambda text: (typeset([text], "ru"), typeset([text], "en")),
    "Markdown": lambda text: render_with_files.__wrapped__(text, "ru", "text", 2, ()),
    "what is extracted from Markdown": lambda text: (plain_text.__wrapped__(text), extract_links(text)),
    "pictures": extract_pictures,
    "differences": lambda text: (compare(text, f"z {text} z"), compare(f"y {text}", f"{text[::-1]} z")),
    "search": lambda text: (tokenize(text), parse_query(text), list(highlight(text, frozenset("a")))),
    "slugs": lambda text: (slugify(text), heading_id(text)),
    "e-mail addresses": ignoring(clean_email),
    "web addresses": is_web_address,
    "names": lambda text: (has_address_or_number(text), has_stacked_marks(text), has_symbols(text)),
    "whole words": lambda text: keep_words_whole(text, "ru"),
    "invisible characters": has_invisible_characters,
    "tokens of links": clean_token,
    # Only what our own templates have rendered is rewritten.
    "rewriting HTML": lambda text: HTMLRewriter().rewrite(f"<p>{escape(text)}</p>"),
    "pasted HTML": lambda text: html_to_markdown(text, "ru"),
    "pasted text": lambda text: (plain_text_to_markdown(text, "ru"), rtf_images(text), clean_address(f"http://{text}")),
    "passwords": lambda text: is_common(text[:MAX_PASSWORD]),
}


def cost(function: Callable[[str], object], unit: str, length: int) -> float:
    text = (unit * (length // len(unit) + 1))[:length]
    started = time.process_time()
    function(text)
    return time.process_time() - started


def grows_too_fast(function: Callable[[str], object], unit: str) -> str:
    """How the time grows if it does so in every one of several tries; else nothing."""
    short, long = 0.0, 0.0
    for _ in range(TRIES):
        short, long = cost(function, unit, SHORT), cost(function, unit, LONGER * SHORT)
        if long < MEASURABLE or long / max(short, 1e-6) < MAX_RATIO:
            return ""
    return f"{unit!r}: {short:.3f} s, {long:.3f} s"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_it_takes_linear_time(app: Flask, name: str) -> None:
    with app.test_request_context("/en/"):
        function = FUNCTIONS[name]
        function("Once, so that everything is loaded.")
        # The parser is the same as for Markdown, so some of the units are enough.
        units = UNITS[::4] if name in ("what is extracted from Markdown", "pictures") else UNITS
        assert list(filter(None, (grows_too_fast(function, unit) for unit in units))) == []


def test_it_notices_quadratic_time() -> None:
    def quadratic(text: str) -> int:
        return sum(1 for _ in text for _ in text[::40])

    assert grows_too_fast(quadratic, "a") != ""
    assert grows_too_fast(lambda text: [hash(c * 9) for c in text * 20], "a") == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("a b c", "a b c"),
        ("a b c", "a x c"),
        ("a\n" * 3_000, "b\n" * 3_000),
        ("a b " * 3_000, "b a " * 3_000),
        (f"{'a b c ' * 500}\nold\n{'d e ' * 500}", f"{'a b c ' * 500}\nnew\n{'d e ' * 500}"),
    ],
)
def test_it_loses_nothing_of_long_texts(before: str, after: str) -> None:
    runs = compare(before, after)
    assert "".join(run.text for run in runs if run.kind != "added") == before
    assert "".join(run.text for run in runs if run.kind != "removed") == after
    assert all(one.kind != two.kind for one, two in pairwise(runs))


def test_it_compares_a_word_in_a_long_text() -> None:
    text = "word " * 20_000
    assert [(run.kind, run.text) for run in compare(f"{text}old end", f"{text}new end")][1:] == [
        ("removed", "old "),
        ("added", "new "),
        ("same", "end"),
    ]
