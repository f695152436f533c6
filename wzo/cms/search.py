"""Search over everything that editors edit, drafts included, with the stemming of the readers' search."""

import json

from sqlalchemy import or_, select

from wzo.cms.content_types import ContentType, registry
from wzo.cms.lists import ListItem, get_items
from wzo.cms.models import SHARED, DraftState, Revision
from wzo.extensions import db
from wzo.search.analysis import Term, beginning, cached_stem, fold_for_beginnings, parse_query, tokenize
from wzo.search.models import SearchDocument
from wzo.search.queries import find_documents

# The number of results shown of each content type, and of the latest drafts that are searched.
MAX_RESULTS = 30
MAX_DRAFTS = 2_000


def search(query: str) -> list[tuple[ContentType, list[ListItem]]]:
    """The objects that contain all the words of a query, in any language, by content type."""
    terms = parse_query(query)
    if not terms:
        return []
    found = {key: set[int]() for key in registry}
    for key, object_id in [*_search_index(terms), *_search_drafts(terms), *_search_texts(terms)]:
        if key in found:
            found[key].add(object_id)
    return [
        (registry[key], get_items(registry[key], ids=sorted(ids, reverse=True)[:MAX_RESULTS], limit=MAX_RESULTS))
        for key, ids in found.items()
        if ids
    ]


def _search_index(terms: list[Term]) -> list[tuple[str, int]]:
    """Live texts that the readers' search has indexed."""
    hits = find_documents(terms)
    by_term = [{one for (term, _), ids in hits.items() if term == wanted for one in ids} for wanted in terms]
    ids = sorted(set.intersection(*by_term))[:MAX_DRAFTS]
    rows = db.session.execute(
        select(SearchDocument.content_type, SearchDocument.object_id).where(SearchDocument.id.in_(ids))
    )
    return [(row.content_type, row.object_id) for row in rows]


def _search_drafts(terms: list[Term]) -> list[tuple[str, int]]:
    """Drafts that differ from the live text."""
    drafts = db.session.execute(
        select(DraftState.content_type, DraftState.object_id, Revision.fields)
        .join(Revision, Revision.id == DraftState.latest_revision_id)
        .where(
            DraftState.locale != SHARED,
            or_(
                DraftState.live_revision_id.is_(None),
                DraftState.live_revision_id != DraftState.latest_revision_id,
            ),
        )
        .order_by(DraftState.latest_revision_id.desc())
        .limit(MAX_DRAFTS)
    )
    return [(key, one) for key, one, fields in drafts if _contains(" ".join(json.loads(fields).values()), terms)]


def _search_texts(terms: list[Term]) -> list[tuple[str, int]]:
    """Texts of content types that are not indexed, or not all; there are few of each, so all are read."""
    found = []
    for content_type in registry.values():
        if content_type.searchable and not content_type.fixed_endpoints:
            continue
        columns = [getattr(content_type.text, it.name) for it in content_type.translated_fields if it.stored]
        for object_id, *values in db.session.execute(select(content_type.owner_column, *columns)):
            if _contains(" ".join(filter(None, values)), terms):
                found.append((content_type.key, object_id))
    return found


def _contains(text: str, terms: list[Term]) -> bool:
    # Stemming a whole text is slow; most texts lack even the first letters of the terms.
    plain = fold_for_beginnings(text)
    if not all(beginning(stem) in plain for term in terms for stem in term.stems):
        return False
    stems = f" {' '.join(cached_stem(word) for word in tokenize(text))} "
    return all(f" {' '.join(term.stems)} " in stems for term in terms)
