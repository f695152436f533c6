"""Queries for the team."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import abort
from sqlalchemy import Table, and_, select

from wzo.cms.fields import AUTHOR_ROLES
from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, AnySelect, db
from wzo.media.models import Picture
from wzo.projects.models import Project, ProjectText
from wzo.publication import State, raise_if_slug_changed
from wzo.stories.models import Story, StoryText
from wzo.team.models import Member, MemberText, project_members, story_members

# Of more stories than these, a member's page shows the newest.
STORY_LIMIT = 60


class Work(NamedTuple):
    """The works of a member: rows with `slug`, `title` and `roles`."""

    projects: Sequence[AnyRow]
    stories: Sequence[AnyRow]


@cached_until_content_changes
def get_members(language: str) -> Sequence[AnyRow]:
    """The members of the team, in their order; `portrait` is the key of a picture, None if there is none."""
    return db.session.execute(_members(language)).all()


@cached_until_content_changes
def get_member_or_404(slug: str, language: str) -> tuple[AnyRow, list[str]]:
    """A member of the team, and the languages in which they are on the site; 404 if this is not one of them.

    Raises SlugChanged if the member has another slug now.
    """
    member = db.session.execute(_members(language).where(Member.slug == slug)).first()
    if member is None:
        raise_if_slug_changed(Member, slug)
        abort(404)
    languages = select(MemberText.language).where(MemberText.member_id == member.id).order_by(MemberText.language)
    return member, [*db.session.scalars(languages)]


@cached_until_content_changes
def get_work(member_id: int, language: str) -> Work:
    """The live projects and stories that a member worked on: projects in their order, the newest stories first."""
    projects = (
        select(Project.slug, ProjectText.title, project_members.c.roles)
        .join(ProjectText, ProjectText.project_id == Project.id)
        .join(project_members, project_members.c.project_id == Project.id)
        .where(project_members.c.member_id == member_id)
        .where(ProjectText.language == language, ProjectText.state == State.LIVE)
        .order_by(Project.position)
    )
    stories = (
        select(Story.slug, StoryText.title, story_members.c.roles)
        .join(StoryText, StoryText.story_id == Story.id)
        .join(story_members, story_members.c.story_id == Story.id)
        .where(story_members.c.member_id == member_id)
        .where(StoryText.language == language, StoryText.state == State.LIVE)
        .order_by(StoryText.first_published_at.desc(), Story.id.desc())
        .limit(STORY_LIMIT)
    )
    return Work(db.session.execute(projects).all(), db.session.execute(stories).all())


@cached_until_content_changes
def get_people(language: str, *, project_id: int | None = None, story_id: int | None = None) -> Sequence[AnyRow]:
    """The members of the team who worked on a project or a story, in their order: slug, name, roles."""
    table, owner = (project_members, project_id) if project_id is not None else (story_members, story_id)
    return db.session.execute(_people(table, language).where(table.primary_key.columns[0] == owner)).all()


def get_people_by_story(language: str, story_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    """The members of the team who worked on several stories, by story id; stories without any are left out."""
    people: dict[int, list[AnyRow]] = {}
    statement = _people(story_members, language).add_columns(story_members.c.story_id)
    for row in db.session.execute(statement.where(story_members.c.story_id.in_(story_ids))):
        people.setdefault(row.story_id, []).append(row)
    return people


def authors(people: Sequence[AnyRow]) -> list[AnyRow]:
    """Those of the people who worked on something who are its authors: they wrote or recorded it."""
    return [person for person in people if not AUTHOR_ROLES.keys().isdisjoint(person.roles.split())]


def _members(language: str) -> AnySelect:
    return (
        select(
            Member.id,
            Member.slug,
            Member.portrait_colour,
            MemberText.name,
            MemberText.role,
            MemberText.about,
            MemberText.contact,
            Picture.key.label("portrait"),
            Picture.focus_x,
            Picture.focus_y,
        )
        .join(MemberText, MemberText.member_id == Member.id)
        .outerjoin(Picture, and_(Picture.key == Member.portrait, Picture.deleted_at.is_(None)))
        .where(MemberText.language == language)
        .order_by(Member.position)
    )


def _people(table: Table, language: str) -> AnySelect:
    return (
        select(Member.slug, MemberText.name, table.c.roles)
        .join(MemberText, MemberText.member_id == Member.id)
        .join(table, table.c.member_id == Member.id)
        .where(MemberText.language == language)
        .order_by(Member.position)
    )
