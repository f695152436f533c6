"""Search over everything that is edited, drafts too: by the same stems as the readers' search."""

import json

from sqlalchemy import or_, select

from wzo.admin.editing import queries
from wzo.admin.editing.kinds import KINDS, Kind
from wzo.admin.editing.models import SHARED, Edition, Revision
from wzo.admin.editing.queries import Item
from wzo.extensions import db
from wzo.search.models import SearchDocument
from wzo.search.queries import find_documents
from wzo.search.words import IRREGULAR, Term, read_question, stem_of_text, words_of

# The kinds whose live texts the readers' search has indexed, and by which column it names them.
INDEXED = {"stories": "story_id", "projects": "project_id", "series": "series_id"}
# Of each kind so many are shown; of drafts the newest are looked through.
MOST = 30
MOST_DRAFTS = 2_000
# Stems that do not begin as their words do: of people, children.
UNLIKE = frozenset(IRREGULAR.values())


def find_everywhere(question: str) -> list[tuple[Kind, list[Item]]]:
    """The things in which all the words stand, in either language, by kind; the most of each kind is MOST."""
    terms = read_question(question)
    if not terms:
        return []
    found = {key: set[int]() for key in KINDS}
    _add_live(terms, found)
    _add_drafts(terms, found)
    for kind in KINDS.values():
        if kind.key not in INDEXED:
            _add_small(kind, terms, found)
    return [
        (KINDS[key], queries.get_items(KINDS[key], ids=sorted(ids, reverse=True)[:MOST], limit=MOST))
        for key, ids in found.items()
        if ids
    ]


def _add_live(terms: list[Term], found: dict[str, set[int]]) -> None:
    hits = find_documents(terms)
    of_term = [{one for (asked, _), ids in hits.items() if asked == term for one in ids} for term in terms]
    both = set.intersection(*of_term)
    columns = [getattr(SearchDocument, column) for column in INDEXED.values()]
    for row in db.session.execute(select(*columns).where(SearchDocument.id.in_(sorted(both)[:MOST_DRAFTS]))):
        for key, thing_id in zip(INDEXED, row, strict=True):
            if thing_id is not None:
                found[key].add(thing_id)


def _add_drafts(terms: list[Term], found: dict[str, set[int]]) -> None:
    drafts = db.session.execute(
        select(Edition.kind, Edition.thing_id, Revision.fields)
        .join(Revision, Revision.id == Edition.head_id)
        .where(Edition.part != SHARED, or_(Edition.live_id.is_(None), Edition.live_id != Edition.head_id))
        .order_by(Edition.head_id.desc())
        .limit(MOST_DRAFTS)
    )
    for key, thing_id, fields in drafts:
        if key in found and _holds(" ".join(json.loads(fields).values()), terms):
            found[key].add(thing_id)


def _add_small(kind: Kind, terms: list[Term], found: dict[str, set[int]]) -> None:
    """The kinds of which there are few are read whole."""
    columns = [getattr(kind.text, field.name) for field in kind.words if field.has_column]
    for thing_id, *words in db.session.execute(select(getattr(kind.text, kind.owner), *columns)):
        if _holds(" ".join(filter(None, words)), terms):
            found[kind.key].add(thing_id)


def _holds(text: str, terms: list[Term]) -> bool:
    # Finding the stems of all words takes long; most texts lack even the first letters of what is asked for.
    plain = text.casefold().replace("ё", "е")
    if not all(stem[:3] in plain or stem in UNLIKE for term in terms for stem in term.stems):
        return False
    stems = [stem_of_text(word) for word in words_of(text)]
    row = f" {' '.join(stems)} "
    return all(f" {' '.join(term.stems)} " in row for term in terms)
