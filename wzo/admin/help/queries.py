"""Reads for the tour."""

from sqlalchemy import exists, select

from wzo.cms.content_types import primary_type
from wzo.cms.models import ContentItem, DraftState
from wzo.extensions import db


def get_unpublished_story(editor_id: int) -> int | None:
    """The id of the latest story that an editor has created and that was never live."""
    once_live = exists().where(
        DraftState.content_type == ContentItem.content_type,
        DraftState.object_id == ContentItem.object_id,
        DraftState.live_revision_id.is_not(None),
    )
    return db.session.scalar(
        select(ContentItem.object_id)
        .where(
            ContentItem.content_type == primary_type().key,
            ContentItem.created_by == editor_id,
            ContentItem.deleted_at.is_(None),
            ~once_live,
        )
        .order_by(ContentItem.object_id.desc())
        .limit(1)
    )
