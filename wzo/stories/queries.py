"""What is read of stories, series and countries."""

from collections.abc import Sequence

from flask import abort
from sqlalchemy import select

from wzo.extensions import AnyRow, AnySelect, db
from wzo.publication import State
from wzo.stories.models import (
    Country,
    CountryText,
    Series,
    SeriesText,
    Story,
    StoryText,
    series_themes,
    story_themes,
)

# What a story's own page shows beside what lists show.
WHOLE = (
    StoryText.body,
    StoryText.credits,
    StoryText.original_url,
    StoryText.original_language,
    StoryText.original_label,
)


def get_stories(language: str) -> Sequence[AnyRow]:
    """The live stories in their order."""
    return db.session.execute(_list(language)).all()


def get_stories_of_series(series_id: int, language: str) -> Sequence[AnyRow]:
    """The live parts of a series, in the order of the parts."""
    return db.session.execute(
        _list(language).where(Story.series_id == series_id).order_by(None).order_by(Story.part)
    ).all()


def get_whole_stories_of_series(series_id: int, language: str) -> Sequence[AnyRow]:
    """The live parts of a series with their whole texts, in the order of the parts."""
    return db.session.execute(
        _list(language).add_columns(*WHOLE).where(Story.series_id == series_id).order_by(None).order_by(Story.part)
    ).all()


def get_stories_outside_series(language: str) -> Sequence[AnyRow]:
    """The live stories that stand by themselves."""
    return db.session.execute(_list(language).where(Story.series_id.is_(None))).all()


def get_stories_of_project(project_id: int, language: str) -> Sequence[AnyRow]:
    """The live stories of a project."""
    return db.session.execute(_list(language).where(Story.project_id == project_id)).all()


def get_stories_of_theme(theme_id: int, language: str) -> Sequence[AnyRow]:
    """The live stories of a theme."""
    return db.session.execute(
        _list(language)
        .join(story_themes, story_themes.c.story_id == Story.id)
        .where(story_themes.c.theme_id == theme_id)
    ).all()


def get_story_or_404(slug: str, language: str) -> AnyRow:
    """A live story with its whole text. One that was taken down answers 410."""
    row = db.session.execute(_list(language).add_columns(*WHOLE).where(Story.slug == slug)).first()
    return row or abort(410 if _withdrawn(slug, language) else 404)


def get_all_series(language: str) -> Sequence[AnyRow]:
    """The live series in their order."""
    return db.session.execute(_series(language)).all()


def get_series_or_404(slug: str, language: str) -> AnyRow:
    """A live series."""
    return db.session.execute(_series(language).where(Series.slug == slug)).first() or abort(404)


def get_series_of_theme(theme_id: int, language: str) -> Sequence[AnyRow]:
    """The live series of a theme."""
    return db.session.execute(
        _series(language)
        .join(series_themes, series_themes.c.series_id == Series.id)
        .where(series_themes.c.theme_id == theme_id)
    ).all()


def get_series_by_id(series_id: int, language: str) -> AnyRow | None:
    """The live series that a story belongs to."""
    return db.session.execute(_series(language).where(Series.id == series_id)).first()


def get_countries(language: str) -> Sequence[AnyRow]:
    """The countries of our work, in their order."""
    return db.session.execute(
        select(Country.slug, CountryText.name)
        .join(CountryText, CountryText.country_id == Country.id)
        .where(CountryText.language == language)
        .order_by(Country.position)
    ).all()


def _list(language: str) -> AnySelect:
    return (
        select(
            Story.id,
            Story.slug,
            Story.format,
            Story.project_id,
            Story.series_id,
            Story.part,
            Story.published,
            StoryText.title,
            StoryText.summary,
            StoryText.content_notice,
        )
        .join(StoryText, StoryText.story_id == Story.id)
        .where(StoryText.language == language, StoryText.state == State.LIVE)
        .order_by(Story.position)
    )


def _series(language: str) -> AnySelect:
    return (
        select(
            Series.id,
            Series.slug,
            Series.cover,
            SeriesText.title,
            SeriesText.summary,
            SeriesText.body,
            SeriesText.cover_alt,
            SeriesText.content_notice,
        )
        .join(SeriesText, SeriesText.series_id == Series.id)
        .where(SeriesText.language == language, SeriesText.state == State.LIVE)
        .order_by(Series.position)
    )


def _withdrawn(slug: str, language: str) -> bool:
    state = db.session.scalar(
        select(StoryText.state)
        .join(Story, Story.id == StoryText.story_id)
        .where(Story.slug == slug, StoryText.language == language)
    )
    return state == State.WITHDRAWN
