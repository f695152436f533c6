"""A page of the list of stories: what was chosen and asked for, what is found, and what else could be chosen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise
from typing import Any, NamedTuple

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from wzo.cms.content_types import ContentType, registry
from wzo.extensions import AnyRow, db
from wzo.i18n import LANGUAGES
from wzo.projects.models import Project
from wzo.publication import State
from wzo.search.analysis import LONGEST_QUESTION
from wzo.search.models import SearchDocument
from wzo.stories.facets import FACETS, FacetIndex, Names, get_facet_index, places_of
from wzo.stories.models import Series, Story, StoryText
from wzo.stories.search_results import Help, SearchResults, snippet

PER_PAGE = 20
# How many choices of a kind are offered at once; beyond that, those that would show most.
MOST_CHOICES = 12
MOST_OTHERS = 4


@dataclass(frozen=True)
class Query:
    """What the address asks for: a question, choices by facet, and the slug after or before which a page begins."""

    q: str = ""
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    after: str = ""
    before: str = ""

    def of(self, facet: str) -> tuple[str, ...]:
        """What is chosen of a facet."""
        return dict(self.chosen).get(facet, ())

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.q or self.chosen)

    def arguments(self) -> dict[str, Any]:
        """The arguments of the address, in the order of the form's fields."""
        values = {"q": [self.q], **dict(self.chosen), "after": [self.after], "before": [self.before]}
        return {name: list(value) for name, value in values.items() if any(value)}

    def pairs(self) -> list[tuple[str, str]]:
        """The same as names and values."""
        return [(name, value) for name, values in self.arguments().items() for value in values]

    def without(self, facet: str, value: str) -> "Query":
        """The same with one choice taken off, from the first page on."""
        left = ((name, tuple(one for one in values if (name, one) != (facet, value))) for name, values in self.chosen)
        return replace(self, chosen=tuple((name, values) for name, values in left if values), after="", before="")

    def asking(self, q: str) -> "Query":
        """The same choices with another question, from the first page on."""
        return replace(self, q=q, after="", before="")

    def only_asking(self) -> "Query":
        """The question without any choices."""
        return Query(q=self.q)

    def nothing(self) -> "Query":
        """All stories."""
        return Query()

    def in_all_languages(self) -> "Query":
        """The same in every language that there is."""
        return replace(self, chosen=(*self.chosen, ("language", tuple(LANGUAGES))), after="", before="")


@dataclass(frozen=True)
class Choice:
    """A value of a facet that can be chosen, and how many stories it would show."""

    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Item:
    """A story as the list shows it.

    - `language`: the one that it is shown in.
    - `belongs_to`: the title of its series or project in the reader's language.
    - `snippet`: the sentence in which the question's words stand, in pieces, each with whether it is one of them.
    """

    slug: str
    language: str
    title: str
    summary: str
    published: str | None
    format: str
    belongs_to: str
    part: int | None
    snippet: tuple[tuple[str, bool], ...]


class OtherResult(NamedTuple):
    """An object of another content type that matches the query."""

    content_type: ContentType
    obj: Any
    title: str
    language: str

    @property
    def path(self) -> str:
        """The path of its page."""
        return self.content_type.path_of(self.obj, self.language)


@dataclass(frozen=True)
class Listing:
    """A page of the list.

    - `total`: of all pages; `first` and `last` count from 1, 0 where there is nothing.
    - `older`, `newer`: the queries of the next page and the one before.
    - `choices`: by facet, what can be chosen besides or is chosen already.
    - `others`: projects and series that answer the question too.
    - `elsewhere`: how many more there would be in other languages.
    """

    query: Query
    items: list[Item]
    total: int
    first: int
    last: int
    older: Query | None
    newer: Query | None
    choices: dict[str, list[Choice]]
    others: list[OtherResult]
    elsewhere: int
    help: Help | None


