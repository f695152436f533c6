"""Queries for originals and mentions: all of them by year, and those of a story, a project or a person."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, case, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from wzo.config import settings
from wzo.content_version import cached_until_content_changes
from wzo.extensions import AnyRow, AnySelect, db
from wzo.mentions.models import (
    FILM,
    ORIGINAL,
    SCREENING,
    TRANSLATION,
    Mention,
    MentionText,
    mention_members,
    mention_projects,
    mention_stories,
)
from wzo.projects.models import Project, ProjectText
from wzo.publication import State
from wzo.stories.models import Story, StoryText
from wzo.team.models import Member, MemberText


class PageMentions(NamedTuple):
    """The mentions of a story or a project, as its page shows them.

    `original`: where the reader can read it in full, and `film`: where to watch it; both in the reader's language if
    possible. `screenings`: the latest first; `others`: all the rest, our own texts first, then the latest.
    """

    original: AnyRow | None
    film: AnyRow | None
    screenings: list[AnyRow]
    others: list[AnyRow]


class Year(NamedTuple):
    """The mentions of a year, the latest first; `year` is empty for those without a date."""

    year: str
    mentions: list[AnyRow]


def get_mentions_of_story(story_id: int, language: str, cited: Iterable[str] = ()) -> PageMentions:
    """The live mentions of a story; `cited` are addresses to which its page links already."""
    return _arrange(_get_mentions(mention_stories, story_id, language), language, cited)


def get_mentions_of_project(project_id: int, language: str, cited: Iterable[str] = ()) -> PageMentions:
    """The live mentions of a project; `cited` are addresses to which its page links already."""
    return _arrange(_get_mentions(mention_projects, project_id, language), language, cited)


def get_originals(story_ids: Sequence[int], language: str) -> dict[int, AnyRow]:
    """Where several stories can be read in full, by story id; stories without any such place are left out."""
    found: dict[int, list[AnyRow]] = {}
    rows = db.session.execute(
        _mentions(language)
        .add_columns(mention_stories.c.story_id)
        .join(mention_stories, mention_stories.c.mention_id == Mention.id)
        .where(mention_stories.c.story_id.in_(story_ids), Mention.kind.in_((ORIGINAL, TRANSLATION)))
    )
    for row in rows:
        found.setdefault(row.story_id, []).append(row)
    best = {story_id: _first(rows, (ORIGINAL, TRANSLATION), language) for story_id, rows in found.items()}
    return {story_id: row for story_id, row in best.items() if row}


@cached_until_content_changes
def get_mentions_of_members(language: str) -> dict[str, list[AnyRow]]:
    """The live mentions of the members of the team, by a member's slug, the latest first."""
    found: dict[str, list[AnyRow]] = {}
    for row in _latest_first(
        db.session.execute(
            _mentions(language)
            .add_columns(Member.slug.label("member"))
            .join(mention_members, mention_members.c.mention_id == Mention.id)
            .join(Member, Member.id == mention_members.c.member_id)
        )
    ):
        found.setdefault(row.member, []).append(row)
    return found


@cached_until_content_changes
def get_mentions_of_group(language: str) -> list[AnyRow]:
    """The live mentions of the group itself, the latest first."""
    return _latest_first(db.session.execute(_mentions(language).where(Mention.of_group)))


@cached_until_content_changes
def get_mentions_by_year(language: str) -> list[Year]:
    """All live mentions, the latest year first, and those without a date last."""
    years: dict[str, list[AnyRow]] = {}
    for mention in _latest_first(db.session.execute(_mentions(language))):
        years.setdefault((mention.published_on or "")[:4], []).append(mention)
    return [Year(*it) for it in years.items()]


@cached_until_content_changes
def get_owners(language: str) -> dict[int, list[AnyRow]]:
    """The live projects, stories and people that each mention belongs to, by its id: `endpoint`, `slug`, `title`."""
    stories = (
        select(
            mention_stories.c.mention_id,
            literal("stories.show").label("endpoint"),
            mention_stories.c.position.label("position"),
            Story.slug,
            StoryText.title,
        )
        .join(Story, Story.id == mention_stories.c.story_id)
        .join(StoryText, StoryText.story_id == Story.id)
        .where(StoryText.language == language, StoryText.state == State.LIVE)
    )
    projects = (
        select(mention_projects.c.mention_id, literal("projects.show"), literal(0), Project.slug, ProjectText.title)
        .join(Project, Project.id == mention_projects.c.project_id)
        .join(ProjectText, ProjectText.project_id == Project.id)
        .where(ProjectText.language == language, ProjectText.state == State.LIVE)
    )
    people = (
        select(mention_members.c.mention_id, literal("team.show"), literal(0), Member.slug, MemberText.name)
        .join(Member, Member.id == mention_members.c.member_id)
        .join(MemberText, MemberText.member_id == Member.id)
        .where(MemberText.language == language)
    )
    owners: dict[int, list[AnyRow]] = {}
    for row in db.session.execute(union_all(stories, projects, people).order_by("endpoint", "position", "slug")):
        owners.setdefault(row.mention_id, []).append(row)
    return owners


