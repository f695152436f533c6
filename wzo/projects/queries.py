"""Queries for projects."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select

from wzo.content_version import cached_until_content_changes
from wzo.covers import cover_columns, join_cover
from wzo.extensions import AnyRow, AnySelect, db
from wzo.link_previews import link_preview_columns
from wzo.media.models import Picture
from wzo.projects.models import Project, ProjectText, project_themes
from wzo.publication import State, get_live_languages_or_404
from wzo.themes.models import Theme
from wzo.themes.queries import select_themes

RELATED_LIMIT = 4


@cached_until_content_changes
def get_projects(language: str) -> Sequence[AnyRow]:
    """The live projects in their order, as cards."""
    return db.session.execute(_cards(language)).all()


@cached_until_content_changes
def get_projects_by_home_section(language: str) -> dict[str, list[AnyRow]]:
    """The live projects as the home page shows them: by section, in their order, as cards."""
    sections: dict[str, list[AnyRow]] = {}
    for project in db.session.execute(_cards(language)):
        sections.setdefault(project.home_section, []).append(project)
    return sections


@cached_until_content_changes
def get_projects_of_theme(theme_id: int, language: str) -> Sequence[AnyRow]:
    """The live projects of a theme, in their order, as cards."""
    return db.session.execute(
        _cards(language)
        .join(project_themes, project_themes.c.project_id == Project.id)
        .where(project_themes.c.theme_id == theme_id)
    ).all()


@cached_until_content_changes
def get_project_or_404(slug: str, language: str) -> tuple[AnyRow, list[str]]:
    """A live project with its full text, and the languages in which it is live; see get_live_languages_or_404."""
    languages = get_live_languages_or_404(Project, ProjectText, ProjectText.project_id, slug, language)
    project = db.session.execute(
        _cards(language)
        .add_columns(
            Project.kind,
            ProjectText.body,
            ProjectText.content_notice,
            ProjectText.credits,
            ProjectText.partners,
            ProjectText.awards,
            ProjectText.particulars,
            ProjectText.transcript,
            ProjectText.first_published_at,
            ProjectText.changed_at,
            *link_preview_columns(Project, ProjectText),
        )
        .where(Project.slug == slug)
    ).first()
    return project or abort(410), languages


@cached_until_content_changes
def get_project_by_id(project_id: int, language: str) -> AnyRow | None:
    """A live project, as a card."""
    return db.session.execute(_cards(language).where(Project.id == project_id)).first()


@cached_until_content_changes
def get_related_projects(project_id: int, language: str) -> Sequence[AnyRow]:
    """The first few other live projects that share a theme with a project, in their order, as cards."""
    own = select(project_themes.c.theme_id).where(project_themes.c.project_id == project_id)
    sharing = select(project_themes.c.project_id).where(project_themes.c.theme_id.in_(own))
    return db.session.execute(
        _cards(language).where(Project.id.in_(sharing), Project.id != project_id).limit(RELATED_LIMIT)
    ).all()


@cached_until_content_changes
def get_themes_of_project(project_id: int, language: str) -> Sequence[AnyRow]:
    """The live themes of a project, in their order."""
    return db.session.execute(
        select_themes(language)
        .join(project_themes, project_themes.c.theme_id == Theme.id)
        .where(project_themes.c.project_id == project_id)
    ).all()


def _cards(language: str) -> AnySelect:
    return (
        select(
            Project.id,
            Project.slug,
            *cover_columns(Project),
            Project.home_section,
            Project.published_on,
            ProjectText.title,
            ProjectText.summary,
            ProjectText.kicker,
            ProjectText.cover_alt,
        )
        .join(ProjectText, ProjectText.project_id == Project.id)
        .outerjoin(Picture, join_cover(Project))
        .where(ProjectText.language == language, ProjectText.state == State.LIVE)
        .order_by(Project.position)
    )