def read_query(arguments: MultiDict[str, str]) -> Query:
    """What an address asks for; what it names that does not exist is left out."""
    facet_index = get_facet_index()
    chosen = (
        (facet, tuple(value for value in facet_index.names[facet] if value in wanted) if wanted else ())
        for facet, wanted in ((facet, arguments.getlist(facet)) for facet in FACETS)
    )
    # A page that begins after a story which is gone begins anew.
    after, before = (slug if slug in facet_index.places else "" for slug in map(arguments.get, ("after", "before")))
    return Query(
        q=" ".join(arguments.get("q", "").replace("\0", " ").split())[:LONGEST_QUESTION].strip(),
        chosen=tuple((facet, values) for facet, values in chosen if values),
        after=after or "",
        before="" if after else before or "",
    )


def get_listing(query: Query, language: str) -> Listing:
    """The page of the list that a query asks for, as it is read in a language."""
    facet_index = get_facet_index()
    languages = query.of("language") or (language,)
    answer = SearchResults(facet_index, query.q) if query.q else None
    sets = {facet: _union(facet_index.bits[facet], query.of(facet)) for facet in FACETS if query.of(facet)}
    sets["language"] = _union(facet_index.bits["language"], languages)
    everything = (1 << len(facet_index.ids)) - 1

    def left(but: str = "") -> int:
        """What the choices leave, but for those of one facet."""
        bits = everything
        for facet, places in sets.items():
            if facet != but:
                bits &= places
        return bits

    def choices(facet: str) -> list[Choice]:
        """What a facet offers: each value with the stories that it would show, the others' choices standing."""
        possible, chosen, counts = left(but=facet), query.of(facet), {}
        if answer and facet != "language":
            possible &= answer.tiers(languages)[-1]
        names = facet_index.names[facet]
        for value, bits in facet_index.bits[facet].items():
            if answer and facet == "language":
                bits &= answer.tiers((value,))[-1]
            count = (bits & possible).bit_count()
            if count and (language in names.get(value, ()) or facet == "format"):
                counts[value] = count
        # What narrows the list must be seen, even if it leaves nothing or has no name in the reader's language.
        counts |= {value: counts.get(value, 0) for value in chosen}
        if len(counts) > MOST_CHOICES:
            best = sorted(counts, key=lambda value: (value not in chosen, -counts[value]))[:MOST_CHOICES]
            counts = {value: counts[value] for value in best}
        return [
            Choice(value, its.get(language) or next(iter(its.values()), value), counts[value], value in chosen)
            for value, its in names.items()
            if value in counts
        ]

    tiers = [bits & left() for bits in (answer.tiers(languages) if answer else (everything,))]
    total = tiers[-1].bit_count()
    places, skipped = _cut(tiers, facet_index.places.get(query.after), facet_index.places.get(query.before))
    everywhere = left(but="language") & (answer.tiers(tuple(LANGUAGES))[-1] if answer else everything)
    items = _items(facet_index, places, language, languages, answer)
    others = _others(answer, languages) if answer else []
    return Listing(
        query=query,
        items=items,
        total=total,
        first=skipped + 1 if places else 0,
        last=skipped + len(places),
        older=replace(query, after=facet_index.slugs[places[-1]], before="") if skipped + len(places) < total else None,
        newer=replace(query, before=facet_index.slugs[places[0]], after="") if skipped else None,
        choices={facet: choices(facet) for facet in FACETS},
        others=others,
        elsewhere=everywhere.bit_count() - total if not query.of("language") else 0,
        help=answer.help(query.q, languages, language, left()) if answer and not total else None,
    )


def _union(bits: dict[str, int], values: Iterable[str]) -> int:
    result = 0
    for value in values:
        result |= bits.get(value, 0)
    return result


