"""The catalogue: which stories are live, in their order, and what can be chosen among them.

Lists show how many stories each choice would leave. Counting that in the database grows with the stories; here every
choice is a set of places in the order, kept as the bits of one integer, so that choosing is an AND and counting a
`bit_count()`: microseconds at ten thousand stories. Each process keeps a catalogue until the content changes.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from flask import current_app
from sqlalchemy import func, select

from wzo.content_version import content_version, is_preview
from wzo.extensions import AnyRow, AnySelect, db
from wzo.i18n import LANGUAGES
from wzo.projects.models import Project, ProjectText
from wzo.publication import Published, State
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

# What the list can be narrowed by, in the order in which it is offered.
FACETS = ("theme", "format", "project", "series", "country", "language")
# Words that stand in so many texts are remembered. Rarer ones are found quickly, and would tell more of who asked.
COMMON = 100
MOST_REMEMBERED = 2_000

# Facet -> value -> language -> name.
Names: TypeAlias = dict[str, dict[str, dict[str, str]]]


class Hits(NamedTuple):
    """Where a term stands.

    - `stories`: by language, the places of the stories: in titles; in titles or leads; anywhere.
    - `others`: the projects and series, each as its language, kind and id.
    """

    stories: dict[str, tuple[int, int, int]]
    others: frozenset[tuple[str, str, int]]


@dataclass(frozen=True)
class FacetIndex:
    """The live stories, newest first.

    - `ids`, `slugs`: of the story at each place; `places`: slug -> place.
    - `bits`: facet -> value -> the places of its stories.
    - `names`: facet -> value -> language -> name, in the order in which the values are offered.
    - `documents`: search document -> its language and the place of its story, or the kind and id of another thing.
    """

    version: int
    ids: list[int]
    slugs: list[str]
    places: dict[str, int]
    bits: dict[str, dict[str, int]]
    names: Names
    documents: dict[int, tuple[str, int | tuple[str, int]]]
    remembered: dict[tuple[str, ...], Hits] = field(default_factory=dict)

    def find(self, terms: Sequence[Term]) -> list[Hits]:
        """Where each of the terms stands."""
        found = {term: self.remembered[term.stems] for term in terms if term.stems in self.remembered}
        unknown = [term for term in terms if term not in found]
        documents = find_documents(unknown)
        for term in unknown:
            by_column = [documents[term, column] for column in COLUMNS]
            found[term] = self._hits(by_column)
            if len(term.stems) == 1 and sum(map(len, by_column)) >= COMMON and len(self.remembered) < MOST_REMEMBERED:
                self.remembered[term.stems] = found[term]
        return [found[term] for term in terms]

    def _hits(self, by_column: Sequence[Sequence[int]]) -> Hits:
        stories = {language: [bytearray(len(self.ids) // 8 + 1) for _ in COLUMNS] for language in LANGUAGES}
        others = set()
        for column, documents in enumerate(by_column):
            for document in documents:
                # What appeared since the catalogue was made is in the next one.
                language, thing = self.documents.get(document, ("", 0))
                if isinstance(thing, tuple):
                    others.add((language, *thing))
                elif language in stories:
                    stories[language][column][thing >> 3] |= 1 << (thing & 7)
        cumulative = {}
        for language, columns in stories.items():
            title, summary, text = (int.from_bytes(column, "little") for column in columns)
            cumulative[language] = (title, title | summary, title | summary | text)
        return Hits(cumulative, frozenset(others))


def get_facet_index() -> FacetIndex:
    """The catalogue as the content is now; one small query where nothing has changed."""
    version = content_version()
    known: FacetIndex | None = current_app.extensions.get("facet_index")
    if known is not None and is_preview():
        return known
    if known is None or known.version != version:
        with _making:
            known = current_app.extensions.get("facet_index")
            if known is None or known.version != version:
                known = current_app.extensions["facet_index"] = _make(version)
    return known


def places_of(bits: int) -> Iterator[int]:
    """The places in a set, from the first on."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


_making = threading.Lock()


def _make(version: int) -> FacetIndex:
    live = db.session.execute(select(StoryText.story_id, StoryText.language).where(StoryText.state == State.LIVE)).all()
    shown = {row.story_id for row in live}
    rows = [row for row in db.session.execute(_stories()) if row.id in shown]
    place_of_id = {row.id: place for place, row in enumerate(rows)}

    def bits_of(pairs: Iterable[AnyRow | tuple[int, str]]) -> dict[str, int]:
        sets: dict[str, bytearray] = {}
        for story, value in pairs:
            if story in place_of_id:
                place = place_of_id[story]
                sets.setdefault(value, bytearray(len(rows) // 8 + 1))[place >> 3] |= 1 << (place & 7)
        return {value: int.from_bytes(places, "little") for value, places in sets.items()}

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
        {row.slug: place for place, row in enumerate(rows)},
        {
            "theme": bits_of(themes),
            "format": bits_of((row.id, row.format) for row in rows),
            "project": bits_of((row.id, row.project) for row in rows if row.project),
            "series": bits_of((row.id, row.series) for row in rows if row.series),
            "country": bits_of(countries),
            "language": bits_of(live),
        },
        {
            "theme": _names(Theme, ThemeText, ThemeText.theme_id),
            "format": {value: {} for value in FORMATS},
            "project": _names(Project, ProjectText, ProjectText.project_id),
            "series": _names(Series, SeriesText, SeriesText.series_id),
            "country": _names(Country, CountryText, CountryText.country_id),
            "language": {code: dict.fromkeys(LANGUAGES, name) for code, name in LANGUAGES.items()},
        },
        _documents(place_of_id),
    )


def _stories() -> AnySelect:
    """The stories, newest first; those whose date is not known come last, in the editors' order."""
    return (
        select(Story.id, Story.slug, Story.format, Project.slug.label("project"), Series.slug.label("series"))
        .outerjoin(Project, Project.id == Story.project_id)
        .outerjoin(Series, Series.id == Story.series_id)
        .order_by(func.coalesce(Story.published, "").desc(), Story.position, Story.id)
    )


def _names(model: Any, text: Any, owner: Any) -> dict[str, dict[str, str]]:
    """The names of a facet's values, by slug and language, in the editors' order."""
    name = text.title if issubclass(text, Published) else text.name
    named = select(model.slug, text.language, name).join(text, owner == model.id).order_by(model.position)
    if issubclass(text, Published):
        named = named.where(text.state == State.LIVE)
    names: dict[str, dict[str, str]] = {}
    for slug, language, words in db.session.execute(named):
        names.setdefault(slug, {})[language] = words
    return names


def _documents(place_of_id: dict[int, int]) -> dict[int, tuple[str, int | tuple[str, int]]]:
    documents: dict[int, tuple[str, int | tuple[str, int]]] = {}
    columns = (SearchDocument.id, SearchDocument.language, SearchDocument.content_type, SearchDocument.object_id)
    for document, language, content_type, object_id in db.session.execute(select(*columns)):
        if content_type != Story.__tablename__:
            documents[document] = (language, (content_type, object_id))
        elif object_id in place_of_id:
            documents[document] = (language, place_of_id[object_id])
    return documents
