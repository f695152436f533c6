"""Atom feeds (RFC 4287) of new stories, with their full texts."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.extensions import AnyRow
from wzo.facts.queries import get_facts_by_story
from wzo.feeds import queries
from wzo.i18n import current_language
from wzo.mentions.queries import get_originals
from wzo.page_cache.policy import public_page
from wzo.stories.queries import get_series_or_404
from wzo.team.queries import get_people_by_story
from wzo.themes.queries import get_theme_or_404
from wzo.timelines.queries import get_timelines_by_story
from wzo.xml import render_xml

ATOM = "application/atom+xml"
# When an empty feed was last updated.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

bp = Blueprint("feeds", __name__)


@bp.get("/<lang:lang>/feed.xml")
@public_page()
def stories() -> ResponseReturnValue:
    """The feed of the newest stories."""
    return _feed(
        "feed",
        title=gettext("Woman. Prison. Society"),
        subtitle=gettext("Stories"),
        page=url_for("stories.index"),
        stories=queries.get_newest(current_language()),
    )


@bp.get("/<lang:lang>/themes/<slug>/feed.xml")
@public_page()
def theme(slug: str) -> ResponseReturnValue:
    """The newest stories of a theme."""
    theme, _ = get_theme_or_404(slug, current_language())
    return _feed(
        f"themes/{slug}",
        title=f"{theme.title} · {gettext('Woman. Prison. Society')}",
        subtitle=theme.summary,
        page=url_for("themes.show", slug=slug),
        stories=queries.get_newest_of_theme(theme.id, current_language()),
        changed_at=theme.changed_at,
    )


@bp.get("/<lang:lang>/series/<slug>/feed.xml")
@public_page()
def series(slug: str) -> ResponseReturnValue:
    """The newest parts of a series, oldest first."""
    series, _ = get_series_or_404(slug, current_language())
    return _feed(
        f"series/{slug}",
        title=f"{series.title} · {gettext('Woman. Prison. Society')}",
        subtitle=series.summary,
        page=url_for("stories.series", slug=slug),
        stories=queries.get_newest_of_series(series.id, current_language()),
        changed_at=series.changed_at,
    )


def _feed(
    name: str, *, title: str, subtitle: str, page: str, stories: Sequence[AnyRow], changed_at: datetime = NEVER
) -> ResponseReturnValue:
    """A feed of the page at path `page`. `changed_at`: when the feed last changed if it has no stories."""
    ids = [story.id for story in stories]
    return render_xml(
        "feeds/feed.xml",
        ATOM,
        name=name,
        title=title,
        subtitle=subtitle,
        page=page,
        stories=stories,
        facts=get_facts_by_story(current_language(), ids),
        originals=get_originals(ids, current_language()),
        people=get_people_by_story(current_language(), ids),
        timelines=get_timelines_by_story(current_language(), ids),
        themes=queries.get_themes(ids, current_language()),
        changed_at=max((story.changed_at for story in stories), default=changed_at),
    )
