"""Queries for feeds: a constant number of queries, however many entries there are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select, text

from wzo.extensions import AnyRow, AnySelect, db
from wzo.media.models import Picture
from wzo.publication import State
from wzo.stories.models import Story, StoryText, story_themes
from wzo.stories.queries import FULL_TEXT_COLUMNS, JOIN_PICTURE
from wzo.themes.models import Theme, ThemeText

FEED_SIZE = 20


def get_newest(language: str) -> Sequence[AnyRow]:
    """The stories that were published last, with their full texts, newest first."""
    return db.session.execute(_newest(language)).all()


def get_newest_of_theme(theme_id: int, language: str) -> Sequence[AnyRow]:
    """The stories of a theme that were published last, newest first."""
    of_theme = _newest(language).join(story_themes, story_themes.c.story_id == Story.id)
    return db.session.execute(of_theme.where(story_themes.c.theme_id == theme_id)).all()


def get_newest_of_series(series_id: int, language: str) -> Sequence[AnyRow]:
    """The parts of a series that were published last, oldest first."""
    of_series = _newest(language).where(Story.series_id == series_id)
    newest = of_series.order_by(None).order_by(StoryText.first_published_at.desc(), Story.part.desc())
    return db.session.execute(newest).all()[::-1]


def get_themes(story_ids: Iterable[int], language: str) -> dict[int, list[AnyRow]]:
    """The live themes of each story, in their order."""
    rows = db.session.execute(
        select(story_themes.c.story_id, Theme.slug, ThemeText.title)
        .join(Theme, Theme.id == story_themes.c.theme_id)
        .join(ThemeText, ThemeText.theme_id == Theme.id)
        .where(story_themes.c.story_id.in_(story_ids), ThemeText.language == language, ThemeText.state == State.LIVE)
        .order_by(Theme.position)
    )
    return _by_story(rows)


def _newest(language: str) -> AnySelect:
    return (
        select(
            Story.id,
            Story.slug,
            StoryText.title,
            StoryText.summary,
            StoryText.content_notice,
            *FULL_TEXT_COLUMNS,
            StoryText.first_published_at,
            StoryText.changed_at,
        )
        .join(StoryText, StoryText.story_id == Story.id)
        .outerjoin(Picture, JOIN_PICTURE)
        # A literal instead of a parameter, because SQLite uses the partial index only if the condition matches it.
        .where(
            StoryText.language == language,
            text("story_texts.state = 'live'"),
            StoryText.first_published_at.is_not(None),
        )
        .order_by(StoryText.first_published_at.desc(), StoryText.story_id.desc())
        .limit(FEED_SIZE)
    )


def _by_story(rows: Iterable[AnyRow]) -> dict[int, list[AnyRow]]:
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        found[row.story_id].append(row)
    return found
