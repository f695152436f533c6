"""The results of a search besides stories: objects of other content types, under their headings."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from flask_babel import gettext
from sqlalchemy import and_, bindparam, inspect, or_, select
from sqlalchemy.orm import Bundle

from wzo.cms.content_types import ContentType, registry
from wzo.extensions import AnySelect, db
from wzo.i18n import LANGUAGES
from wzo.search.models import SearchDocument
from wzo.search.queries import COLUMNS
from wzo.stories.search_results import SearchResults
from wzo.stories.snippets import Segments, snippet

# Of each content type.
MAX_RESULTS = 8
TEXT = COLUMNS.index("text")


class OtherResult(NamedTuple):
    """An object that matches the query.

    `column`: the fields that contain all terms: 0 the title, 1 title and summary, 2 title, summary and text.
    `snippet`: the sentence that matches, empty if title or summary do.
    """

    content_type: ContentType
    obj: Any
    title: str
    summary: str
    language: str
    column: int
    snippet: Segments

    @property
    def path(self) -> str:
        """The path of its page."""
        return self.content_type.path_of(self.obj, self.language)


class ResultGroup(NamedTuple):
    """Results under one heading; `others` is empty for the stories, which have a list of their own."""

    heading: str
    number: int
    others: list[OtherResult]


def group_results(others: Sequence[OtherResult], stories: int, stories_column: int) -> list[ResultGroup]:
    """The results of a search under their headings, those first that match in the title.

    `stories`: how many stories match, the best of them in `stories_column`.
    """
    groups: dict[str, list[OtherResult]] = {}
    for other in others:
        heading = other.content_type.results_heading or other.content_type.plural
        groups.setdefault(str(heading), []).append(other)
    ranked = [
        (min(it.column for it in results), ResultGroup(heading, len(results), results))
        for heading, results in groups.items()
    ]
    if stories:
        ranked.insert(0, (stories_column, ResultGroup(str(gettext("Stories")), stories, [])))
    return [group for _, group in sorted(ranked, key=lambda it: it[0])]


def get_other_results(results: SearchResults, language: str, languages: Sequence[str]) -> list[OtherResult]:
    """The objects that match the query, for a reader of a language who has chosen some languages.

    In the order of the registry; of each content type those that match in the title come first.
    """
    found = results.others(languages)
    owners = results.facet_index.documents
    best: dict[str, dict[int, tuple[int, bool, int]]] = {}
    for document, column in found.items():
        document_language, owner = owners[document]
        if isinstance(owner, tuple):
            key, object_id = owner
            of_type = best.setdefault(key, {})
            rank = (column, document_language != language, document)
            of_type[object_id] = min(rank, of_type.get(object_id, rank))
    return [
        result
        for key, content_type in registry.items()
        if key in best
        for result in _read(content_type, sorted(best[key].values())[:MAX_RESULTS], results.stems)
    ]


def _read(
    content_type: ContentType, ranks: Sequence[tuple[int, bool, int]], stems: frozenset[str]
) -> list[OtherResult]:
    columns = {document: column for column, _, document in ranks}
    rows = db.session.execute(_documents(content_type), {"documents": list(columns)})
    return [
        OtherResult(
            content_type,
            row.obj,
            row.title,
            row.summary,
            row.language,
            columns[row.id],
            snippet(row.text, stems) if columns[row.id] == TEXT else (),
        )
        for row in sorted(rows, key=lambda row: columns[row.id])
    ]


# A statement that is built once is compiled once.
@cache
def _documents(content_type: ContentType) -> AnySelect:
    """The objects of a content type with those of the bound `documents` that readers may see."""
    model = content_type.model
    obj: Bundle[Any] = Bundle("obj", *inspect(model).column_attrs)
    shown = (SearchDocument.id, SearchDocument.title, SearchDocument.summary, SearchDocument.text)
    shown_in = [and_(SearchDocument.language == code, content_type.shown_condition(code)) for code in LANGUAGES]
    return (
        select(obj, *shown, SearchDocument.language)
        .join(SearchDocument, SearchDocument.object_id == model.id)
        .where(SearchDocument.id.in_(bindparam("documents", expanding=True)), or_(*shown_in))
        .order_by(model.position if content_type.has_order else model.id)
    )
