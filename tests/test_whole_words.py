"""Long words of headings and the names of hosts, which no line divides."""

import pytest
from markupsafe import Markup

from wzo.whole_words import SOFT_HYPHEN, keep_hosts_whole, keep_words_whole


def marked(text: str) -> str:
    """A text with [ ] around what is kept whole, and | for each soft hyphen."""
    return text.replace('<span class="whole">', "[").replace("</span>", "]").replace(SOFT_HYPHEN, "|")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "Изгои: репрессии за гомосексуальность, в СССР",
            "ru",
            "Изгои: репрессии [за\xa0гомо|сек|су|аль|ность,] в\xa0СССР",
        ),
        ("«Несовершеннолетние»", "ru", "[«Несо|вер|шен|но|лет|ние»]"),
        ("Prohibition on breastfeeding", "en", "Prohibition on [breast|feed|ing]"),
        # So is what a no-break space ties to it.
        (
            "women-in-prison.ru\xa0· и без несовершеннолетних — нет",
            "ru",
            "[women-in-prison.ru\xa0·] [и\xa0без\xa0несо|вер|шен|но|лет|них\xa0—] нет",
        ),
        # Eleven letters have room, and so has a compound, which has its own hyphen.
        ("Подтвердите подпись", "ru", "Подтвердите подпись"),
        ("Нью-Йорк – Санкт-Петербург", "ru", "Нью-Йорк\xa0– Санкт-Петербург"),
        # A word is not put together of what only looks like one.
        ("12345678901234567890 ____________", "en", "12345678901234567890 ____________"),
        ("Через women-in-prison.ru.", "ru", "Через [women-in-prison.ru.]"),
        (
            "<b>несовершеннолетние</b> & women-in-prison.ru",
            "ru",
            "&lt;b&gt;[несо|вер|шен|но|лет|ние]&lt;/b&gt; &amp; [women-in-prison.ru]",
        ),
        (Markup("<b>несовершеннолетние</b> &amp; другие"), "ru", "<b>[несо|вер|шен|но|лет|ние]</b> &amp; другие"),
        ("", "ru", ""),
    ],
)
def test_it_keeps_long_words_whole(text: str, language: str, expected: str) -> None:
    result = keep_words_whole(text, language)
    assert isinstance(result, Markup)
    assert marked(result) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            '<a href="https://women-in-prison.ru/a">women-in-prison.ru</a>',
            '<a href="https://women-in-prison.ru/a">[women-in-prison.ru]</a>',
        ),
        ("on example.org, too", "on [example.org,] too"),
        # Addresses and URLs are longer than a line anyway.
        (
            "post@example.org https://example.org/ example.org/page",
            "post@example.org https://example.org/ example.org/page",
        ),
        ("12.5 of 3.500 т.е. несовершеннолетние", "12.5 of 3.500 т.е. несовершеннолетние"),
    ],
)
def test_it_keeps_hosts_whole(html: str, expected: str) -> None:
    assert marked(keep_hosts_whole(html)) == expected
