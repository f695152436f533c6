"""A page of the list of stories: the matches of a query, and choices that would narrow it further."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from wzo.content_version import cached_until_content_changes
from wzo.i18n import LANGUAGES
from wzo.stories.facets import FACETS, get_facet_index
from wzo.stories.list_items import StoryItem, get_story_items
from wzo.stories.list_query import ListQuery
from wzo.stories.models import format_name
from wzo.stories.other_results import ResultGroup, get_other_results, group_results
from wzo.stories.pagination import get_page
from wzo.stories.search_results import SearchResults, Suggestions

# The maximum number of choices offered of a facet; of more, those that match the most stories.
MAX_CHOICES = 12


class Choice(NamedTuple):
    """A value of a facet that can be chosen, and the number of stories that would then be listed."""

    value: str
    name: str
    number: int
    chosen: bool


@dataclass(frozen=True)
class Listing:
    """A page of the list.

    - `total`: the stories on all pages; `first` and `last`: the numbers of those on this one, from 1; 0 if it is empty.
    - `older`, `newer`: the queries of the next page and the previous one.
    - `choices`: by facet, the values that can be chosen or are chosen.
    - `groups`: of a search, the results under their headings; on later pages only the stories.
    - `elsewhere`: how many more stories match in other languages.
    - `suggestions`: other queries, if no story matches this one.
    """

    query: ListQuery
    items: list[StoryItem]
    total: int
    first: int
    last: int
    older: ListQuery | None
    newer: ListQuery | None
    choices: dict[str, tuple[Choice, ...]]
    groups: list[ResultGroup]
    elsewhere: int
    suggestions: Suggestions | None

    @property
    def asked_for(self) -> list[str]:
        """The search and the choices, in words."""
        chosen = [choice.name for choices in self.choices.values() for choice in choices if choice.chosen]
        return [self.query.q, *chosen] if self.query.q else chosen


def get_listing(query: ListQuery, language: str) -> Listing:
    """The page of the list for a query, for a reader of this language. Nothing of a search is cached."""
    return _find(query, language) if query.q else _list(query, language)


@cached_until_content_changes
def _list(query: ListQuery, language: str) -> Listing:
    return _find(query, language)


def _find(query: ListQuery, language: str) -> Listing:
    matches = _Matches(query, language)
    facet_index, results = matches.facet_index, matches.results
    tiers = matches.tiers()
    total = tiers[-1].bit_count()
    positions = facet_index.positions
    page, skipped = get_page(tiers, positions.get(query.after), positions.get(query.before))
    is_last = skipped + len(page) >= total
    others = get_other_results(results, language, matches.languages) if results and not skipped else []
    return Listing(
        query=query,
        items=get_story_items(facet_index, results, page, language, matches.languages),
        total=total,
        first=skipped + 1 if page else 0,
        last=skipped + len(page),
        older=None if is_last else replace(query, after=facet_index.slugs[page[-1]], before=""),
        newer=replace(query, before=facet_index.slugs[page[0]], after="") if skipped else None,
        choices={facet: matches.choices(facet) for facet in FACETS},
        groups=group_results(others, total, next((it for it, bits in enumerate(tiers) if bits), 0)) if results else [],
        elsewhere=matches.count_in_all_languages() - total if not query.values_of("language") else 0,
        suggestions=(results.suggest(query.q, language, matches.chosen()) if results and not total else None),
    )


class _Matches:
    """The stories that match a query, as sets of positions in the facet index."""

    def __init__(self, query: ListQuery, language: str) -> None:
        self.query = query
        self.language = language
        self.languages = query.values_of("language") or (language,)
        self.facet_index = get_facet_index()
        self.results = SearchResults(self.facet_index, query.q, self.languages) if query.q else None
        if self.results:
            self.results.widen()
        self.all = (1 << len(self.facet_index.ids)) - 1

    @cached_property
    def sets(self) -> dict[str, int]:
        """By facet, the stories that have one of the chosen values."""
        bits = self.facet_index.bits
        chosen = {facet: self.query.values_of(facet) for facet in FACETS}
        sets = {facet: _union(bits[facet], values) for facet, values in chosen.items() if values}
        return {**sets, "language": _union(bits["language"], self.languages)}

    def chosen(self, *, except_facet: str = "") -> int:
        """The stories that the choices leave, perhaps without those of one facet."""
        result = self.all
        for facet, bits in self.sets.items():
            if facet != except_facet:
                result &= bits
        return result

    def tiers(self) -> list[int]:
        """The stories on all pages, in the cumulative tiers of `SearchResults.tiers`; one tier without a search."""
        chosen = self.chosen()
        return [bits & chosen for bits in (self.results.tiers(self.languages) if self.results else (self.all,))]

    def count_in_all_languages(self) -> int:
        """How many stories match the query if no language is chosen."""
        found = self.results.tiers(tuple(LANGUAGES))[-1] if self.results else self.all
        return (self.chosen(except_facet="language") & found).bit_count()

    def choices(self, facet: str) -> tuple[Choice, ...]:
        """The values of a facet that match any story, given the choices in the other facets; and the chosen ones."""
        chosen, names = self.query.values_of(facet), self.facet_index.names[facet]
        counts = self._counts(facet)
        # Chosen values are always shown, even if they match nothing or have no name in the reader's language.
        counts |= {value: counts.get(value, 0) for value in chosen}
        if len(counts) > MAX_CHOICES:
            best = sorted(counts, key=lambda value: (value not in chosen, -counts[value]))[:MAX_CHOICES]
            counts = {value: counts[value] for value in best}
        return tuple(
            Choice(value, self._name(facet, value), counts[value], value in chosen)
            for value in names
            if value in counts
        )

    def _name(self, facet: str, value: str) -> str:
        if facet == "format":
            return format_name(value)
        return _name_in(self.language, self.facet_index.names[facet][value]) or value

    def _counts(self, facet: str) -> dict[str, int]:
        possible, names, counts = self.chosen(except_facet=facet), self.facet_index.names[facet], {}
        if self.results and facet != "language":
            possible &= self.results.tiers(self.languages)[-1]
        for value, bits in self.facet_index.bits[facet].items():
            if self.results and facet == "language":
                bits &= self.results.tiers((value,))[-1]
            count = (bits & possible).bit_count()
            if count and (self.language in names.get(value, ()) or facet == "format"):
                counts[value] = count
        return counts


def _union(bits: dict[str, int], values: Iterable[str]) -> int:
    result = 0
    for value in values:
        result |= bits.get(value, 0)
    return result


def _name_in(language: str, by_language: dict[str, str]) -> str:
    """The name in a language, else in another; empty if there is none."""
    return by_language.get(language) or next(iter(by_language.values()), "")
