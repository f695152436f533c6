"""Queries for stories, series and countries."""

from collections.abc import Sequence
from itertools import chain, islice

from flask import abort
from sqlalchemy import and_, null, select

from wzo.content_version import cached_until_content_changes
from wzo.covers import cover_columns, join_cover
from wzo.extensions import AnyRow, AnySelect, db
from wzo.link_previews import link_preview_columns
from wzo.media.models import Picture
from wzo.projects.models import Project
from wzo.publication import State, get_live_languages_or_404
from wzo.stories.facets import get_facet_index, positions_in
from wzo.stories.models import (
    Country,
    CountryText,
    Series,
    SeriesText,
    Story,
    StoryText,
    related_stories,
    series_themes,
    story_themes,
)
from wzo.themes.models import Theme, ThemeText

# The number of stories that other pages show before they link to the list of all.
STORY_LIMIT = 6
RELATED_LIMIT = 3
SERIES_LIMIT = 3

# The columns of a story's page, beside those of lists.
FULL_TEXT_COLUMNS = (
    Story.picture_decorative,
    StoryText.picture_alt,
    StoryText.picture_caption,
    # NULL if it has no picture, or one that is in the bin.
    Picture.key.label("picture"),
    Picture.width.label("picture_width"),
    Picture.height.label("picture_height"),
    Picture.focus_x,
    Picture.focus_y,
    Picture.credit.label("picture_credit"),
    StoryText.body,
    StoryText.credits,
    Story.cover,
    null().label("cover_picture"),
)

JOIN_PICTURE = and_(Picture.key == Story.picture, Picture.deleted_at.is_(None))


@cached_until_content_changes
def get_story_or_404(slug: str, language: str) -> tuple[AnyRow, list[str]]:
    """A live story with its full text, and the languages in which it is live; see get_live_languages_or_404."""
    languages = get_live_languages_or_404(Story, StoryText, StoryText.story_id, slug, language)
    story = db.session.execute(
        _list(language)
        .add_columns(
            *FULL_TEXT_COLUMNS,
            StoryText.first_published_at,
            StoryText.changed_at,
            *link_preview_columns(Story, StoryText),
            Project.slug.label("project"),
        )
        .outerjoin(Project, Project.id == Story.project_id)
        .outerjoin(Picture, JOIN_PICTURE)
        .where(Story.slug == slug)
    ).first()
    return story or abort(410), languages


@cached_until_content_changes
def get_stories_of_series(series_id: int, language: str) -> Sequence[AnyRow]:
    """The live parts of a series, in the order of the parts."""
    return db.session.execute(_list(language).where(Story.series_id == series_id).order_by(Story.part)).all()


def get_full_stories_of_series(series_id: int, language: str) -> Sequence[AnyRow]:
    """The live parts of a series with their full texts, in the order of the parts."""
    parts = _list(language).add_columns(*FULL_TEXT_COLUMNS).outerjoin(Picture, JOIN_PICTURE)
    return db.session.execute(parts.where(Story.series_id == series_id).order_by(Story.part)).all()


@cached_until_content_changes
def get_newest_stories(
    language: str, *, project: str = "", theme: str = "", outside_series: bool = False, limit: int = STORY_LIMIT
) -> Sequence[AnyRow]:
    """The newest live stories, at most `limit`; `project` and `theme` are slugs."""
    facet_index = get_facet_index()
    matching = facet_index.bits["language"].get(language, 0)
    for facet, value in (("project", project), ("theme", theme)):
        if value:
            matching &= facet_index.bits[facet].get(value, 0)
    if outside_series:
        for bits in facet_index.bits["series"].values():
            matching &= ~bits
    return _rows([facet_index.ids[position] for position in islice(positions_in(matching), limit)], language)


def count_stories(facet: str, value: str, language: str) -> int:
    """How many stories in a language have this value of a facet."""
    bits = get_facet_index().bits
    return (bits[facet].get(value, 0) & bits["language"].get(language, 0)).bit_count()


@cached_until_content_changes
def get_related_stories(story: AnyRow, language: str) -> Sequence[AnyRow]:
    """The stories recommended after a story: those that editors have chosen, else similar ones."""
    return _get_chosen_stories(story.id, language) or _find_similar_stories(story, language)


def _get_chosen_stories(story_id: int, language: str) -> Sequence[AnyRow]:
    return db.session.execute(
        _list(language)
        .join(related_stories, related_stories.c.related_id == Story.id)
        .where(related_stories.c.story_id == story_id)
        .order_by(related_stories.c.position)
    ).all()


