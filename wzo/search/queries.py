"""What is read of the search: in which texts a word stands, and which words are near to one that stands nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import select, text

from wzo.content_version import content_version
from wzo.extensions import db
from wzo.search.analysis import CYRILLIC, Term
from wzo.search.models import SearchWord
from wzo.slugs import in_latin

# From where a word weighs most to where it weighs least.
COLUMNS = ("title", "summary", "text")
# So long is a word in which one slip is forgiven, and two.
SHORT_WORD, LONG_WORD = 4, 7
MOST_CANDIDATES = 8


def find_documents(terms: Sequence[Term]) -> dict[tuple[Term, str], list[int]]:
    """The ids of the documents in which each term stands, by term and column, in one statement."""
    branches, values = [], {}
    for number, term in enumerate(terms):
        for place, column in enumerate(COLUMNS):
            name = f"m{number}_{column}"
            branches.append(f"SELECT {number}, {place}, rowid FROM search_index WHERE {_matches(column, name)}")
            values[name] = _match(term, column)
    found: dict[tuple[Term, str], list[int]] = {(term, column): [] for term in terms for column in COLUMNS}
    if branches:
        for number, place, rowid in db.session.execute(text(" UNION ALL ".join(branches)), values):
            found[terms[number], COLUMNS[place]].append(rowid)
    return found


def occurs_anywhere(term: Term) -> bool:
    """Whether a term stands in any live text."""
    values = {column: _match(term, column) for column in COLUMNS}
    branches = " UNION ALL ".join(f"SELECT 1 FROM search_index WHERE {_matches(column, column)}" for column in COLUMNS)
    return db.session.execute(text(f"{branches} LIMIT 1"), values).first() is not None


def words_near(word: str) -> list[str]:
    """Words of the live texts that may have been meant by one that stands in none.

    Those within one slip, or two in a longer word: a letter more, less or other, or two in the wrong order, each count
    one (optimal string alignment distance). Also a name that is written in the other alphabet.
    """
    vocabulary = _vocabulary()
    asked = in_latin(word) if CYRILLIC.search(word) else word
    near: dict[str, float] = {}
    for written, spelling in ((word.replace("ё", "е"), vocabulary.folded), (asked, vocabulary.latin)):
        slips = 2 if len(written) >= LONG_WORD else 1 if len(written) >= SHORT_WORD else 0
        found = process.extract(written, spelling, scorer=OSA.distance, score_cutoff=slips, limit=MOST_CANDIDATES)
        for _, distance, place in found:
            near.setdefault(vocabulary.words[place], distance)
    return sorted(near, key=lambda one: near[one])[:MOST_CANDIDATES]


@dataclass(frozen=True)
class _Vocabulary:
    """The words of the live texts, as they are written, without ё, and in Latin letters."""

    version: int
    words: list[str]
    folded: list[str]
    latin: list[str]


def _vocabulary() -> _Vocabulary:
    """Read when a word is not found, and again when the content has changed since."""
    version = content_version()
    known: _Vocabulary | None = current_app.extensions.get("vocabulary")
    if known is None or known.version != version:
        words = list(db.session.scalars(select(SearchWord.word)))
        known = _Vocabulary(
            version,
            words,
            [word.replace("ё", "е") for word in words],
            [in_latin(word) for word in words],
        )
        current_app.extensions["vocabulary"] = known
    return known


def _matches(column: str, name: str) -> str:
    """The condition that a term stands in a column; the term itself is the value with the given name."""
    if db.engine.dialect.name == "sqlite":
        return f"search_index MATCH :{name}"
    return f"{column} @@ CAST(:{name} AS tsquery)"


def _match(term: Term, column: str) -> str:
    """A term in the database's own query language. Stems are letters and digits alone, so that none needs escaping."""
    if db.engine.dialect.name == "sqlite":
        return f'{column} : "{" ".join(term.stems)}"'
    return " <-> ".join(f"'{one}'" for one in term.stems)
