"""Words match in all their forms, however they are typed."""

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
def test_it_gives_all_forms_of_a_word_one_stem(forms: str) -> None:
    assert len({stem(word) for form in forms.split() for word in tokenize(form)}) == 1


@pytest.mark.parametrize("pair", ["тюрьма турма", "мать матрос", "суд судно", "prison person", "её е"])
def test_it_keeps_different_words_apart(pair: str) -> None:
    one, other = (stem(word) for word in pair.split())
    assert one != other


def test_it_ignores_stress_marks() -> None:
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
def test_it_parses_a_query_as_it_is_meant(question: str, texts: list[str]) -> None:
    assert [term.text for term in parse_query(question)] == texts


@given(st.text(max_size=400))
def test_it_limits_the_terms_of_any_query(question: str) -> None:
    terms = parse_query(question)
    assert len(terms) <= MAX_TERMS
    for term in terms:
        assert term.stems
        # Only letters and digits reach the databases' own query languages.
        assert all(one.isalnum() for one in term.stems if one)


def test_it_understands_the_wrong_keyboard_layout() -> None:
    assert switch_keyboard_layout("bpujb") == "изгои"
    assert switch_keyboard_layout("зкшыщт") == "prison"


@given(st.text(alphabet="абвё e-.,«»\u0301\u00a0", max_size=40))
def test_it_loses_nothing_when_highlighting(text: str) -> None:
    assert "".join(piece for piece, _ in highlight(text, frozenset({stem("а")}))) == text


def test_it_highlights_every_form() -> None:
    marked = highlight("Заключённая и заключённые.", frozenset({stem("заключенных")}))
    assert [piece for piece, found in marked if found] == ["Заключённая", "заключённые"]
