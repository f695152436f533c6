"""Queries for timelines: all of them, one with its entries, and those that a page shows."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import ColumnElement, func, literal, select, union_all

from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, AnySelect, db
from wzo.projects.models import Project, ProjectText
from wzo.publication import State, get_live_languages_or_404
from wzo.stories.models import Story, StoryText
from wzo.timelines.models import Timeline, TimelineText, project_timelines, story_timelines


@cached_until_content_changes
def get_timelines(language: str, *, project_id: int | None = None, story_id: int | None = None) -> Sequence[AnyRow]:
    """The live timelines in their order: those of a project or of a story, or all."""
    query = _timelines(language)
    if project_id is not None or story_id is not None:
        table, owner = (project_timelines, project_id) if project_id is not None else (story_timelines, story_id)
        query = query.join(table, table.c.timeline_id == Timeline.id).where(table.primary_key.columns[0] == owner)
    return db.session.execute(query).all()


def get_timelines_by_story(language: str, story_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    """The live timelines of several stories, by story id; stories without any are left out."""
    timelines: dict[int, list[AnyRow]] = {}
    for row in db.session.execute(
        _timelines(language)
        .add_columns(story_timelines.c.story_id)
        .join(story_timelines, story_timelines.c.timeline_id == Timeline.id)
        .where(story_timelines.c.story_id.in_(story_ids))
    ):
        timelines.setdefault(row.story_id, []).append(row)
    return timelines


@cached_until_content_changes
def get_timeline_or_404(slug: str, language: str) -> tuple[AnyRow, list[str]]:
    """A live timeline, and the languages in which it is live; see get_live_languages_or_404."""
    languages = get_live_languages_or_404(Timeline, TimelineText, TimelineText.timeline_id, slug, language)
    timeline = db.session.execute(_timelines(language).where(Timeline.slug == slug)).first()
    return timeline or abort(410), languages


@cached_until_content_changes
def get_uses(timeline_id: int, language: str) -> Sequence[AnyRow]:
    """The live projects and stories that show a timeline, each with its `endpoint`, slug and title."""
    projects = (
        select(literal("projects.show").label("endpoint"), Project.slug, ProjectText.title)
        .join(ProjectText, ProjectText.project_id == Project.id)
        .join(project_timelines, project_timelines.c.project_id == Project.id)
        .where(project_timelines.c.timeline_id == timeline_id)
        .where(ProjectText.language == language, ProjectText.state == State.LIVE)
    )
    stories = (
        select(literal("stories.show"), Story.slug, StoryText.title)
        .join(StoryText, StoryText.story_id == Story.id)
        .join(story_timelines, story_timelines.c.story_id == Story.id)
        .where(story_timelines.c.timeline_id == timeline_id)
        .where(StoryText.language == language, StoryText.state == State.LIVE)
    )
    return db.session.execute(union_all(projects, stories).order_by("endpoint", "slug")).all()


def get_page_changes() -> Sequence[AnyRow]:
    """For the sitemap: the languages in which there are timelines, and when one last changed."""
    return db.session.execute(
        select(TimelineText.language, func.max(TimelineText.changed_at).label("changed_at"))
        .where(_is_live())
        .group_by(TimelineText.language)
        .order_by(TimelineText.language)
    ).all()


def _is_live() -> ColumnElement[bool]:
    return TimelineText.state == State.LIVE


def _timelines(language: str) -> AnySelect:
    return (
        select(
            Timeline.id,
            Timeline.slug,
            TimelineText.title,
            TimelineText.summary,
            TimelineText.body,
            TimelineText.content_notice,
            TimelineText.changed_at,
        )
        .join(TimelineText, TimelineText.timeline_id == Timeline.id)
        .where(TimelineText.language == language, _is_live())
        .order_by(Timeline.position, Timeline.id)
    )
