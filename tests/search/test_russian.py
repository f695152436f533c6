"""Stems of Russian words: all forms of a word have one, and different words have different ones."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wzo.search.russian import russian_stem

# The commonest nouns and those of this site, a line each, in every case and number.
PARADIGMS = [line.split() for line in (Path(__file__).parent / "paradigms.txt").read_text("utf-8").splitlines()]


def test_it_gives_all_forms_of_the_commonest_nouns_one_stem() -> None:
    wrong = {forms[0]: stems for forms in PARADIGMS if len(stems := {russian_stem(form) for form in forms}) > 1}
    assert len(PARADIGMS) > 200
    assert wrong == {}


def test_it_keeps_the_commonest_nouns_apart() -> None:
    by_stem: dict[str, list[str]] = {}
    for noun, *_ in PARADIGMS:
        by_stem.setdefault(russian_stem(noun), []).append(noun)
    # суда is a form of both.
    assert [nouns for nouns in by_stem.values() if len(nouns) > 1] == [["суд", "судья"]]


@pytest.mark.parametrize(
    "forms",
    [
        "умер умерла умерло умерли умерший умершая умерших умереть",
        "погиб погибла погибли погибший погибших",
        "заключённый заключённая заключённой заключенная заключённых заключёнными",
        "осуждённая осуждённые осуждённых осуждёнными",
        "беременная беременные беременных беременность беременностью",
        "ребёнок ребёнка дети детей детьми",
        "Агафонов Агафонова Агафонову Агафоновым",
        "Сивохина Сивохиной Сивохину",
        "Теплицкая Теплицкой Теплицкую",
        "Яна Яны Яне Яну Яной",
        "зэк зек зэки зеков",
        "её ее",
    ],
)
def test_it_gives_all_forms_of_a_word_one_stem(forms: str) -> None:
    assert len({russian_stem(form) for form in forms.lower().split()}) == 1


@pytest.mark.parametrize(
    "pair",
    ["тюрьма турма", "мать матрос", "суд судно", "её е", "беременность берём", "насилие нас", "дом дам", "слово слава"],
)
def test_it_keeps_different_words_apart(pair: str) -> None:
    one, other = map(russian_stem, pair.split())
    assert one != other


@given(st.text("абвеьъ", min_size=1, max_size=8))
def test_it_gives_every_word_a_stem(word: str) -> None:
    assert russian_stem(word)
