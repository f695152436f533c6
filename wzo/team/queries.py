"""Reads of the team."""

from collections.abc import Sequence

from sqlalchemy import and_, select

from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, db
from wzo.media.models import Picture
from wzo.team.models import Member, MemberText


@cached_until_content_changes
def get_members(language: str) -> Sequence[AnyRow]:
    """The members of the team, in their order; `portrait` is the key of a picture, None if there is none."""
    return db.session.execute(
        select(Member.slug, MemberText.name, MemberText.role, MemberText.about, Picture.key.label("portrait"))
        .join(MemberText, MemberText.member_id == Member.id)
        .outerjoin(Picture, and_(Picture.key == Member.portrait, Picture.deleted_at.is_(None)))
        .where(MemberText.language == language)
        .order_by(Member.position)
    ).all()
