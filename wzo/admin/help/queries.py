"""What the tour reads."""

from sqlalchemy import exists, select

from wzo.admin.editing.models import Edition, Piece
from wzo.extensions import db


def get_story_to_go_on_with(editor_id: int) -> int | None:
    """The newest story that an editor has begun and that was never live."""
    once_live = exists().where(
        Edition.kind == Piece.kind, Edition.thing_id == Piece.thing_id, Edition.live_id.is_not(None)
    )
    return db.session.scalar(
        select(Piece.thing_id)
        .where(Piece.kind == "stories", Piece.made_by == editor_id, Piece.deleted_at.is_(None), ~once_live)
        .order_by(Piece.thing_id.desc())
        .limit(1)
    )