def _find_similar_stories(story: AnyRow, language: str) -> Sequence[AnyRow]:
    """Stories of its project, then those of its themes, but not those of its series."""
    facet_index = get_facet_index()
    position = facet_index.positions.get(story.slug)
    if position is None:
        return []
    own = 1 << position
    series = next((bits for bits in facet_index.bits["series"].values() if bits & own), 0)
    project = facet_index.bits["project"].get(story.project or "", 0)
    themes = 0
    for bits in facet_index.bits["theme"].values():
        themes |= bits if bits & own else 0
    possible = facet_index.bits["language"].get(language, 0) & ~own & ~series
    related = chain(positions_in(project & possible), positions_in(themes & ~project & possible))
    return _rows([facet_index.ids[it] for it in islice(related, RELATED_LIMIT)], language)


@cached_until_content_changes
def get_themes_of_story(story_id: int, language: str) -> Sequence[AnyRow]:
    """The live themes of a story, in their order: slug, title."""
    return db.session.execute(
        select(Theme.slug, ThemeText.title)
        .join(ThemeText, ThemeText.theme_id == Theme.id)
        .join(story_themes, story_themes.c.theme_id == Theme.id)
        .where(story_themes.c.story_id == story_id, ThemeText.language == language, ThemeText.state == State.LIVE)
        .order_by(Theme.position)
    ).all()


@cached_until_content_changes
def get_first_series(language: str, limit: int = SERIES_LIMIT) -> Sequence[AnyRow]:
    """The first live series in their order, at most `limit`."""
    return db.session.execute(_series(language).limit(limit)).all()


@cached_until_content_changes
def get_series_or_404(slug: str, language: str) -> tuple[AnyRow, list[str]]:
    """A live series, and the languages in which it is live; see get_live_languages_or_404."""
    languages = get_live_languages_or_404(Series, SeriesText, SeriesText.series_id, slug, language)
    return db.session.execute(_series(language).where(Series.slug == slug)).first() or abort(410), languages


@cached_until_content_changes
def get_series_of_theme(theme_id: int, language: str) -> Sequence[AnyRow]:
    """The live series of a theme."""
    return db.session.execute(
        _series(language)
        .join(series_themes, series_themes.c.series_id == Series.id)
        .where(series_themes.c.theme_id == theme_id)
        .limit(STORY_LIMIT)
    ).all()


@cached_until_content_changes
def get_series_by_id(series_id: int, language: str) -> AnyRow | None:
    """The live series that a story belongs to."""
    return db.session.execute(_series(language).where(Series.id == series_id)).first()


@cached_until_content_changes
def get_countries(language: str) -> list[tuple[str, str, int]]:
    """The countries in their order: slug, name, and the number of live stories."""
    names = db.session.execute(
        select(Country.slug, CountryText.name)
        .join(CountryText, CountryText.country_id == Country.id)
        .where(CountryText.language == language)
        .order_by(Country.position)
    )
    bits = get_facet_index().bits
    live = bits["language"].get(language, 0)
    return [(slug, name, (bits["country"].get(slug, 0) & live).bit_count()) for slug, name in names]


def _rows(ids: list[int], language: str) -> list[AnyRow]:
    """The live stories with these ids, in this order."""
    rows = {row.id: row for row in db.session.execute(_list(language).where(StoryText.story_id.in_(ids)))}
    return [rows[it] for it in ids if it in rows]


def _list(language: str) -> AnySelect:
    return (
        select(
            Story.id,
            Story.slug,
            Story.format,
            Story.project_id,
            Story.series_id,
            Story.part,
            Story.published_on,
            StoryText.title,
            StoryText.summary,
            StoryText.content_notice,
        )
        .join(StoryText, StoryText.story_id == Story.id)
        .where(StoryText.language == language, StoryText.state == State.LIVE)
    )


def _series(language: str) -> AnySelect:
    return (
        select(
            Series.id,
            Series.slug,
            *cover_columns(Series),
            SeriesText.title,
            SeriesText.summary,
            SeriesText.body,
            SeriesText.cover_alt,
            SeriesText.content_notice,
            SeriesText.changed_at,
        )
        .join(SeriesText, SeriesText.series_id == Series.id)
        .outerjoin(Picture, join_cover(Series))
        .where(SeriesText.language == language, SeriesText.state == State.LIVE)
        .order_by(Series.position)
    )
