"""Words meet in all their forms, however they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wzo.search.analysis import MAX_TERMS, highlight, parse_query, stem, switch_keyboard_layout, tokenize


@pytest.mark.parametrize(
    "forms",
    [
        "заключённая заключённой заключенная заключённых",
        "Агафонов Агафонова Агафонову Агафоновым",
        "тюрьма тюрьме тюрем тюрьмами",
        "ребёнок ребёнка дети детей детьми",
        "мать матери матерей",
        "петиция петиции петицию",
        "тюрьмa тюрьма",  # the first ends in a Latin letter
        "7x7 7х7",  # the second in Cyrillic
        "woman women women’s",
        "prison prisons prison's",
        "child children",
    ],
)
def test_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(word) for form in forms.split() for word in tokenize(form)}) == 1


@pytest.mark.parametrize("pair", ["тюрьма турма", "мать матрос", "суд судно", "prison person", "её е"])
def test_different_words_stay_apart(pair: str) -> None:
    one, other = (stem(word) for word in pair.split())
    assert one != other


def test_a_stressed_vowel_is_the_same_letter() -> None:
    assert tokenize("заключе\u0301нная") == ["заключенная"]


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("тюрьма и воля", ["тюрьма", "воля"]),
        ("и в на", ["и", "в", "на"]),
        ("«сломанные люди» тюрьма", ["сломанные люди", "тюрьма"]),
        ('"justice for the outcast"', ["justice for the outcast"]),
        ('"', []),
        ("тюрьма тюрьмы ТЮРЬМЕ", ["тюрьме"]),
        ("", []),
    ],
)
def test_a_question_is_read_as_it_is_meant(question: str, texts: list[str]) -> None:
    assert [term.text for term in parse_query(question)] == texts


@given(st.text(max_size=400))
def test_no_question_is_too_much(question: str) -> None:
    terms = parse_query(question)
    assert len(terms) <= MAX_TERMS
    for term in terms:
        assert term.stems
        # What goes into the databases' own query languages is letters and digits alone.
        assert all(one.isalnum() for one in term.stems if one)


def test_what_was_typed_on_the_other_keyboard_is_understood() -> None:
    assert switch_keyboard_layout("bpujb") == "изгои"
    assert switch_keyboard_layout("зкшыщт") == "prison"


@given(st.text(alphabet="абвё e-.,«»\u0301\u00a0", max_size=40))
def test_marking_loses_nothing(text: str) -> None:
    assert "".join(piece for piece, _ in highlight(text, frozenset({stem("а")}))) == text


def test_marking_finds_every_form() -> None:
    marked = highlight("Заключённая и заключённые.", frozenset({stem("заключенных")}))
    assert [piece for piece, found in marked if found] == ["Заключённая", "заключённые"]
