"""The answer to a question: where its words stand, the sentences that show them, and help where there are none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wzo.extensions import AnyRow
from wzo.search.analysis import Term, mark_words, other_keyboard, parse_query, stem_of_text, without_quotes, words_of
from wzo.search.queries import words_near
from wzo.stories.facets import FacetIndex, Hits

SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”»)]*\s+(?=[^\W\d_]|[\"“«—–(\d])")
LONGEST_SNIPPET = 240
# Looking for what is near takes longer the more words there are.
MOST_MENDED = 2


@dataclass(frozen=True)
class Help:
    """What helps on where nothing was found.

    - `did_you_mean`: the question with its slips mended, if that finds something.
    - `unfiltered`: how many stories the question alone would find, without the choices.
    - `alone`: how many each of its words finds by itself, where the words and not the choices are too many.
    """

    did_you_mean: str
    unfiltered: int
    alone: list[tuple[str, int]]


class SearchResults:
    """Where all the words of a question stand."""

    def __init__(self, facet_index: FacetIndex, question: str) -> None:
        self.facet_index = facet_index
        self.terms = parse_query(question)
        self.hits = facet_index.find(self.terms)
        self.stems = frozenset(one for term in self.terms for one in term.stems)

    def tiers(self, languages: Sequence[str]) -> tuple[int, int, int]:
        """The stories in one of the languages with all words in the title; in title or lead; anywhere."""
        found = [0, 0, 0]
        for language in languages:
            for tier in range(len(found)):
                found[tier] |= _intersection([hits.stories[language][tier] for hits in self.hits])
        return found[0], found[1], found[2]

    def others(self, languages: Sequence[str]) -> set[tuple[str, str, int]]:
        """The projects and series with all words in them, each as its language, kind and id."""
        sets = [hits.others for hits in self.hits]
        found = frozenset.intersection(*sets) if sets else frozenset()
        return {other for other in found if other[0] in languages}

    def finds_anything(self, languages: Sequence[str], left: int) -> bool:
        """Whether any story among those that are left, any project or series holds all the words."""
        return bool(self.tiers(languages)[-1] & left or self.others(languages))

    def help(self, question: str, languages: Sequence[str], reader: str, left: int) -> Help:
        """What helps on where nothing is found: `left` is what the choices leave, `reader` the language of the page."""
        unfiltered = self.tiers((reader,))[-1].bit_count()
        alone = []
        if len(self.terms) > 1 and not unfiltered:
            counts = ((_places(hits, languages) & left).bit_count() for hits in self.hits)
            alone = [(term.text, count) for term, count in zip(self.terms, counts, strict=True) if count]
        return Help(self._mend(question, languages, left), unfiltered, alone)

    def _mend(self, question: str, languages: Sequence[str], left: int) -> str:
        """The question as it may have been meant; "" where no such question finds anything.

        That is as the same keys write it in the other alphabet, with words that stand nowhere replaced by the nearest
        that do, and without its quotation marks.
        """
        mended = question.lower()
        strangers = [
            term
            for term, hits in zip(self.terms, self.hits, strict=True)
            if len(term.stems) == 1 and not _stands(hits, languages)
        ]
        for term in strangers[:MOST_MENDED]:
            near = words_near(term.text)
            found = self.facet_index.find([Term((stem_of_text(word),), word) for word in near])
            best = next((word for word, hits in zip(near, found, strict=True) if _stands(hits, languages)), term.text)
            mended = re.sub(rf"(?<!\w){re.escape(term.text)}(?!\w)", best, mended)
        for other in (other_keyboard(question.lower()), mended, without_quotes(mended)):
            if other != question.lower() and SearchResults(self.facet_index, other).finds_anything(languages, left):
                return other
        return ""


def snippet(row: AnyRow, stems: frozenset[str]) -> tuple[tuple[str, bool], ...]:
    """The sentence with most of the words, in pieces; none where the title and the lead show them all already."""
    shown = {stem_of_text(word) for word in (*words_of(row.title), *words_of(row.summary))}
    if stems <= shown or not row.text:
        return ()
    sentences = [one for paragraph in row.text.split("\n\n") for one in SENTENCE_END.split(paragraph)]
    best = max(sentences, key=lambda one: len(stems.intersection(map(stem_of_text, words_of(one)))))
    content_items = list(mark_words(best, stems))
    if not any(marked for _, marked in content_items):
        return ()
    return tuple(_shorten(content_items))


def _shorten(content_items: list[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """A long sentence from a little before its first marked word on."""
    before = content_items[0][0]
    most = LONGEST_SNIPPET // 3
    if len(before) > most:
        _, space, words = before[-most:].partition(" ")
        before = "…" + (space + words if space else before[-most:])
    room = LONGEST_SNIPPET
    for words, marked in [(before, False), *content_items[1:]]:
        if len(words) > room and not marked:
            yield words[: words.rfind(" ", 0, room) + 1 or room] + "…", False
            return
        room -= len(words)
        yield words, marked


def _stands(hits: Hits, languages: Sequence[str]) -> bool:
    return bool(_places(hits, languages)) or any(other[0] in languages for other in hits.others)


def _places(hits: Hits, languages: Sequence[str]) -> int:
    """The stories in which a term stands in one of the languages."""
    places = 0
    for language in languages:
        places |= hits.stories[language][-1]
    return places


def _intersection(sets: Sequence[int]) -> int:
    result = sets[0] if sets else 0
    for places in sets[1:]:
        result &= places
    return result
