"""Queries for the search index: the documents that contain a term, and words similar to one that occurs nowhere."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select, text

from wzo.content_version import content_version, version_in_transaction
from wzo.extensions import db
from wzo.search.analysis import CYRILLIC, DIGIT, Term, root
from wzo.search.models import SearchWord
from wzo.search.russian import fold_letters
from wzo.slugs import transliterate

# The columns of the index, by descending weight.
COLUMNS = ("title", "summary", "text")
# The lengths from which a word may have one typo, or two.
MIN_LENGTH_ONE_TYPO, MIN_LENGTH_TWO_TYPOS = 4, 7
MAX_CANDIDATES = 8
MAX_RELATED = 32


def find_documents(terms: Sequence[Term]) -> dict[tuple[Term, str], list[int]]:
    """The ids of the documents that contain each term, by term and column; reads all in one statement."""
    branches, values = [], {}
    for term_number, term in enumerate(terms):
        for column_number, column in enumerate(COLUMNS):
            parameter = f"m{term_number}_{column}"
            condition = _match_condition(column, parameter)
            branches.append(f"SELECT {term_number}, {column_number}, rowid FROM search_index WHERE {condition}")
            values[parameter] = _match_value(term, column)
    found: dict[tuple[Term, str], list[int]] = {(term, column): [] for term in terms for column in COLUMNS}
    if branches:
        for term_number, column_number, rowid in db.session.execute(text(" UNION ALL ".join(branches)), values):
            found[terms[term_number], COLUMNS[column_number]].append(rowid)
    return found


def occurs_anywhere(term: Term) -> bool:
    """Whether a term occurs in any live text."""
    values = {column: _match_value(term, column) for column in COLUMNS}
    conditions = (_match_condition(column, column) for column in COLUMNS)
    branches = " UNION ALL ".join(f"SELECT 1 FROM search_index WHERE {condition}" for condition in conditions)
    return db.session.execute(text(f"{branches} LIMIT 1"), values).first() is not None


def suggest_words(word: str) -> list[str]:
    """Words of the live texts that are similar to a word, the most similar first.

    They differ by one typo, or two in longer words: a missing, additional or different letter, or two transposed ones
    (optimal string alignment distance). Names are found in the other alphabet too.
    """
    # RapidFuzz takes 4 MB.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if DIGIT.search(word):
        # A word with another number has another meaning.
        return []
    vocabulary = _get_vocabulary()
    latin = transliterate(word) if CYRILLIC.search(word) else word
    distances: dict[str, float] = {}
    for spelling, candidates in ((fold_letters(word), vocabulary.folded), (latin, vocabulary.latin)):
        typos = 2 if len(spelling) >= MIN_LENGTH_TWO_TYPOS else 1 if len(spelling) >= MIN_LENGTH_ONE_TYPO else 0
        found = process.extract(spelling, candidates, scorer=OSA.distance, score_cutoff=typos, limit=MAX_CANDIDATES)
        for _, distance, number in found:
            distances.setdefault(vocabulary.words[number], distance)
    return sorted(distances, key=lambda it: distances[it])[:MAX_CANDIDATES]


def related_words(word: str) -> list[str]:
    """Words of the live texts that begin as a word does without its ending: трансгендерных for трансгендер."""
    start = root(word)
    if not start:
        return []
    vocabulary = _get_vocabulary()
    first, end = (bisect_left(vocabulary.folded, it) for it in (start, f"{start}\uffff"))
    return vocabulary.words[first : min(end, first + MAX_RELATED)]


@dataclass(frozen=True)
class _Vocabulary:
    """The words of the live texts in the order of their letters: as they are written, folded, and transliterated."""

    version: int
    words: list[str]
    folded: list[str]
    latin: list[str]


def _get_vocabulary() -> _Vocabulary:
    """The vocabulary, cached until the content changes."""
    version = content_version()
    cached: _Vocabulary | None = current_app.extensions.get("vocabulary")
    if cached is None or cached.version != version:
        version = version_in_transaction()
        words = sorted(db.session.scalars(select(SearchWord.word)), key=fold_letters)
        cached = _Vocabulary(version, words, list(map(fold_letters, words)), list(map(transliterate, words)))
        current_app.extensions["vocabulary"] = cached
    return cached


def _match_condition(column: str, parameter: str) -> str:
    """The SQL condition that a column contains the term that is bound to a parameter."""
    if db.engine.dialect.name == "sqlite":
        return f"search_index MATCH :{parameter}"
    return f"{column} @@ CAST(:{parameter} AS tsquery)"


def _match_value(term: Term, column: str) -> str:
    """A term in the database's query language. Stems consist of letters and digits, so they need no escaping."""
    if db.engine.dialect.name == "sqlite":
        return f'{column} : "{" ".join(term.stems)}"'
    return " <-> ".join(f"'{stem}'" for stem in term.stems)
