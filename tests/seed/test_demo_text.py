"""Invented sentences: grammatical in both languages, and the same for the same seed."""

from typing import Any

import pytest

from wzo.seed.demo_text import DEMO, InEnglish, InRussian, Noun, Words, Writer, _words, join

LANGUAGES = ("ru", "en")


def noun(kind: str, english: str) -> Noun:
    words: list[Any] = _words(kind)[0]
    return next(word for word in words if word.english[0] == english)


@pytest.mark.parametrize(
    ("kind", "english", "adjective", "form", "expected"),
    [
        ("item", "lamp", "", "gens", "ламп"),
        ("item", "letter", "старый", "gens", "старых писем"),
        ("item", "letter", "синий", "acc", "синее письмо"),
        ("item", "kettle", "хороший", "gen", "хорошего чайника"),
        ("item", "kettle", "большой", "ins", "большим чайником"),
        ("item", "lantern", "зелёный", "ins", "зелёным фонарём"),
        ("item", "notebook", "лёгкий", "nom", "лёгкая тетрадь"),
        ("item", "notebook", "лёгкий", "noms", "лёгкие тетради"),
        ("item", "lilac", "соседний", "pre", "соседней сирени"),
        ("item", "towel", "хороший", "ins", "хорошим полотенцем"),
        ("place", "library", "тихий", "in", "в тихой библиотеке"),
        ("place", "garden", "", "in", "в саду"),
        ("place", "station", "городской", "to", "на городскую станцию"),
        ("place", "grove", "", "ins", "рощей"),
        ("place", "field", "", "from", "с поля"),
        ("place", "observatory", "дальний", "from", "из дальней обсерватории"),
        ("people", "dressmakers", "весёлый", "gens", "весёлых портних"),
        ("weather", "thaw", "ранний", "ins", "ранней оттепелью"),
    ],
)
def test_it_declines(kind: str, english: str, adjective: str, form: str, expected: str) -> None:
    assert format(InRussian(noun(kind, english), adjective), form) == expected


@pytest.mark.parametrize(
    ("kind", "english", "adjective", "form", "expected"),
    [
        ("item", "umbrella", "", "a", "an umbrella"),
        ("item", "umbrella", "green", "a", "a green umbrella"),
        ("item", "scarf", "old", "s", "old scarves"),
        ("item", "lamp", "", "", "the lamp"),
        ("place", "pier", "sunny", "in", "at the sunny pier"),
        ("place", "attic", "", "from", "from the attic"),
        ("people", "librarians", "local", "", "the local librarians"),
    ],
)
def test_it_forms_english_plurals(kind: str, english: str, adjective: str, form: str, expected: str) -> None:
    assert format(InEnglish(noun(kind, english), adjective), form) == expected


def test_it_avoids_awkward_sounds() -> None:
    said = " ".join(Writer(f"easy {n}").body()["ru"] for n in range(100)).lower()
    for easy in (" об окне ", " об одинок", " со скамейк", " со стар", " с лампой"):
        assert easy in said, easy
    for hard in (" о окн", " о од", " с скамейк", " с стар", " с щёт", " об ламп", " со ламп"):
        assert hard not in said, hard


@pytest.mark.parametrize("phrase", DEMO["phrases"])
def test_it_writes_every_phrase_in_both_languages(phrase: str) -> None:
    for number in range(40):
        said = Writer(f"{phrase} {number}").say(phrase, number=number)
        for language in LANGUAGES:
            words = said[language]
            assert words, phrase
            assert not set("{}") & set(words)
            assert "  " not in words
            assert next(letter for letter in words if letter.isalpha()).isupper()


def test_it_says_the_same_in_both_languages() -> None:
    for phrase, pairs in DEMO["phrases"].items():
        for pair in pairs:
            russian, english = (slots_of(text) for text in pair)
            assert russian == english, phrase


def slots_of(text: str) -> set[str]:
    return {slot.split("}")[0].split(":")[0] for slot in text.split("{")[1:]}


@pytest.mark.slow
def test_it_writes_texts_of_a_decent_length_with_every_element() -> None:
    texts = [Writer(f"length {number}").body() for number in range(300)]
    for language in LANGUAGES:
        assert all(150 <= len(text[language].split()) <= 600 for text in texts)
        everything = "\n".join(text[language] for text in texts)
        for syntax in ("\n## ", "\n- ", "\n1. ", "\n> ", "\n| --- |", "[^1]: ", "**", "*"):
            assert syntax in everything, syntax


def test_it_writes_the_same_from_the_same_seed() -> None:
    assert Writer("one").body() == Writer("one").body() != Writer("two").body()


def test_it_joins_lists_as_each_language_does() -> None:
    piece: Words = {"ru": "да", "en": "yes"}
    assert join("- ", piece) == {"ru": "- да", "en": "- yes"}
    assert join(piece, piece, between=" ") == {"ru": "да да", "en": "yes yes"}
