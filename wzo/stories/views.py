"""The pages of stories and series."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo import cards
from wzo.i18n import current_language
from wzo.projects.queries import get_facts
from wzo.stories import queries

bp = Blueprint("stories", __name__)


@bp.get("/<lang:lang>/stories/")
def index() -> ResponseReturnValue:
    """All stories, the series first."""
    language = current_language()
    return render_template(
        "stories/index.html",
        series=[(one, queries.get_stories_of_series(one.id, language)) for one in queries.get_all_series(language)],
        stories=queries.get_stories_outside_series(language),
    )


@bp.get("/<lang:lang>/stories/<slug>/")
def show(slug: str) -> ResponseReturnValue:
    """A story, its place in a series, and where the original is."""
    language = current_language()
    story = queries.get_story_or_404(slug, language)
    return render_template(
        "stories/show.html",
        story=story,
        facts=get_facts(language, story_id=story.id),
        series=queries.get_series_by_id(story.series_id, language) if story.series_id else None,
        parts=queries.get_stories_of_series(story.series_id, language) if story.series_id else [],
    )


@bp.get("/<lang:lang>/stories/<slug>/card.png")
def card(slug: str) -> ResponseReturnValue:
    """The picture that stands for a story where a link to it is passed on."""
    language = current_language()
    story = queries.get_story_or_404(slug, language)
    series = queries.get_series_by_id(story.series_id, language) if story.series_id else None
    kicker = (
        gettext("Part %(part)s of the series “%(title)s”", part=story.part, title=series.title)
        if series
        else gettext("Story")
    )
    return cards.show_card(kicker=kicker, title=story.title, cover=queries.get_cover_of_story(story.id))


@bp.get("/<lang:lang>/series/<slug>/")
def series(slug: str) -> ResponseReturnValue:
    """A series and its parts in their order."""
    language = current_language()
    series = queries.get_series_or_404(slug, language)
    return render_template(
        "stories/series.html", series=series, parts=queries.get_stories_of_series(series.id, language)
    )


@bp.get("/<lang:lang>/series/<slug>/card.png")
def series_card(slug: str) -> ResponseReturnValue:
    """The picture that stands for a series where a link to it is passed on."""
    series = queries.get_series_or_404(slug, current_language())
    return cards.show_card(kicker=gettext("Series"), title=series.title, cover=series.cover)
