"""The facet index: the live stories in their order, and for each value of a facet the stories that have it.

Lists show how many stories each choice would leave. The time to count those in the database grows with the number of
stories; here every value is a bitmap of positions in the order, stored as one integer, so that a choice is an AND and
a count a `bit_count()`: microseconds with ten thousand stories. Each process caches the index until the content
changes.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from flask import current_app
from sqlalchemy import func, select

from wzo.content_version import content_version, is_preview, version_in_transaction
from wzo.extensions import AnyRow, AnySelect, db
from wzo.i18n import LANGUAGES
from wzo.projects.models import Project, ProjectText
from wzo.publication import PublishableText, State
from wzo.search.analysis import Term
from wzo.search.models import SearchDocument
from wzo.search.queries import COLUMNS, find_documents
from wzo.stories.models import (
    FORMATS,
    Country,
    CountryText,
    Series,
    SeriesText,
    Story,
    StoryText,
    story_countries,
    story_themes,
)
from wzo.themes.models import Theme, ThemeText

# The facets, in the order in which the list offers them.
FACETS = ("theme", "format", "project", "series", "country", "language")
# Terms with at least this many hits are cached. Rarer ones are found quickly, and would reveal more about readers.
MIN_CACHED_HITS = 100
MAX_CACHED_TERMS = 2_000

# Facet -> value -> language -> name.
Names: TypeAlias = dict[str, dict[str, dict[str, str]]]


class TermHits(NamedTuple):
    """The documents that contain a term.

    - `stories`: by language, bitmaps of the stories that contain it in the title; in title or summary; anywhere.
    - `others`: the documents of other content types, by id; 0 where the title contains it, 1 the summary, 2 the text.
    """

    stories: dict[str, tuple[int, int, int]]
    others: dict[int, int]


@dataclass(frozen=True)
class FacetIndex:
    """The live stories, newest first; the parts of a series are together in their order, at the position of the newest.

    - `ids`, `slugs`: those of the story at each position; `positions`: slug -> position.
    - `bits`: facet -> value -> bitmap of the positions of its stories.
    - `names`: facet -> value -> language -> name, in the order in which the values are offered.
    - `documents`: id of a search document -> its language, and the position of its story or, for other content types,
      the key of the type and the id of the object.
    - `term_cache`: stems of a term -> its hits.
    """

    version: int
    ids: list[int]
    slugs: list[str]
    positions: dict[str, int]
    bits: dict[str, dict[str, int]]
    names: Names
    documents: dict[int, tuple[str, int | tuple[str, int]]]
    term_cache: dict[tuple[str, ...], TermHits] = field(default_factory=dict)

    def find(self, terms: Sequence[Term]) -> list[TermHits]:
        """The hits of each term."""
        found = {term: self.term_cache[term.stems] for term in terms if term.stems in self.term_cache}
        unknown = [term for term in terms if term not in found]
        documents = find_documents(unknown)
        for term in unknown:
            by_column = [documents[term, column] for column in COLUMNS]
            found[term] = self._hits(by_column)
            if (
                len(term.stems) == 1
                and sum(map(len, by_column)) >= MIN_CACHED_HITS
                and len(self.term_cache) < MAX_CACHED_TERMS
            ):
                self.term_cache[term.stems] = found[term]
        return [found[term] for term in terms]

    def _hits(self, by_column: Sequence[Sequence[int]]) -> TermHits:
        stories = {language: [bytearray(len(self.ids) // 8 + 1) for _ in COLUMNS] for language in LANGUAGES}
        others: dict[int, int] = {}
        for column, documents in enumerate(by_column):
            for document in documents:
                # Documents that were added after the index was built are ignored; the next index has them.
                language, owner = self.documents.get(document, ("", 0))
                if isinstance(owner, tuple):
                    others.setdefault(document, column)
                elif language in stories:
                    stories[language][column][owner >> 3] |= 1 << (owner & 7)
        cumulative = {}
        for language, columns in stories.items():
            title, summary, text = (int.from_bytes(column, "little") for column in columns)
            cumulative[language] = (title, title | summary, title | summary | text)
        return TermHits(cumulative, others)


def get_facet_index() -> FacetIndex:
    """The facet index of the current content; costs one small query while nothing changes."""
    version = content_version()
    cached: FacetIndex | None = current_app.extensions.get("facet_index")
    if cached is not None and is_preview():
        return cached
    if cached is None or cached.version != version:
        with _build_lock:
            version = version_in_transaction()
            cached = current_app.extensions.get("facet_index")
            if cached is None or cached.version != version:
                cached = current_app.extensions["facet_index"] = _build(version)
    return cached


def positions_in(bits: int) -> Iterator[int]:
    """The positions in a bitmap, in ascending order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


