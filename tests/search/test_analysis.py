"""Words match in all their forms, however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wzo.search.analysis import (
    MAX_TERMS,
    beginning,
    fold_for_beginnings,
    highlight,
    parse_query,
    stem,
    switch_keyboard_layout,
    tokenize,
)


@pytest.mark.parametrize(
    "forms",
    [
        "заключённая заключённой заключенная заключённых",
        "тюрьма тюрьме тюрем тюрьмами",
        "тюрьмa тюрьма",  # the first ends in a Latin letter
        "тюрь\u00adма тюрьма \u200bтюрьма тю\u2060рем\ufeff",
        "woman women women’s",
        "prison prisons prison's",
        "child children",
    ],
)
def test_it_gives_all_forms_of_a_word_one_stem(forms: str) -> None:
    assert len({stem(word) for form in forms.split() for word in tokenize(form)}) == 1


@pytest.mark.parametrize("pair", ["prison person", "тюрьма турма"])
def test_it_keeps_different_words_apart(pair: str) -> None:
    one, other = (stem(word) for word in pair.split())
    assert one != other


@pytest.mark.parametrize(
    "spellings", ["ИК14 ИК-14 ик‑14", "7x7 7х7", "COVID19 COVID-19", "1960х 1960-х", "УК228 УК-228"]
)
def test_it_divides_words_between_letters_and_digits(spellings: str) -> None:
    texts = [" ".join(map(stem, tokenize(spelling))) for spelling in spellings.split()]
    assert len(set(texts)) == 1
    # A query without the hyphen is a phrase, so that it does not find letters and digits far apart.
    (term,) = parse_query(spellings.split()[0])
    assert " ".join(term.stems) == texts[0]


@pytest.mark.parametrize("word", "боец девушек тюрем умерших людей детьми отец дней альбом cry women".split())
def test_it_knows_how_words_with_a_stem_begin(word: str) -> None:
    assert beginning(stem(word)) in fold_for_beginnings(f"Здесь {word}.")


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
