"""Queries for facts: all of them by theme, and those that a page uses."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, literal, select, union_all

from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, AnySelect, db
from wzo.facts.models import Fact, FactText, fact_themes, project_facts, story_facts
from wzo.projects.models import Project, ProjectText
from wzo.publication import State
from wzo.stories.models import Story, StoryText
from wzo.themes.queries import get_themes


class Group(NamedTuple):
    """The facts of a theme, each once; the last group, without a theme, has those that belong to none."""

    theme: AnyRow | None
    facts: list[AnyRow]


@cached_until_content_changes
def get_facts_by_theme(language: str) -> list[Group]:
    """All live facts, each beneath the first of its themes."""
    themes = get_themes(language)
    places = {theme.id: place for place, theme in enumerate(themes)}
    first: dict[int, int] = {}
    for fact_id, theme_id in db.session.execute(select(fact_themes.c.fact_id, fact_themes.c.theme_id)):
        if theme_id in places:
            first[fact_id] = min(first.get(fact_id, len(places)), places[theme_id])
    groups = [Group(theme, []) for theme in [*themes, None]]
    for fact in db.session.execute(_facts(language)):
        groups[first.get(fact.id, len(themes))].facts.append(fact)
    return [group for group in groups if group.facts]


@cached_until_content_changes
def get_uses(language: str) -> dict[int, list[AnyRow]]:
    """Where each fact is used, by its id: the live projects and stories, each with its `endpoint`, slug and title."""
    uses: dict[int, list[AnyRow]] = {}
    projects = (
        select(project_facts.c.fact_id, literal("projects.show").label("endpoint"), Project.slug, ProjectText.title)
        .join(Project, Project.id == project_facts.c.project_id)
        .join(ProjectText, ProjectText.project_id == Project.id)
        .where(ProjectText.language == language, ProjectText.state == State.LIVE)
    )
    stories = (
        select(story_facts.c.fact_id, literal("stories.show"), Story.slug, StoryText.title)
        .join(Story, Story.id == story_facts.c.story_id)
        .join(StoryText, StoryText.story_id == Story.id)
        .where(StoryText.language == language, StoryText.state == State.LIVE)
    )
    for row in db.session.execute(union_all(projects, stories).order_by("endpoint", "slug")):
        uses.setdefault(row.fact_id, []).append(row)
    return uses


@cached_until_content_changes
def get_facts(language: str, *, project_id: int | None = None, story_id: int | None = None) -> Sequence[AnyRow]:
    """The live facts that a project or a story uses, in their order."""
    table, owner = (project_facts, project_id) if project_id is not None else (story_facts, story_id)
    return db.session.execute(
        _facts(language).join(table, table.c.fact_id == Fact.id).where(table.primary_key.columns[0] == owner)
    ).all()


@cached_until_content_changes
def get_facts_of_home_page(language: str) -> Sequence[AnyRow]:
    """The live facts that editors show on the home page, in their order."""
    return db.session.execute(_facts(language).where(Fact.on_home_page)).all()


@cached_until_content_changes
def get_fact_ids_of_home_section(section: str) -> set[int]:
    """The ids of the facts that projects in a section of the home page use."""
    query = select(project_facts.c.fact_id).join(Project, Project.id == project_facts.c.project_id)
    return set(db.session.scalars(query.where(Project.home_section == section)))


def get_facts_by_story(language: str, story_ids: Sequence[int]) -> dict[int, list[AnyRow]]:
    """The live facts of several stories, by story id; stories without any are left out."""
    facts: dict[int, list[AnyRow]] = {}
    for row in db.session.execute(
        _facts(language)
        .add_columns(story_facts.c.story_id)
        .join(story_facts, story_facts.c.fact_id == Fact.id)
        .where(story_facts.c.story_id.in_(story_ids))
    ):
        facts.setdefault(row.story_id, []).append(row)
    return facts


def get_page_changes() -> Sequence[AnyRow]:
    """For the sitemap: the languages in which there are facts, and when one last changed."""
    return db.session.execute(
        select(FactText.language, func.max(FactText.changed_at).label("changed_at"))
        .where(_is_live())
        .group_by(FactText.language)
        .order_by(FactText.language)
    ).all()


def _is_live() -> ColumnElement[bool]:
    return FactText.state == State.LIVE


def _facts(language: str) -> AnySelect:
    return (
        select(
            Fact.id,
            Fact.slug,
            Fact.as_of,
            Fact.drawing,
            FactText.title,
            FactText.figure,
            FactText.summary,
            FactText.body,
            FactText.source,
            FactText.source_url,
            FactText.numbers,
            FactText.changed_at,
        )
        .join(FactText, FactText.fact_id == Fact.id)
        .where(FactText.language == language, _is_live())
        .order_by(Fact.position, Fact.id)
    )
