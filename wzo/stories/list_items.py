"""The items of the list of stories, and objects of other content types that match a search."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select

from wzo.cms.content_types import ContentType, registry
from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, AnySelect, db
from wzo.projects.models import Project
from wzo.publication import State
from wzo.search.models import SearchDocument
from wzo.stories.facets import FacetIndex, Names, get_facet_index
from wzo.stories.models import Series, Story, StoryText
from wzo.stories.search_results import SearchResults, snippet

MAX_OTHER_RESULTS = 4


@dataclass(frozen=True)
class StoryItem:
    """A story as the list shows it.

    - `language`: the one in which it is shown.
    - `belongs_to`: the title of its series or project in the reader's language.
    - `snippet`: the sentence that contains the query's terms, in segments; each with whether it matches one.
    """

    slug: str
    language: str
    title: str
    summary: str
    published_on: str | None
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


def get_story_items(
    facet_index: FacetIndex,
    results: SearchResults | None,
    positions: Sequence[int],
    language: str,
    languages: Sequence[str],
) -> list[StoryItem]:
    """The stories at these positions, for a reader of a language who has chosen some languages.

    Each is shown in the reader's language if that was chosen, else in another that was; and in one that matches the
    search query.
    """
    if results is None:
        return _get_listed(tuple(facet_index.ids[it] for it in positions), language, tuple(languages))
    preferred, names = sorted(languages, key=lambda it: it != language), facet_index.names
    matching = {it: results.tiers((it,))[-1] for it in preferred}
    shown_in = {
        facet_index.ids[position]: next((it for it in preferred if matching[it] >> position & 1), language)
        for position in positions
    }
    rows: dict[int, AnyRow] = {}
    for row in db.session.execute(_indexed_texts(shown_in, preferred)):
        if row.id not in rows or row.language == shown_in[row.id]:
            rows[row.id] = row
    return [_story_item(rows[it], names, language, results.stems) for it in shown_in if it in rows]


@cached_until_content_changes
def _get_listed(ids: tuple[int, ...], language: str, languages: tuple[str, ...]) -> list[StoryItem]:
    """The stories with these ids; each in the reader's language if it is one of those, else in another of them."""
    texts = _all_texts(ids, languages).order_by(StoryText.language != language)
    rows: dict[int, AnyRow] = {}
    for row in db.session.execute(texts):
        rows.setdefault(row.id, row)
    names = get_facet_index().names
    return [_story_item(rows[it], names, language, frozenset()) for it in ids if it in rows]


def _indexed_texts(ids: Iterable[int], languages: Sequence[str]) -> AnySelect:
    indexed = (
        (SearchDocument.content_type == Story.__tablename__)
        & (SearchDocument.object_id == Story.id)
        & (SearchDocument.language == StoryText.language)
    )
    return _all_texts(ids, languages).add_columns(SearchDocument.text).join(SearchDocument, indexed)


def _all_texts(ids: Iterable[int], languages: Sequence[str]) -> AnySelect:
    columns = (Story.id, Story.slug, Story.format, Story.published_on, Story.part)
    return (
        select(*columns, Project.slug.label("project"), Series.slug.label("series"))
        .add_columns(StoryText.language, StoryText.title, StoryText.summary)
        .join(StoryText, (StoryText.story_id == Story.id) & (StoryText.state == State.LIVE))
        .outerjoin(Project, Project.id == Story.project_id)
        .outerjoin(Series, Series.id == Story.series_id)
        .where(StoryText.story_id.in_(ids), StoryText.language.in_(languages))
    )


def _story_item(row: AnyRow, names: Names, language: str, stems: frozenset[str]) -> StoryItem:
    owner = names["series"].get(row.series) or names["project"].get(row.project) or {}
    return StoryItem(
        slug=row.slug,
        language=row.language,
        title=row.title,
        summary=row.summary,
        published_on=row.published_on,
        format=row.format,
        belongs_to=owner.get(language, ""),
        part=row.part,
        snippet=snippet(row, stems) if stems else (),
    )


def get_other_results(results: SearchResults, languages: Sequence[str]) -> list[OtherResult]:
    """The objects of other content types that match the query, at most MAX_OTHER_RESULTS."""
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
            .limit(MAX_OTHER_RESULTS)
        )
        others += [OtherResult(content_type, row[0], row.title, row.language) for row in rows]
    return others[:MAX_OTHER_RESULTS]
