"""Typography and Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wzo.markdown import render_markdown
from wzo.text import NO_BREAK, invisible_signs, no_break


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("ru", "в тюрьме и на воле", "в~тюрьме и~на~воле"),
        ("ru", "Если бы не суд", "Если~бы не~суд"),
        ("ru", "Тюрьма — не дом", "Тюрьма~— не~дом"),
        ("ru", "474 ребёнка из 3 500", "474~ребёнка из~3~500"),
        ("ru", "кто-то пришёл", "кто-то пришёл"),
        ("ru", "слово\nв\nстроке", "слово\nв~строке"),
        ("en", "a prison – and a court", "a~prison~– and a~court"),
        ("en", "500 women and I know", "500~women and I~know"),
    ],
)
def test_a_line_does_not_end_after_a_short_word(language: str, text: str, shown: str) -> None:
    assert no_break(text, language) == shown.replace("~", NO_BREAK)


@given(st.text(alphabet="авбы жеiI a—–0123456789 \n«»(-", max_size=60), st.sampled_from(["ru", "en"]))
def test_doing_it_again_changes_nothing(text: str, language: str) -> None:
    once = no_break(text, language)
    assert no_break(once, language) == once


def test_invisible_signs_are_seen() -> None:
    assert invisible_signs("a\u202eb")
    assert invisible_signs("a\x00")
    assert not invisible_signs("محمد‌علی")
    assert not invisible_signs("Ёлкин-О’Нил")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](data:text/html;base64,AAAA)",
        '<iframe src="https://evil.example"></iframe>',
        '[x](https://example.org "\\" onclick=\\"alert(1)")',
        "<style>body{}</style>",
    ],
)
def test_markdown_lets_nothing_through_that_acts(text: str) -> None:
    html = render_markdown(text, "en")
    for word in ("<script", "<img src=x", '="javascript:', '="data:', "<iframe", "<style", 'onclick="'):
        assert word not in html


def test_markdown_sets_each_languages_quotes() -> None:
    assert "«Изгои»" in render_markdown('"Изгои"', "ru")
    assert "“Outcasts”" in render_markdown('"Outcasts"', "en")


def test_markdown_keeps_what_a_text_needs() -> None:
    html = render_markdown("## T\n\n> q\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nx[^1]\n\n[^1]: note\n", "en")
    for word in ("<h2>", "<blockquote>", "<table>", 'class="footnotes"', 'href="#fn1"'):
        assert word in html
