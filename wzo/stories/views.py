"""The pages of stories and series."""

from flask import Blueprint, current_app, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from wzo.extensions import AnyRow
from wzo.i18n import current_language
from wzo.projects.queries import get_cover, get_facts, get_facts_by_story
from wzo.static_files import FOLDER
from wzo.stories import queries
from wzo.stories.offline import pack
from wzo.stories.paper import Notes, grey_cover

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


@bp.get("/<lang:lang>/series/<slug>/")
def series(slug: str) -> ResponseReturnValue:
    """A series and its parts in their order."""
    language = current_language()
    series = queries.get_series_or_404(slug, language)
    return render_template(
        "stories/series.html", series=series, parts=queries.get_stories_of_series(series.id, language)
    )


@bp.get("/<lang:lang>/stories/<slug>/print/")
def print_story(slug: str) -> ResponseReturnValue:
    """A story to be printed for a letter: large type on A5, and no address on its front."""
    language = current_language()
    story = queries.get_story_or_404(slug, language)
    series, cover = _series_and_cover(story, language)
    return render_template(
        "stories/print_story.html",
        story=story,
        facts=get_facts(language, story_id=story.id),
        series=series,
        parts=queries.get_stories_of_series(series.id, language) if series else [],
        cover=grey_cover(cover.cover if cover else "hero"),
        cover_alt=cover.cover_alt if cover else "",
        page=url_for("stories.show", slug=slug),
        notes=_notes(),
    )


@bp.get("/<lang:lang>/series/<slug>/print/")
def print_series(slug: str) -> ResponseReturnValue:
    """All parts of a series as one booklet, to be printed for a letter."""
    language = current_language()
    series = queries.get_series_or_404(slug, language)
    parts = queries.get_whole_stories_of_series(series.id, language)
    return render_template(
        "stories/print_series.html",
        series=series,
        parts=parts,
        facts_by_story=get_facts_by_story(language, [part.id for part in parts]),
        cover=grey_cover(series.cover),
        cover_alt=series.cover_alt,
        page=url_for("stories.series", slug=slug),
        notes=_notes(),
    )


@bp.get("/<lang:lang>/stories/<slug>/offline.html")
def offline(slug: str) -> ResponseReturnValue:
    """A story as one file that needs no connection. Its name tells nobody what is in it."""
    language = current_language()
    story = queries.get_story_or_404(slug, language)
    series, cover = _series_and_cover(story, language)
    page = render_template(
        "stories/offline.html",
        story=story,
        facts=get_facts(language, story_id=story.id),
        series=series,
        cover=cover,
        style=Markup((FOLDER / "css" / "site.css").read_text(encoding="utf-8")),  # noqa: S704
    )
    answer = make_response(pack(page))
    answer.headers.set("Content-Disposition", "attachment", filename="text.html")
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _series_and_cover(story: AnyRow, language: str) -> tuple[AnyRow | None, AnyRow | None]:
    """The series of a story, and whose cover stands for it: the series' or the project's."""
    if story.series_id:
        series = queries.get_series_by_id(story.series_id, language)
        return series, series
    return None, get_cover(story.project_id, language) if story.project_id else None


def _notes() -> Notes:
    return Notes(current_app.config["SETTINGS"].site_url)
