"""Search results: documents that match all terms of a query, and suggestions if none does."""

import re
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import and_, or_

from wzo.i18n import LANGUAGES
from wzo.search.analysis import Term, cached_stem, parse_query, stem, switch_keyboard_layout, without_quotes
from wzo.search.queries import related_words, suggest_words
from wzo.search.transliteration import in_other_alphabet
from wzo.stories.facets import FacetIndex, TermHits

# Each correction compares a word with the whole vocabulary.
MAX_CORRECTED_WORDS = 2


@dataclass(frozen=True)
class Suggestions:
    """Other queries for a search without results.

    - `did_you_mean`: the query with its spelling corrected, if that has results; else empty.
    - `without_filters`: how many stories match the query without the chosen facets.
    - `single_terms`: how many results each term has, if nothing matches all of them.
    """

    did_you_mean: str
    without_filters: int
    single_terms: list[tuple[str, int]]

    def __bool__(self) -> bool:
        return bool(self.did_you_mean or self.without_filters or self.single_terms)


class SearchResults:
    """The documents that match all terms of a query, for a reader of some languages."""

    def __init__(self, facet_index: FacetIndex, query: str, languages: Sequence[str]) -> None:
        self.facet_index = facet_index
        self.languages = languages
        self.terms = parse_query(query)
        self.hits = facet_index.find(self.terms)
        self.stems = frozenset(stem for term in self.terms for stem in term.stems)

    def widen(self) -> None:
        """Let words that occur nowhere match themselves in the other alphabet, or else related words."""
        for number, term in self._unknown_words():
            other_alphabet = [Term((stem(word),), word) for word in filter(None, [in_other_alphabet(term.text)])]
            related = _terms(related_words(term.text))
            found = self.facet_index.find([*other_alphabet, *related])
            for hits, terms in (
                (self._in_any_language(found[: len(other_alphabet)]), other_alphabet),
                (_union(found[len(other_alphabet) :]), related),
            ):
                if self._occurs(hits):
                    self.hits[number] = hits
                    self.stems |= {term.stems[0] for term in terms}
                    break

    def tiers(self, languages: Sequence[str]) -> tuple[int, int, int]:
        """The stories that match in one language: all terms in the title; in title or summary; anywhere."""
        found = [0, 0, 0]
        for language in languages:
            for tier in range(len(found)):
                found[tier] |= _intersection([hits.stories[language][tier] for hits in self.hits])
        return found[0], found[1], found[2]

    def others(self, languages: Sequence[str]) -> dict[int, int]:
        """The documents of other content types that match, by id: 0 if the title matches all terms, else 1 or 2."""
        first, *rest = (hits.others for hits in self.hits) if self.hits else [{}]
        documents = self.facet_index.documents
        return {
            document: max(column, *(columns[document] for columns in rest)) if rest else column
            for document, column in first.items()
            if documents[document][0] in languages and all(document in columns for columns in rest)
        }

    def any_match(self, chosen: int) -> bool:
        """Whether any of the chosen stories matches, or an object of another content type."""
        return bool(self.tiers(self.languages)[-1] & chosen or self.others(self.languages))

    def suggest(self, query: str, reader_language: str, chosen: int) -> Suggestions:
        """Suggestions for a query that no story matches; `chosen`: the stories that the chosen facets leave."""
        without_filters = self.tiers((reader_language,))[-1].bit_count()
        if self.any_match(chosen):
            return Suggestions("", without_filters, [])
        single_terms = []
        if len(self.terms) > 1 and not without_filters:
            counts = (self._count(hits, chosen) for hits in self.hits)
            single_terms = [(term.text, count) for term, count in zip(self.terms, counts, strict=True) if count]
        return Suggestions(self._correct(query, chosen), without_filters, single_terms)

    def _correct(self, query: str, chosen: int) -> str:
        """A corrected query, if that has results; else empty.

        It tries the other keyboard layout, similar words in place of those that occur nowhere, and a query without
        quotation marks.
        """
        original = query.lower()
        switched = switch_keyboard_layout(original)
        switched_terms = parse_query(switched) if switched != original else []
        similar = {number: _terms(suggest_words(term.text)) for number, term in self._unknown_words()}
        # All in one statement.
        terms = [*switched_terms, *chain.from_iterable(similar.values())]
        found = dict(zip(terms, self.facet_index.find(terms), strict=True))
        if switched_terms and self._with([found[term] for term in switched_terms]).any_match(chosen):
            return switched
        corrected, hits = original, list(self.hits)
        for number, candidates in similar.items():
            best = next((it for it in candidates if self._occurs(found[it])), None)
            if best:
                hits[number] = found[best]
                corrected = re.sub(rf"(?<!\w){re.escape(self.terms[number].text)}(?!\w)", best.text, corrected)
        if corrected != original and self._with(hits).any_match(chosen):
            return corrected
        unquoted = without_quotes(corrected)
        if unquoted != corrected and SearchResults(self.facet_index, unquoted, self.languages).any_match(chosen):
            return unquoted
        return ""

    def _with(self, hits: list[TermHits]) -> "SearchResults":
        other = copy(self)
        other.hits = hits
        return other

    def _count(self, hits: TermHits, chosen: int) -> int:
        documents = self.facet_index.documents
        others = {documents[it][1] for it in hits.others if documents[it][0] in self.languages}
        return (_stories(hits, self.languages) & chosen).bit_count() + len(others)

    def _unknown_words(self) -> list[tuple[int, Term]]:
        """The first terms that occur in no text of the languages, with their numbers; no phrases."""
        terms = [(number, term) for number, term in enumerate(self.terms) if len(term.stems) == 1]
        return [it for it in terms if not self._occurs(self.hits[it[0]])][:MAX_CORRECTED_WORDS]

    def _occurs(self, hits: TermHits) -> bool:
        documents = self.facet_index.documents
        return bool(_stories(hits, self.languages)) or any(documents[it][0] in self.languages for it in hits.others)

    def _in_any_language(self, found: Sequence[TermHits]) -> TermHits:
        """The hits; if they are all in languages that the reader did not choose, the same objects in those chosen.

        A reader who types izgoi on an English page wants the objects with this name in Russian.
        """
        hits = _union(found)
        if self._occurs(hits):
            return hits
        owners = {self.facet_index.documents[document][1]: column for document, column in hits.others.items()}
        documents = self.facet_index.documents.items()
        others = {document: owners[owner] for document, (_, owner) in documents if owner in owners} if owners else {}
        title, summary, text = (_any(column) for column in zip(*hits.stories.values(), strict=True))
        live = self.facet_index.bits["language"]
        stories = {it: (title & live.get(it, 0), summary & live.get(it, 0), text & live.get(it, 0)) for it in LANGUAGES}
        return TermHits(stories, others)


def _terms(words: Sequence[str]) -> list[Term]:
    """A term for each stem of some words of the live texts."""
    first = {cached_stem(word): word for word in reversed(words)}
    return [Term((stem,), first[stem]) for stem in dict.fromkeys(map(cached_stem, words))]


def _union(found: Sequence[TermHits]) -> TermHits:
    """The hits of any of some terms."""
    stories = dict.fromkeys(LANGUAGES, (0, 0, 0))
    others: dict[int, int] = {}
    for hits in found:
        for language, before in stories.items():
            title, summary, text = hits.stories[language]
            stories[language] = (before[0] | title, before[1] | summary, before[2] | text)
        for document, column in hits.others.items():
            others[document] = min(column, others.get(document, column))
    return TermHits(stories, others)


def _stories(hits: TermHits, languages: Sequence[str]) -> int:
    """The stories that contain a term in one of the languages."""
    return _any(hits.stories[language][-1] for language in languages)


def _any(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


def _intersection(sets: Sequence[int]) -> int:
    return reduce(and_, sets) if sets else 0