def _cut(tiers: Sequence[int], after: int | None, before: int | None) -> tuple[list[int], int]:
    """A page of the places in the tiers, best tier first, and how many come before it. Tiers hold those before them."""
    bands = [bits & ~better for better, bits in pairwise([0, *tiers])]
    key = before if after is None else after
    band = next((number for number, bits in enumerate(bands) if key is not None and bits >> key & 1), None)
    if key is None or band is None:
        return _take(map(places_of, bands)), 0
    earlier = bands[band] & ((1 << key) - 1)
    rank = sum(bits.bit_count() for bits in bands[:band]) + earlier.bit_count()
    if after is not None:
        later = bands[band] >> (key + 1) << (key + 1)
        return _take(map(places_of, [later, *bands[band + 1 :]])), rank + 1
    if rank < PER_PAGE:
        return _take(map(places_of, bands)), 0
    return _take(map(_backwards, [earlier, *reversed(bands[:band])]))[::-1], rank - PER_PAGE


def _take(bands: Iterable[Iterable[int]]) -> list[int]:
    return list(islice(chain.from_iterable(bands), PER_PAGE))


def _backwards(bits: int) -> Iterator[int]:
    while bits:
        place = bits.bit_length() - 1
        yield place
        bits ^= 1 << place


def _items(
    facet_index: FacetIndex, places: list[int], language: str, languages: Sequence[str], answer: SearchResults | None
) -> list[Item]:
    """The stories as the list shows them.

    Each in the reader's language if it may be, else in one that was chosen; and in one that answers the question.
    """
    preferred = sorted(languages, key=lambda one: one != language)
    answering = {one: answer.tiers((one,))[-1] if answer else -1 for one in preferred}
    shown = {
        facet_index.ids[place]: next((one for one in preferred if answering[one] >> place & 1), language)
        for place in places
    }
    columns = (Story.id, Story.slug, Story.format, Story.published, Story.part)
    texts = (
        select(*columns, Project.slug.label("project"), Series.slug.label("series"))
        .add_columns(StoryText.language, StoryText.title, StoryText.summary)
        .join(StoryText, (StoryText.story_id == Story.id) & (StoryText.state == State.LIVE))
        .outerjoin(Project, Project.id == Story.project_id)
        .outerjoin(Series, Series.id == Story.series_id)
        .where(StoryText.story_id.in_(shown), StoryText.language.in_(preferred))
    )
    if answer:
        indexed = (
            (SearchDocument.content_type == Story.__tablename__)
            & (SearchDocument.object_id == Story.id)
            & (SearchDocument.language == StoryText.language)
        )
        texts = texts.add_columns(SearchDocument.text).join(SearchDocument, indexed)
    else:
        # In the reader's language, else in any that was chosen: without a question every text answers.
        texts = texts.order_by(StoryText.language != language)
    rows: dict[int, AnyRow] = {}
    for row in db.session.execute(texts):
        if row.id not in rows or (answer and row.language == shown[row.id]):
            rows[row.id] = row
    stems = answer.stems if answer else frozenset()
    return [_item(rows[one], facet_index.names, language, stems) for one in shown if one in rows]


def _item(row: AnyRow, names: Names, language: str, stems: frozenset[str]) -> Item:
    owner = names["series"].get(row.series) or names["project"].get(row.project) or {}
    return Item(
        slug=row.slug,
        language=row.language,
        title=row.title,
        summary=row.summary,
        published=row.published,
        format=row.format,
        belongs_to=owner.get(language, ""),
        part=row.part,
        snippet=snippet(row, stems) if stems else (),
    )


def _others(results: SearchResults, languages: Sequence[str]) -> list[OtherResult]:
    """The objects of other content types that match the query, at most MOST_OTHERS."""
    found = results.others(languages)
    others: list[OtherResult] = []
    for content_type in registry.values():
        ids = {object_id for _, key, object_id in found if key == content_type.key}
        if not ids:
            continue
        model, text = content_type.model, content_type.text
        rows = db.session.execute(
            select(model, text.language, content_type.title_column.label("title"))
            .join(text, content_type.owner_column == model.id)
            .where(model.id.in_(ids), text.language.in_(languages), text.state == State.LIVE)
            .order_by(model.position)
            .limit(MOST_OTHERS)
        )
        others += [OtherResult(content_type, row[0], row.title, row.language) for row in rows]
    return others[:MOST_OTHERS]