def get_page_changes() -> Sequence[AnyRow]:
    """For the sitemap: the languages in which there are mentions, and when one last changed."""
    return db.session.execute(
        select(MentionText.language, func.max(MentionText.changed_at).label("changed_at"))
        .where(MentionText.state == State.LIVE)
        .group_by(MentionText.language)
        .order_by(MentionText.language)
    ).all()


@cached_until_content_changes
def _get_mentions(association: Table, owner_id: int, language: str) -> list[AnyRow]:
    statement = _mentions(language).join(association, association.c.mention_id == Mention.id)
    return _latest_first(db.session.execute(statement.where(association.primary_key.columns[1] == owner_id)))


def _arrange(mentions: list[AnyRow], language: str, cited: Iterable[str]) -> PageMentions:
    original = _first(mentions, (ORIGINAL, TRANSLATION), language)
    film = _first(mentions, (FILM,), language)
    shown = {it.id for it in (original, film) if it}
    known = {*cited}
    rest = [it for it in mentions if it.id not in shown and it.kind != SCREENING and it.url not in known]
    own = (ORIGINAL, TRANSLATION, FILM)
    return PageMentions(
        original=original,
        film=film,
        screenings=[it for it in mentions if it.kind == SCREENING],
        others=sorted(rest, key=lambda it: it.kind not in own),
    )


def _first(mentions: Iterable[AnyRow], kinds: Sequence[str], language: str) -> AnyRow | None:
    """The mention of these kinds that serves a reader best: in their language, then the original, then the first."""
    possible = [it for it in mentions if it.kind in kinds and it.url]
    return min(possible, key=lambda it: (it.language != language, kinds.index(it.kind), it.id), default=None)


def _latest_first(mentions: Iterable[AnyRow]) -> list[AnyRow]:
    """In the order of their dates, the latest first; those without a date at the end."""
    return sorted(mentions, key=lambda it: (it.published_on or "", -it.id), reverse=True)


def shown_condition(language: str) -> ColumnElement[bool]:
    """The SQL condition that readers see a mention.

    It is hidden once every story and project it belongs to has been unpublished, unless it is about the group itself.
    """
    # Correlated with each mention: a list of all live ones would grow with the number of stories.
    any_stories = select(mention_stories.c.mention_id).where(mention_stories.c.mention_id == Mention.id)
    any_projects = select(mention_projects.c.mention_id).where(mention_projects.c.mention_id == Mention.id)
    live_stories = any_stories.join(StoryText, StoryText.story_id == mention_stories.c.story_id).where(
        StoryText.language == language, StoryText.state == State.LIVE
    )
    live_projects = any_projects.join(ProjectText, ProjectText.project_id == mention_projects.c.project_id).where(
        ProjectText.language == language, ProjectText.state == State.LIVE
    )
    has_live_owner, has_owner = (
        or_(*(it.correlate(Mention).exists() for it in owners))
        for owners in ((live_stories, live_projects), (any_stories, any_projects))
    )
    return or_(Mention.of_group, has_live_owner, ~has_owner)


def _elsewhere(url: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """An address, or that of its archived copy if this site has taken over its host and would link to itself."""
    ours = or_(*(url.startswith(f"{origin}/", autoescape=True) for origin in sorted(settings().origins)))
    return case((ours, Mention.archive_url), else_=url)


def _mentions(language: str) -> AnySelect:
    return (
        select(
            Mention.id,
            Mention.slug,
            Mention.kind,
            Mention.language,
            Mention.own_title,
            Mention.published_on,
            _elsewhere(Mention.url).label("url"),
            Mention.archive_url,
            MentionText.title,
            MentionText.publisher,
            MentionText.body,
        )
        .join(MentionText, MentionText.mention_id == Mention.id)
        .where(MentionText.language == language, MentionText.state == State.LIVE, shown_condition(language))
        .order_by(Mention.position, Mention.id)
    )
