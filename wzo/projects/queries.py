"""What is read of projects and themes."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select

from wzo.extensions import AnyRow, AnySelect, db
from wzo.projects.models import (
    Fact,
    FactText,
    Project,
    ProjectText,
    Theme,
    ThemeText,
    project_themes,
)
from wzo.publication import State


def get_projects(language: str) -> Sequence[AnyRow]:
    """The live projects in their order, as they are shown by their pictures."""
    return db.session.execute(_cards(language)).all()


def get_projects_of_theme(theme_id: int, language: str) -> Sequence[AnyRow]:
    """The live projects of a theme, in their order."""
    return db.session.execute(
        _cards(language)
        .join(project_themes, project_themes.c.project_id == Project.id)
        .where(project_themes.c.theme_id == theme_id)
    ).all()


def get_project_or_404(slug: str, language: str) -> AnyRow:
    """A live project with its whole text. One that was taken down answers 410."""
    row = db.session.execute(
        _cards(language)
        .add_columns(
            ProjectText.body,
            ProjectText.content_notice,
            ProjectText.credits,
            ProjectText.original_url,
            ProjectText.original_language,
            ProjectText.original_label,
        )
        .where(Project.slug == slug)
    ).first()
    return row or abort(410 if _withdrawn(slug, language) else 404)


def get_facts(language: str, *, project_id: int | None = None, story_id: int | None = None) -> Sequence[AnyRow]:
    """The facts and figures of a project or of a story, each with its date and source."""
    owner = Fact.project_id == project_id if project_id is not None else Fact.story_id == story_id
    return db.session.execute(
        select(Fact.as_of, FactText.figure, FactText.text, FactText.source)
        .join(FactText, FactText.fact_id == Fact.id)
        .where(owner, FactText.language == language)
        .order_by(Fact.position)
    ).all()


def get_facts_by_story(language: str, story_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    """The facts and figures of several stories, for each that has any, by its id."""
    rows = db.session.execute(
        select(Fact.story_id, Fact.as_of, FactText.figure, FactText.text, FactText.source)
        .join(FactText, FactText.fact_id == Fact.id)
        .where(Fact.story_id.in_(story_ids), FactText.language == language)
        .order_by(Fact.position)
    ).all()
    facts: dict[int, list[AnyRow]] = {}
    for row in rows:
        facts.setdefault(row.story_id, []).append(row)
    return facts


def get_cover(project_id: int, language: str) -> AnyRow | None:
    """The cover of a live project, with its title and the words that describe it."""
    return db.session.execute(_cards(language).where(Project.id == project_id)).first()


def get_themes(language: str) -> Sequence[AnyRow]:
    """The live themes in their order."""
    return db.session.execute(_themes(language)).all()


def get_theme_or_404(slug: str, language: str) -> AnyRow:
    """A live theme."""
    return db.session.execute(_themes(language).where(Theme.slug == slug)).first() or abort(404)


def _cards(language: str) -> AnySelect:
    return (
        select(
            Project.id,
            Project.slug,
            Project.cover,
            Project.home_section,
            Project.published,
            ProjectText.title,
            ProjectText.summary,
            ProjectText.kicker,
            ProjectText.cover_alt,
        )
        .join(ProjectText, ProjectText.project_id == Project.id)
        .where(ProjectText.language == language, ProjectText.state == State.LIVE)
        .order_by(Project.position)
    )


def _themes(language: str) -> AnySelect:
    return (
        select(Theme.id, Theme.slug, ThemeText.title, ThemeText.summary, ThemeText.body)
        .join(ThemeText, ThemeText.theme_id == Theme.id)
        .where(ThemeText.language == language, ThemeText.state == State.LIVE)
        .order_by(Theme.position)
    )


def _withdrawn(slug: str, language: str) -> bool:
    state = db.session.scalar(
        select(ProjectText.state)
        .join(Project, Project.id == ProjectText.project_id)
        .where(Project.slug == slug, ProjectText.language == language)
    )
    return state == State.WITHDRAWN
