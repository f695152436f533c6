"""The texts of the e-mails to signers."""

import pytest
from flask import Flask

from wzo.i18n import LANGUAGES, in_language
from wzo.petition.email_texts import PARTS, find_problem, find_wrong_alphabet, get_texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_accepts_its_own_texts(app: Flask, language: str) -> None:
    texts = get_texts(language)
    assert texts.keys() == PARTS.keys()
    assert {part: find_problem(part, text) for part, text in texts.items()} == dict.fromkeys(PARTS, "")


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
        "Матери в СИЗО благодарят вас",
        "Свободу беременным!",
        "Поддержите осуждённых",
        "Дети и приговор суда",
        "Права человека",
        "Мам",
        "Mothers, pregnant",
        "Human rights",
        "Detention",
        "Hello, {name}",
        "Hello %s",
        "example.org/abc",
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
    "text",
    [
        "Your confirmation",
        "A significant signal",
        "Two menus",
        "Здание и коридор",
        "Design",
        "Материал сайта",
        "Попытка",
        "Судьба",
        "Courteous",
        "Это форма на сайте, т.е. страница",
    ],
)
def test_it_accepts_words_that_only_look_like_it(app: Flask, text: str) -> None:
    assert find_problem("subject", text) == ""


def test_it_names_all_words_that_say_too_much(app: Flask) -> None:
    with in_language("en"):
        assert "prison, Women" in find_problem("closing", "From prison. Women wait; from prison.")


@pytest.mark.parametrize("text", ["Hello!", "???", "12"])
def test_it_wants_words_of_the_language(app: Flask, text: str) -> None:
    assert find_wrong_alphabet("greeting", text, "ru")
    assert find_wrong_alphabet("greeting", "Здравствуйте!", "ru") == ""
