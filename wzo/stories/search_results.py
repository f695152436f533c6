"""Search results: the stories that match all terms of a query, snippets, and suggestions if there are none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wzo.extensions import AnyRow
from wzo.search.analysis import (
    Term,
    cached_stem,
    highlight,
    parse_query,
    switch_keyboard_layout,
    tokenize,
    without_quotes,
)
from wzo.search.queries import suggest_words
from wzo.stories.facets import FacetIndex, TermHits

SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”»)]*\s+(?=[^\W\d_]|[\"“«—–(\d])")
MAX_SNIPPET_LENGTH = 240
# Each correction compares a word with the whole vocabulary.
MAX_CORRECTED_WORDS = 2


@dataclass(frozen=True)
class Suggestions:
    """Other queries for a search without results.

    - `did_you_mean`: the query with its spelling corrected, if that has results; else empty.
    - `without_filters`: how many stories match the query without the chosen facets.
    - `single_terms`: how many stories match each term, if none matches all of them.
    """

    did_you_mean: str
    without_filters: int
    single_terms: list[tuple[str, int]]

    def __bool__(self) -> bool:
        return bool(self.did_you_mean or self.without_filters or self.single_terms)


class SearchResults:
    """The documents that match all terms of a query."""

    def __init__(self, facet_index: FacetIndex, query: str) -> None:
        self.facet_index = facet_index
        self.terms = parse_query(query)
        self.hits = facet_index.find(self.terms)
        self.stems = frozenset(stem for term in self.terms for stem in term.stems)

    def tiers(self, languages: Sequence[str]) -> tuple[int, int, int]:
        """The stories that match in one language: all terms in the title; in title or summary; anywhere."""
        found = [0, 0, 0]
        for language in languages:
            for tier in range(len(found)):
                found[tier] |= _intersection([hits.stories[language][tier] for hits in self.hits])
        return found[0], found[1], found[2]

    def others(self, languages: Sequence[str]) -> set[tuple[str, str, int]]:
        """The objects of other content types that match: language, key of the content type, id."""
        sets = [hits.others for hits in self.hits]
        found = frozenset.intersection(*sets) if sets else frozenset()
        return {other for other in found if other[0] in languages}

    def any_match(self, languages: Sequence[str], chosen: int) -> bool:
        """Whether any of the chosen stories matches, or an object of another content type."""
        return bool(self.tiers(languages)[-1] & chosen or self.others(languages))

    def suggest(self, query: str, languages: Sequence[str], reader_language: str, chosen: int) -> Suggestions:
        """Suggestions for a query without results; `chosen`: the stories that the chosen facets leave."""
        without_filters = self.tiers((reader_language,))[-1].bit_count()
        single_terms = []
        if len(self.terms) > 1 and not without_filters:
            counts = ((_stories(hits, languages) & chosen).bit_count() for hits in self.hits)
            single_terms = [(term.text, count) for term, count in zip(self.terms, counts, strict=True) if count]
        return Suggestions(self._correct(query, languages, chosen), without_filters, single_terms)

    def _correct(self, query: str, languages: Sequence[str], chosen: int) -> str:
        """The query as it may have been meant, if that has results; else empty.

        It tries the other keyboard layout, similar words in place of those that occur nowhere, and a query without
        quotation marks.
        """
        original = query.lower()
        corrected = self._correct_words(original, languages)
        for candidate in (switch_keyboard_layout(original), corrected, without_quotes(corrected)):
            if candidate != original and SearchResults(self.facet_index, candidate).any_match(languages, chosen):
                return candidate
        return ""

    def _correct_words(self, query: str, languages: Sequence[str]) -> str:
        unknown = [
            term
            for term, hits in zip(self.terms, self.hits, strict=True)
            if len(term.stems) == 1 and not _occurs(hits, languages)
        ]
        for term in unknown[:MAX_CORRECTED_WORDS]:
            words = suggest_words(term.text)
            found = self.facet_index.find([Term((cached_stem(word),), word) for word in words])
            best = next((it for it, hits in zip(words, found, strict=True) if _occurs(hits, languages)), term.text)
            query = re.sub(rf"(?<!\w){re.escape(term.text)}(?!\w)", best, query)
        return query


def snippet(row: AnyRow, stems: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    """The sentence with the most terms, in highlighted segments; empty if title and summary contain all of them."""
    shown = {cached_stem(word) for word in (*tokenize(row.title), *tokenize(row.summary))}
    if stems <= shown or not row.text:
        return ()
    sentences = [sentence for paragraph in row.text.split("\n\n") for sentence in SENTENCE_END.split(paragraph)]
    best = max(sentences, key=lambda sentence: len(stems.intersection(map(cached_stem, tokenize(sentence)))))
    segments = list(highlight(best, stems))
    if not any(is_match for _, is_match in segments):
        return ()
    return tuple(_shorten(segments))


def _shorten(segments: list[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """A long sentence, shortened to begin a little before its first match."""
    before = segments[0][0]
    max_before = MAX_SNIPPET_LENGTH // 3
    if len(before) > max_before:
        _, space, tail = before[-max_before:].partition(" ")
        before = "…" + (space + tail if space else before[-max_before:])
    room = MAX_SNIPPET_LENGTH
    for text, is_match in [(before, False), *segments[1:]]:
        if len(text) > room and not is_match:
            yield text[: text.rfind(" ", 0, room) + 1 or room] + "…", False
            return
        room -= len(text)
        yield text, is_match


def _occurs(hits: TermHits, languages: Sequence[str]) -> bool:
    return bool(_stories(hits, languages)) or any(other[0] in languages for other in hits.others)


def _stories(hits: TermHits, languages: Sequence[str]) -> int:
    """The stories that contain a term in one of the languages."""
    result = 0
    for language in languages:
        result |= hits.stories[language][-1]
    return result


def _intersection(sets: Sequence[int]) -> int:
    result = sets[0] if sets else 0
    for bits in sets[1:]:
        result &= bits
    return result
