"""The bin: objects are moved to it, restored from it or, after 30 days, deleted permanently."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select

from wzo.audit import record
from wzo.clock import now
from wzo.cms import live_fields
from wzo.cms.content_types import ContentType, registry
from wzo.cms.fields import Field
from wzo.cms.models import ContentItem, DraftLink, DraftState, Revision
from wzo.cms.publishing import unpublish_draft
from wzo.cms.queries import get_draft
from wzo.cms.revisions import DoesNotExist, lock, start_history
from wzo.content_version import bump_content_version
from wzo.extensions import db, write_transaction
from wzo.files.reference_index import file_uses
from wzo.i18n import LANGUAGES
from wzo.media.reference_index import picture_uses
from wzo.publication import Redirect
from wzo.transaction_retries import retry_transaction

# Retention of objects in the bin, and of every save of an edit session.
TRASH_RETENTION = timedelta(days=30)
SAVE_RETENTION = timedelta(days=2)
BATCH = 500


class InUse(Exception):
    """It cannot be deleted: the design requires it, or it is a petition with signatures."""


class NotAllowed(Exception):
    """Only publishers may do this: it is public, or soon will be."""


@retry_transaction
def move_to_trash(*, content_type: ContentType, object_id: int, author_id: int, may_publish: bool) -> None:
    """Unpublish an object and move it to the bin, from which it can be restored for 30 days.

    Raises InUse, NotAllowed.
    """
    with write_transaction():
        item = lock(content_type, object_id)
        start_history(content_type, object_id)
        draft = get_draft(content_type, object_id)
        if content_type.singleton or not content_type.can_be_deleted(object_id):
            raise InUse
        is_scheduled = any(state.go_live_at for state in draft.states.values())
        if not may_publish and (is_scheduled or live_fields.get_live_languages(content_type, object_id)):
            raise NotAllowed
        item.languages_live_at_deletion = " ".join(unpublish_draft(draft, list(LANGUAGES)))
        item.deleted_at, item.deleted_by = now(), author_id
        record(action="move-to-trash", object_type=content_type.key, object_id=object_id)


@retry_transaction
def restore(*, content_type: ContentType, object_id: int) -> list[str]:
    """Restore an object from the bin, as a draft; returns the languages in which it was live before."""
    with write_transaction():
        item = lock(content_type, object_id, in_trash=True)
        languages = item.languages_live_at_deletion.split()
        item.deleted_at = item.deleted_by = None
        item.languages_live_at_deletion = ""
        record(action="restore", object_type=content_type.key, object_id=object_id)
    return languages


def prune() -> None:
    """Delete objects that have been in the bin for 30 days, and all but the last save of old edit sessions."""
    expired = ContentItem.deleted_at < now() - TRASH_RETENTION
    for key, object_id in db.session.execute(
        select(ContentItem.content_type, ContentItem.object_id).where(expired)
    ).all():
        _delete_if_expired(registry[key], object_id)
    _prune_saves()
    _prune_links()


@retry_transaction
def _delete_if_expired(content_type: ContentType, object_id: int) -> None:
    with write_transaction():
        try:
            item = lock(content_type, object_id, in_trash=True)
        except DoesNotExist:
            return
        if (item.deleted_at or now()) < now() - TRASH_RETENTION:
            _delete(content_type, object_id)


@retry_transaction
def _prune_links() -> None:
    with write_transaction():
        db.session.execute(delete(DraftLink).where(DraftLink.expires_at < now() - TRASH_RETENTION))


def _prune_saves() -> None:
    """Delete saves in batches, so that other transactions do not wait long."""
    last = select(func.max(Revision.id)).group_by(
        Revision.content_type,
        Revision.object_id,
        Revision.locale,
        Revision.edit_session,
        Revision.author_id,
        Revision.conflicting,
    )
    expired = select(Revision.id).where(
        Revision.saved_at < now() - SAVE_RETENTION, Revision.name == "", Revision.id.not_in(last)
    )
    for column in (
        DraftState.latest_revision_id,
        DraftState.live_revision_id,
        DraftState.source_revision_id,
        DraftState.scheduled_revision_id,
    ):
        expired = expired.where(Revision.id.not_in(select(column).where(column.is_not(None))))
    ids = list(db.session.scalars(expired))
    for start in range(0, len(ids), BATCH):
        _delete_revisions(ids[start : start + BATCH])


@retry_transaction
def _delete_revisions(ids: Sequence[int]) -> None:
    with write_transaction():
        db.session.execute(delete(Revision).where(Revision.id.in_(ids)))


def _delete(content_type: ContentType, object_id: int) -> None:
    """Delete an object with its drafts, history, links and redirects, and clear the references to it."""
    bump_content_version()
    for other in registry.values():
        for field in other.shared_fields:
            if field.to == content_type.key and field.table is None:
                _detach(other, field, object_id)
    for uses in (picture_uses, file_uses):
        uses.delete(content_type=content_type.key, object_id=object_id)
    for model in (DraftState, Revision, DraftLink, Redirect, ContentItem):
        db.session.execute(delete(model).where(model.content_type == content_type.key, model.object_id == object_id))
    if (obj := live_fields.get_object(content_type, object_id)) is not None:
        db.session.delete(obj)
    record(action="erase", object_type=content_type.key, object_id=object_id)


def _detach(content_type: ContentType, field: Field, object_id: int) -> None:
    """Delete the objects that require the one that is being deleted; clear the reference in the others."""
    model = content_type.model
    for obj in db.session.scalars(select(model).where(getattr(model, field.name) == object_id)).all():
        if field.required:
            _delete(content_type, obj.id)
        else:
            for name in (field.name, *field.clears):
                setattr(obj, name, None)
