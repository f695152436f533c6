"""What is read of stories, series and countries."""

from collections.abc import Sequence
from itertools import chain, islice

from flask import abort
from sqlalchemy import and_, select

from wzo.extensions import AnyRow, AnySelect, db
from wzo.media.models import Picture
from wzo.projects.models import Project
from wzo.publication import State, get_languages_or_404
from wzo.stories.facets import get_facet_index, places_of
from wzo.stories.models import Country, CountryText, Series, SeriesText, Story, StoryText, series_themes, story_themes
from wzo.themes.models import Theme, ThemeText

# How many stories another page shows before it leads to the list of all.
FEW = 6
RELATED = 3
FEW_SERIES = 3

# What a story's own page shows beside what lists show.
WHOLE = (
    Story.picture_decorative,
    StoryText.picture_alt,
    StoryText.picture_caption,
    # Nothing where it has no picture, or one that was thrown away.
    Picture.key.label("picture"),
    Picture.width.label("picture_width"),
    Picture.height.label("picture_height"),
    Picture.focus_x,
    Picture.focus_y,
    Picture.credit.label("picture_credit"),
    StoryText.body,
    StoryText.credits,
    StoryText.original_url,
    StoryText.original_language,
    StoryText.original_label,
)

HAS_PICTURE = and_(Picture.key == Story.picture, Picture.deleted_at.is_(None))


def get_story_or_404(slug: str, language: str) -> tuple[AnyRow, list[str]]:
    """A live story with its whole text, and the languages that it is live in; see get_languages_or_404."""
    languages = get_languages_or_404(Story, StoryText, StoryText.story_id, slug, language)
    story = db.session.execute(
        _list(language)
        .add_columns(
            *WHOLE,
            StoryText.first_published_at,
            StoryText.changed_at,
            Project.slug.label("project"),
        )
        .outerjoin(Project, Project.id == Story.project_id)
        .outerjoin(Picture, HAS_PICTURE)
        .where(Story.slug == slug)
    ).first()
    return story or abort(410), languages


def get_stories_of_series(series_id: int, language: str) -> Sequence[AnyRow]:
    """The live parts of a series, in the order of the parts."""
    return db.session.execute(_list(language).where(Story.series_id == series_id).order_by(Story.part)).all()


def get_whole_stories_of_series(series_id: int, language: str) -> Sequence[AnyRow]:
    """The live parts of a series with their whole texts, in the order of the parts."""
    parts = _list(language).add_columns(*WHOLE).outerjoin(Picture, HAS_PICTURE)
    return db.session.execute(parts.where(Story.series_id == series_id).order_by(Story.part)).all()


def get_newest_stories(
    language: str, *, project: str = "", theme: str = "", outside_series: bool = False, limit: int = FEW
) -> Sequence[AnyRow]:
    """The newest live stories, of a project or a theme if its slug is given; at most `limit`."""
    facet_index = get_facet_index()
    places = facet_index.bits["language"].get(language, 0)
    for facet, value in (("project", project), ("theme", theme)):
        if value:
            places &= facet_index.bits[facet].get(value, 0)
    if outside_series:
        for bits in facet_index.bits["series"].values():
            places &= ~bits
    return _rows([facet_index.ids[place] for place in islice(places_of(places), limit)], language)


def count_stories(facet: str, value: str, language: str) -> int:
    """How many stories the list shows in a language for one value of a facet."""
    bits = get_facet_index().bits
    return (bits[facet].get(value, 0) & bits["language"].get(language, 0)).bit_count()


def get_related_stories(story: AnyRow, language: str) -> Sequence[AnyRow]:
    """Stories near to one: of its project first, then of its themes. Its own series is elsewhere on the page."""
    facet_index = get_facet_index()
    place = facet_index.places.get(story.slug)
    if place is None:
        return []
    own = 1 << place
    series = next((bits for bits in facet_index.bits["series"].values() if bits & own), 0)
    project = facet_index.bits["project"].get(story.project or "", 0)
    themes = 0
    for bits in facet_index.bits["theme"].values():
        themes |= bits if bits & own else 0
    possible = facet_index.bits["language"].get(language, 0) & ~own & ~series
    nearest = chain(places_of(project & possible), places_of(themes & ~project & possible))
    return _rows([facet_index.ids[one] for one in islice(nearest, RELATED)], language)


def get_themes_of_story(story_id: int, language: str) -> Sequence[AnyRow]:
    """The live themes of a story, in their order: slug, title."""
    return db.session.execute(
        select(Theme.slug, ThemeText.title)
        .join(ThemeText, ThemeText.theme_id == Theme.id)
        .join(story_themes, story_themes.c.theme_id == Theme.id)
        .where(story_themes.c.story_id == story_id, ThemeText.language == language, ThemeText.state == State.LIVE)
        .order_by(Theme.position)
    ).all()


def get_first_series(language: str, limit: int = FEW_SERIES) -> Sequence[AnyRow]:
    """The live series in their order, at most `limit`; the list of stories can be narrowed to any other."""
    return db.session.execute(_series(language).limit(limit)).all()


def get_series_or_404(slug: str, language: str) -> tuple[AnyRow, list[str]]:
    """A live series, and the languages that it is live in; see get_languages_or_404."""
    languages = get_languages_or_404(Series, SeriesText, SeriesText.series_id, slug, language)
    return db.session.execute(_series(language).where(Series.slug == slug)).first() or abort(410), languages


def get_series_of_theme(theme_id: int, language: str) -> Sequence[AnyRow]:
    """The live series of a theme."""
    return db.session.execute(
        _series(language)
        .join(series_themes, series_themes.c.series_id == Series.id)
        .where(series_themes.c.theme_id == theme_id)
        .limit(FEW)
    ).all()


def get_series_by_id(series_id: int, language: str) -> AnyRow | None:
    """The live series that a story belongs to."""
    return db.session.execute(_series(language).where(Series.id == series_id)).first()


def get_countries(language: str) -> list[tuple[str, str, int]]:
    """The countries of our work, in their order: slug, name, and how many stories the list shows for each."""
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
    return [rows[one] for one in ids if one in rows]


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
            SeriesText.changed_at,
        )
        .join(SeriesText, SeriesText.series_id == Series.id)
        .where(SeriesText.language == language, SeriesText.state == State.LIVE)
        .order_by(Series.position)
    )
