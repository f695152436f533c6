"""Notices every change of the content and updates the search index before the commit.

Changes to ORM objects and DELETE statements are noticed by themselves; code that writes in other ways calls `reindex`.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import ORMExecuteState, Session

from wzo.cms.content_types import registry
from wzo.cms.indexing import reindex, searchable_types, unindex
from wzo.content_version import HAS_BUMPED_VERSION, PENDING_INDEX_UPDATES, bump_content_version
from wzo.extensions import db
from wzo.files.models import File, FileText
from wzo.media.models import Picture
from wzo.search.models import SearchDocument

# PENDING_INDEX_UPDATES: ids by content type key, and under this key the models of DELETE statements.
DELETED = "deleted"


def _content_models() -> tuple[type[Any], ...]:
    """The live tables, the pictures and the files that they show: a change in any is a change of the content."""
    return _models_of(*registry)


@cache
def _models_of(*keys: str) -> tuple[type[Any], ...]:
    tables = [model for key in keys for model in (registry[key].model, registry[key].text)]
    return (*tables, Picture, File, FileText)


def _note(session: Session, objects: Iterable[object]) -> None:
    changed: dict[str, set[Any]] = session.info.setdefault(PENDING_INDEX_UPDATES, {})
    for obj in objects:
        for content_type in searchable_types():
            if isinstance(obj, content_type.text):
                changed.setdefault(content_type.key, set()).add(getattr(obj, content_type.foreign_key))


def _begin_change(session: Session) -> None:
    """Lock the content version before the first row of the content, the order in every change of content."""
    if not session.info.get(HAS_BUMPED_VERSION):
        bump_content_version()


def _before_flush(session: Session, context: object, instances: object) -> None:
    models = _content_models()
    if any(isinstance(obj, models) for obj in (*session.new, *session.dirty, *session.deleted)):
        _begin_change(session)
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
    _begin_change(state.session)
    _note(state.session, ())
    if state.is_delete:
        state.session.info[PENDING_INDEX_UPDATES].setdefault(DELETED, set()).add(mapper.class_)


def _before_commit(session: Session) -> None:
    session.flush()
    changed: dict[str, set[Any]] | None = session.info.pop(PENDING_INDEX_UPDATES, None)
    if changed is not None:
        _unindex_deleted(changed.pop(DELETED, set()))
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
    session.info.pop(PENDING_INDEX_UPDATES, None)


event.listen(db.session, "before_flush", _before_flush)
event.listen(db.session, "after_flush", _after_flush)
event.listen(db.session, "do_orm_execute", _on_statement)
# Before the audit log appends its entries (wzo/audit.py), which comes last.
event.listen(db.session, "before_commit", _before_commit, insert=True)
event.listen(db.session, "after_rollback", _after_rollback)
