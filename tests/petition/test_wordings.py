"""The words of the e-mails to signers."""

import pytest
from flask import Flask

from wzo.i18n import LANGUAGES, in_language
from wzo.petition.wordings import PARTS, find_problem, get_words


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_accepts_its_own_words(app: Flask, language: str) -> None:
    words = get_words(language)
    assert words.keys() == PARTS.keys()
    assert {part: find_problem(part, text) for part, text in words.items()} == dict.fromkeys(PARTS, "")


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for signing",
        "Your signature",
        "Sign here",
        "Ваша подпись",
        "О женщинах",
        "The PETITION",
        "Колония № 2",
        "В тюрьма\u0301х",
        "Пети́ция",
        "Осуждённым",
        "Феминистки",
        "Penal colonies",
        "From WPS",
        "Write to a@example.org",
        "See https://example.org",
        "See www.example.org",
        "x" * 61,
        "Two\nlines",
        "Two\vlines",
        "Two\x85lines",
        "Two\u2028lines",
    ],
)
def test_it_refuses_words_that_say_too_much(app: Flask, text: str) -> None:
    with in_language("en"):
        assert find_problem("subject", text)


@pytest.mark.parametrize(
    "text", ["Your confirmation", "A significant signal", "Two menus", "Здание и коридор", "Design"]
)
def test_it_accepts_words_that_only_look_like_it(app: Flask, text: str) -> None:
    assert find_problem("subject", text) == ""
