"""Russian words in Latin letters, as people write them without a Russian keyboard."""

import pytest

from wzo.search.analysis import stem
from wzo.search.transliteration import in_other_alphabet


@pytest.mark.parametrize(
    ("latin", "russian"),
    [
        ("izgoi", "изгои"),
        ("izgoy", "изгой"),
        ("tyurma", "тюрьма"),
        ("tjurma", "тюрьма"),
        ("agafonova", "агафонов"),
        ("sergeev", "сергеев"),
        ("yukechev", "юкечев"),
        ("teplitskaya", "теплицкая"),
        ("zhenshchina", "женщина"),
        ("zhenschiny", "женщина"),
        ("obshchestvo", "общество"),
        ("vich", "вич"),
        ("lgbt", "лгбт"),
        ("xristos", "христос"),
    ],
)
def test_it_reads_latin_letters_as_russian(latin: str, russian: str) -> None:
    assert stem(in_other_alphabet(latin)) == stem(russian)


def test_it_writes_russian_words_in_latin_letters() -> None:
    assert in_other_alphabet("агафонов") == "agafonov"


@pytest.mark.parametrize("word", ["naïve", "x2", "سجن", "监狱"])
def test_it_leaves_other_letters_alone(word: str) -> None:
    assert in_other_alphabet(word) == ""
