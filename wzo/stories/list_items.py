"""The items of the list of stories."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select

from wzo.extensions import AnyRow, AnySelect, db
from wzo.projects.models import Project
from wzo.publication import State
from wzo.search.models import SearchDocument
from wzo.stories.facets import FacetIndex, Names, get_facet_index
from wzo.stories.models import Series, Story, StoryText
from wzo.stories.search_results import SearchResults
from wzo.stories.snippets import Segments, snippet

# Built once, so that they are compiled once. Bound are the `ids` of stories, the `languages` that a reader has chosen,
# and the reader's `language`.
_TEXTS: AnySelect = (
    select(Story.id, Story.slug, Story.format, Story.published_on, Story.part)
    .add_columns(Project.slug.label("project"), Series.slug.label("series"))
    .add_columns(StoryText.language, StoryText.title, StoryText.summary)
    .join(StoryText, (StoryText.story_id == Story.id) & (StoryText.state == State.LIVE))
    .outerjoin(Project, Project.id == Story.project_id)
    .outerjoin(Series, Series.id == Story.series_id)
    .where(
        StoryText.story_id.in_(bindparam("ids", expanding=True)),
        StoryText.language.in_(bindparam("languages", expanding=True)),
    )
)
_LISTED = _TEXTS.order_by(StoryText.language != bindparam("language"))
_INDEXED = _TEXTS.add_columns(SearchDocument.text).join(
    SearchDocument,
    (SearchDocument.content_type == Story.__tablename__)
    & (SearchDocument.object_id == Story.id)
    & (SearchDocument.language == StoryText.language),
)


class StoryItem(NamedTuple):
    """A story as the list shows it.

    - `language`: the one in which it is shown.
    - `belongs_to`: the title of its series or project in the reader's language.
    - `snippet`: if title and summary do not contain the query's terms, the sentence that does, in segments; each with
      whether it matches one.
    """

    slug: str
    language: str
    title: str
    summary: str
    published_on: str | None
    format: str
    belongs_to: str
    part: int | None
    snippet: Segments


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
        return _get_listed([facet_index.ids[it] for it in positions], language, languages)
    preferred, names = sorted(languages, key=lambda it: it != language), facet_index.names
    tiers = {it: results.tiers((it,)) for it in preferred}
    shown_in, in_text = {}, set()
    for position in positions:
        story_id = facet_index.ids[position]
        shown_in[story_id] = shown = next((it for it in preferred if tiers[it][-1] >> position & 1), language)
        if not tiers[shown][-2] >> position & 1:
            in_text.add(story_id)
    rows: dict[int, AnyRow] = {}
    for row in db.session.execute(_INDEXED, {"ids": list(shown_in), "languages": preferred}):
        if row.id not in rows or row.language == shown_in[row.id]:
            rows[row.id] = row
    return [
        _story_item(rows[it], names, language, snippet(rows[it].text, results.stems) if it in in_text else ())
        for it in shown_in
        if it in rows
    ]


def _get_listed(ids: Sequence[int], language: str, languages: Sequence[str]) -> list[StoryItem]:
    """The stories with these ids; each in the reader's language if it is one of those, else in another of them."""
    values = {"ids": ids, "languages": languages, "language": language}
    rows: dict[int, AnyRow] = {}
    for row in db.session.execute(_LISTED, values):
        rows.setdefault(row.id, row)
    names = get_facet_index().names
    return [_story_item(rows[it], names, language, ()) for it in ids if it in rows]


def _story_item(row: AnyRow, names: Names, language: str, snippet: Segments) -> StoryItem:
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
        snippet=snippet,
    )
