"""Reads of the team."""

from collections.abc import Sequence

from sqlalchemy import Table, and_, select

from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, AnySelect, db
from wzo.media.models import Picture
from wzo.team.models import Member, MemberText, project_members, story_members


@cached_until_content_changes
def get_members(language: str) -> Sequence[AnyRow]:
    """The members of the team, in their order; `portrait` is the key of a picture, None if there is none."""
    return db.session.execute(
        select(
            Member.slug,
            Member.portrait_colour,
            MemberText.name,
            MemberText.role,
            MemberText.about,
            Picture.key.label("portrait"),
        )
        .join(MemberText, MemberText.member_id == Member.id)
        .outerjoin(Picture, and_(Picture.key == Member.portrait, Picture.deleted_at.is_(None)))
        .where(MemberText.language == language)
        .order_by(Member.position)
    ).all()


@cached_until_content_changes
def get_people(language: str, *, project_id: int | None = None, story_id: int | None = None) -> Sequence[AnyRow]:
    """The members of the team who worked on a project or a story, in their order: slug, name."""
    table, owner = (project_members, project_id) if project_id is not None else (story_members, story_id)
    return db.session.execute(_people(table, language).where(table.primary_key.columns[0] == owner)).all()


def get_people_by_story(language: str, story_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    """The members of the team who worked on several stories, by story id; stories without any are left out."""
    people: dict[int, list[AnyRow]] = {}
    statement = _people(story_members, language).add_columns(story_members.c.story_id)
    for row in db.session.execute(statement.where(story_members.c.story_id.in_(story_ids))):
        people.setdefault(row.story_id, []).append(row)
    return people


def _people(table: Table, language: str) -> AnySelect:
    return (
        select(Member.slug, MemberText.name)
        .join(MemberText, MemberText.member_id == Member.id)
        .join(table, table.c.member_id == Member.id)
        .where(MemberText.language == language)
        .order_by(Member.position)
    )
