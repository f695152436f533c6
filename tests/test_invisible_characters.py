"""Invisible characters are found, except where a script needs them."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wzo.invisible_characters import drop_invisible_characters, has_invisible_characters, script_of

# Names as they are written, with their joiners and selectors.
NEEDED = (
    "محمد‌علی",  # Persian
    "क्‍ष",  # Hindi
    "শর্‌মা",  # Bengali
    "ශ්‍රී ලංකා",  # Sinhala
    "അനില്‍",  # Malayalam, with a joiner at the end
    "葛󠄀城",  # Japanese, with a variant of an ideograph
    "ᠮᠣᠩᠭᠣᠯ᠋",  # Mongolian
)


@pytest.mark.parametrize("name", [*NEEDED, "Ёлкин-О’Нил", "Nguyễn Thị Ánh", "Ελένη", "נָעֳמִי", "สมหญิง", "김민지"])
def test_it_accepts_what_scripts_need(name: str) -> None:
    assert not has_invisible_characters(name)
    assert not has_invisible_characters(unicodedata.normalize("NFC", name))


@pytest.mark.parametrize(
    "character",
    [
        *"\x00\x1b\x7f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u200b\u200e\u200f\u202a\u202e\u2060\u2066",
        *"\u2800\u3164\ufe0f\ufeff\uffa0\ue000\uffff\U000e0001\U000e0041\U000e0100\U0001d159\U000f0000",
        *"\u200c\u200d",
    ],
    ids=lambda it: f"U+{ord(it):04X}",
)
def test_it_finds_each_invisible_character_anywhere(character: str) -> None:
    for text in (
        character,
        f"Анна{character}",
        f"{character}Анна",
        f"Ан{character}на",
        f"A{character} B",
        f"田 {character}",
    ):
        assert has_invisible_characters(text), ascii(text)


@pytest.mark.parametrize("text", ["م\u200c", "\u200cم", "م\u200cA", "م\u200c\u200cم", "葛\U000e0100\U000e0100"])
def test_it_finds_joiners_and_selectors_where_no_script_needs_them(text: str) -> None:
    assert has_invisible_characters(text)


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=50))
def test_it_finds_nothing_in_letters_digits_and_punctuation(text: str) -> None:
    visible = "".join(it for it in text if it not in "\u115f\u1160\u3164\uffa0")
    assert not has_invisible_characters(visible)


@pytest.mark.slow
def test_it_knows_the_blanks_among_the_letters_of_hangul() -> None:
    fillers = [
        it
        for it in map(chr, range(sys.maxunicode))
        if "HANGUL" in unicodedata.name(it, "") and "FILLER" in unicodedata.name(it, "")
    ]
    assert len(fillers) == 4
    assert all(has_invisible_characters(it) for it in fillers)


@pytest.mark.parametrize(
    ("character", "script"), [("я", "CYRILLIC"), ("\u0301", "COMBINING"), ("1", ""), ("", ""), (" ", "")]
)
def test_it_names_the_script_of_a_letter(character: str, script: str) -> None:
    assert script_of(character) == script


EMOJI = ("\U0001f469\u200d\U0001f467", "\u2764\ufe0f", "1\ufe0f\u20e3", "\U0001f3f3\ufe0f\u200d\U0001f308")
FLAG_OF_ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    "text", [*NEEDED, *EMOJI, FLAG_OF_ENGLAND, "Строка\nи\tтабуляция", "葛\U000e0100", "за\u0301мок"]
)
def test_it_drops_nothing_that_is_seen_or_needed(text: str) -> None:
    assert drop_invisible_characters(text) == text


@pytest.mark.parametrize(
    "character",
    "\x00\x1b\u00ad\u034f\u200b\u200d\u200e\u202e\u2060\u2066\u2800\u3164\ufe0f\ufeff\U000e0041",
    ids=lambda it: f"U+{ord(it):04X}",
)
def test_it_drops_what_nobody_sees(character: str) -> None:
    for text in (f"Ан{character}на", f"{character}Анна", f"Анна{character}", f"А{character}{character}нна"):
        assert drop_invisible_characters(text) == "Анна"


@given(st.text("Ая1 \u2764\U0001f469\u200d\ufe0f\u00ad\u200b\U000e0041", max_size=50))
def test_it_drops_everything_at_once(text: str) -> None:
    once = drop_invisible_characters(text)
    assert drop_invisible_characters(once) == once
