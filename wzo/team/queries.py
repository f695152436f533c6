"""What is read of the team."""

from collections.abc import Sequence

from sqlalchemy import select

from wzo.extensions import AnyRow, db
from wzo.team.models import Member, MemberText


def get_members(language: str) -> Sequence[AnyRow]:
    """The people of the project, in their order."""
    return db.session.execute(
        select(Member.slug, MemberText.name, MemberText.role, MemberText.about)
        .join(MemberText, MemberText.member_id == Member.id)
        .where(MemberText.language == language)
        .order_by(Member.position)
    ).all()