_build_lock = threading.Lock()


def _build(version: int) -> FacetIndex:
    live = db.session.execute(select(StoryText.story_id, StoryText.language).where(StoryText.state == State.LIVE)).all()
    live_ids = {row.story_id for row in live}
    rows = _with_series_in_order([row for row in db.session.execute(_stories()) if row.id in live_ids])
    position_by_id = {row.id: position for position, row in enumerate(rows)}
    themes = db.session.execute(
        select(story_themes.c.story_id, Theme.slug).join(Theme, Theme.id == story_themes.c.theme_id)
    )
    countries = db.session.execute(
        select(story_countries.c.story_id, Country.slug).join(Country, Country.id == story_countries.c.country_id)
    )
    return FacetIndex(
        version,
        [row.id for row in rows],
        [row.slug for row in rows],
        {row.slug: position for position, row in enumerate(rows)},
        {
            "theme": _bitmaps(themes, position_by_id),
            "format": _bitmaps(((row.id, row.format) for row in rows), position_by_id),
            "project": _bitmaps(((row.id, row.project) for row in rows if row.project), position_by_id),
            "series": _bitmaps(((row.id, row.series) for row in rows if row.series), position_by_id),
            "country": _bitmaps(countries, position_by_id),
            "language": _bitmaps(live, position_by_id),
        },
        {
            "theme": _names(Theme, ThemeText, ThemeText.theme_id),
            "format": {value: {} for value in FORMATS},
            "project": _names(Project, ProjectText, ProjectText.project_id),
            "series": _names(Series, SeriesText, SeriesText.series_id),
            "country": _names(Country, CountryText, CountryText.country_id),
            "language": {code: dict.fromkeys(LANGUAGES, it.name) for code, it in LANGUAGES.items()},
        },
        _documents(position_by_id),
    )


def _bitmaps(pairs: Iterable[AnyRow | tuple[int, str]], position_by_id: dict[int, int]) -> dict[str, int]:
    """The bitmap of each value, given pairs of story id and value."""
    sets: dict[str, bytearray] = {}
    for story_id, value in pairs:
        position = position_by_id.get(story_id)
        if position is not None:
            sets.setdefault(value, bytearray(len(position_by_id) // 8 + 1))[position >> 3] |= 1 << (position & 7)
    return {value: int.from_bytes(bits, "little") for value, bits in sets.items()}


def _stories() -> AnySelect:
    """The stories, newest first; those without a date come last, in the editors' order."""
    return (
        select(Story.id, Story.slug, Story.format, Story.part)
        .add_columns(Project.slug.label("project"), Series.slug.label("series"))
        .outerjoin(Project, Project.id == Story.project_id)
        .outerjoin(Series, Series.id == Story.series_id)
        .order_by(func.coalesce(Story.published_on, "").desc(), Story.position, Story.id)
    )


def _with_series_in_order(rows: Sequence[AnyRow]) -> list[AnyRow]:
    """The stories with each series at the position of its first one, its parts in their order."""
    places: dict[str, int] = {}
    for place, row in enumerate(rows):
        if row.series:
            places.setdefault(row.series, place)
    ordered = sorted(enumerate(rows), key=lambda it: (places.get(it[1].series, it[0]), it[1].part or 0))
    return [row for _, row in ordered]


def _names(model: Any, text: Any, owner: Any) -> dict[str, dict[str, str]]:
    """The names of a facet's values, by slug and language, in the editors' order."""
    name = text.title if issubclass(text, PublishableText) else text.name
    named = select(model.slug, text.language, name).join(text, owner == model.id).order_by(model.position)
    if issubclass(text, PublishableText):
        named = named.where(text.state == State.LIVE)
    names: dict[str, dict[str, str]] = {}
    for slug, language, label in db.session.execute(named):
        names.setdefault(slug, {})[language] = label
    return names


def _documents(position_by_id: dict[int, int]) -> dict[int, tuple[str, int | tuple[str, int]]]:
    documents: dict[int, tuple[str, int | tuple[str, int]]] = {}
    columns = (SearchDocument.id, SearchDocument.language, SearchDocument.content_type, SearchDocument.object_id)
    for document, language, content_type, object_id in db.session.execute(select(*columns)):
        if content_type != Story.__tablename__:
            documents[document] = (language, (content_type, object_id))
        elif object_id in position_by_id:
            documents[document] = (language, position_by_id[object_id])
    return documents
