"""Notices every change of the content and updates the search index before the commit.

Changes to ORM objects and DELETE statements are noticed by themselves; code that writes in other ways calls `reindex`.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event, select, update
from sqlalchemy.orm import ORMExecuteState, Session

from wzo.clock import now
from wzo.cms.content_types import registry
from wzo.cms.indexing import reindex, searchable_types, unindex
from wzo.content_version import CHANGED, content_changed
from wzo.extensions import db
from wzo.facts.models import Fact, FactText
from wzo.media.models import Picture
from wzo.search.models import SearchDocument

# What a session stores under CHANGED has to be done before it commits: ids by content type key, ids of facts, and the
# models that a DELETE statement was about.
FACTS = "facts"
DELETED = "deleted"


def _owners_of_facts(fact_ids: set[int]) -> dict[str, set[int]]:
    """The objects that some facts belong to, by content type; their texts count as changed."""
    facts = db.session.scalars(select(Fact).where(Fact.id.in_(fact_ids))).all()
    owners: dict[str, set[int]] = {}
    for content_type in searchable_types():
        if content_type.has_facts:
            ids = {getattr(fact, content_type.foreign_key) for fact in facts} - {None}
            owners[content_type.key] = ids
            changed = update(content_type.text).where(content_type.owner_column.in_(ids))
            db.session.connection().execute(changed.values(changed_at=now()))
    return owners


def _content_models() -> tuple[type[Any], ...]:
    """The live tables, and the pictures that they show: a change in any of them is a change of the content."""
    tables = [model for content_type in registry.values() for model in (content_type.model, content_type.text)]
    return (*tables, Fact, FactText, Picture)


def _note(session: Session, objects: Iterable[object]) -> None:
    changed: dict[str, set[Any]] = session.info.setdefault(CHANGED, {})
    for obj in objects:
        if isinstance(obj, FactText):
            changed.setdefault(FACTS, set()).add(obj.fact_id)
        for content_type in searchable_types():
            is_part = isinstance(obj, content_type.text) or (content_type.has_facts and isinstance(obj, Fact))
            object_id = getattr(obj, content_type.foreign_key) if is_part else None
            if object_id is not None:
                changed.setdefault(content_type.key, set()).add(object_id)


def _before_flush(session: Session, context: object, instances: object) -> None:
    for obj in session.deleted:
        for content_type in searchable_types():
            if isinstance(obj, content_type.model):
                unindex(content_type, [obj.id])


def _after_flush(session: Session, context: object) -> None:
    models = _content_models()
    objects = [obj for obj in (*session.new, *session.dirty, *session.deleted) if isinstance(obj, models)]
    if objects:
        _note(session, objects)


def _on_statement(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    if state.is_select or mapper is None or not issubclass(mapper.class_, _content_models()):
        return
    _note(state.session, ())
    if state.is_delete:
        state.session.info[CHANGED].setdefault(DELETED, set()).add(mapper.class_)


def _before_commit(session: Session) -> None:
    session.flush()
    changed: dict[str, set[Any]] | None = session.info.pop(CHANGED, None)
    if changed is not None:
        content_changed()
        _unindex_deleted(changed.pop(DELETED, set()))
        for key, ids in _owners_of_facts(changed.pop(FACTS, set())).items():
            changed.setdefault(key, set()).update(ids)
        for key, ids in changed.items():
            if ids:
                reindex(registry[key], ids)


def _unindex_deleted(models: set[Any]) -> None:
    """Remove documents from the index whose objects a DELETE statement has deleted."""
    for content_type in searchable_types():
        if content_type.model in models:
            orphans = select(SearchDocument.object_id).where(
                SearchDocument.content_type == content_type.key,
                SearchDocument.object_id.not_in(select(content_type.model.id)),
            )
            unindex(content_type, db.session.scalars(orphans).all())


def _after_rollback(session: Session) -> None:
    session.info.pop(CHANGED, None)


event.listen(db.session, "before_flush", _before_flush)
event.listen(db.session, "after_flush", _after_flush)
event.listen(db.session, "do_orm_execute", _on_statement)
event.listen(db.session, "before_commit", _before_commit)
event.listen(db.session, "after_rollback", _after_rollback)
