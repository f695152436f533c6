"""The pages of stories and series."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from wzo import htmx, social_cards
from wzo.covers import cover_alt
from wzo.extensions import AnyRow
from wzo.facts.queries import get_facts, get_facts_by_story
from wzo.i18n import current_language
from wzo.mentions.queries import get_mentions_of_story, get_originals
from wzo.page_cache.policy import public_page
from wzo.projects.queries import get_project_by_id
from wzo.static_files import FOLDER
from wzo.stories import queries
from wzo.stories.facets import FACETS
from wzo.stories.list_query import parse_list_query
from wzo.stories.listing import get_listing
from wzo.stories.models import format_name
from wzo.stories.print_edition import PrintedLinks, greyscale_cover
from wzo.stories.single_file import make_single_file
from wzo.team.queries import get_people, get_people_by_story
from wzo.templating import full_url
from wzo.themes.queries import get_themes
from wzo.timelines.queries import get_timelines, get_timelines_by_story

bp = Blueprint("stories", __name__)
bp.add_app_template_filter(format_name)


@bp.get("/<lang:lang>/stories/")
@public_page(query_args=(*FACETS, "after", "before"), uncached_args=("q",))
def index() -> ResponseReturnValue:
    """The list of stories, newest first, with search and filters."""
    language = current_language()
    query = parse_list_query(request.args)
    if query.pairs() != list(request.args.items(multi=True)):
        # Each page has one URL, however the form was sent: empty fields and unknown choices are left out.
        return redirect(url_for("stories.index", **query.arguments()))
    listing = get_listing(query, language)
    return htmx.render(
        "stories/index.html",
        "stories/_browse.html",
        titled=True,
        listing=listing,
        series=[] if query.is_filtered or listing.newer else queries.get_first_series(language),
        themes=[] if listing.items or listing.groups else get_themes(language),
    )


@bp.get("/<lang:lang>/stories/<slug>/")
@public_page()
def show(slug: str) -> ResponseReturnValue:
    """A story with its series, a link to the original, and related stories."""
    language = current_language()
    story, languages = queries.get_story_or_404(slug, language)
    series = queries.get_series_by_id(story.series_id, language) if story.series_id else None
    facts = get_facts(language, story_id=story.id)
    return render_template(
        "stories/show.html",
        story=story,
        page_languages=languages,
        facts=facts,
        mentions=get_mentions_of_story(story.id, language, [fact.source_url for fact in facts]),
        people=get_people(language, story_id=story.id),
        timelines=get_timelines(language, story_id=story.id),
        themes=queries.get_themes_of_story(story.id, language),
        project=get_project_by_id(story.project_id, language) if story.project_id else None,
        series=series,
        parts=queries.get_stories_of_series(series.id, language) if series else [],
        related=queries.get_related_stories(story, language),
    )


@bp.get("/<lang:lang>/stories/<slug>/card.png")
def card(slug: str) -> ResponseReturnValue:
    """The link-preview image of a story."""
    language = current_language()
    story, _ = queries.get_story_or_404(slug, language)
    series, cover = _series_and_cover(story, language)
    kicker = (
        gettext("Part %(part)s of the series “%(title)s”", part=story.part, title=series.title)
        if series
        else gettext("Story")
    )
    return social_cards.card_response(
        kicker=kicker,
        title=story.title,
        cover=cover,
        photo=story.picture or "",
        focus=(story.focus_x, story.focus_y) if story.picture else (50, 50),
    )


@bp.get("/<lang:lang>/series/<slug>/")
@public_page()
def series(slug: str) -> ResponseReturnValue:
    """A series and its parts in their order."""
    language = current_language()
    series, languages = queries.get_series_or_404(slug, language)
    return render_template(
        "stories/series.html",
        series=series,
        page_languages=languages,
        parts=queries.get_stories_of_series(series.id, language),
    )


@bp.get("/<lang:lang>/series/<slug>/card.png")
def series_card(slug: str) -> ResponseReturnValue:
    """The link-preview image of a series."""
    series, _ = queries.get_series_or_404(slug, current_language())
    return social_cards.card_response(kicker=gettext("Series"), title=series.title, cover=series)


@bp.get("/<lang:lang>/stories/<slug>/print/")
@public_page()
def print_story(slug: str) -> ResponseReturnValue:
    """The print edition of a story, to be sent by post: large type on A5, and no URL on its front page."""
    language = current_language()
    story, _ = queries.get_story_or_404(slug, language)
    series, cover = _series_and_cover(story, language)
    return render_template(
        "stories/print_story.html",
        story=story,
        mentions=get_mentions_of_story(story.id, language),
        people=get_people(language, story_id=story.id),
        facts=get_facts(language, story_id=story.id),
        timelines=get_timelines(language, story_id=story.id),
        series=series,
        parts=queries.get_stories_of_series(series.id, language) if series else [],
        cover=greyscale_cover(cover),
        cover_description=cover_alt(cover) if cover else "",
        page=url_for("stories.show", slug=slug),
        links=PrintedLinks(full_url(url_for("stories.show", slug=slug))),
    )


@bp.get("/<lang:lang>/series/<slug>/print/")
@public_page()
def print_series(slug: str) -> ResponseReturnValue:
    """The print edition of a series: all parts as one booklet."""
    language = current_language()
    series, _ = queries.get_series_or_404(slug, language)
    parts = queries.get_full_stories_of_series(series.id, language)
    ids = [part.id for part in parts]
    return render_template(
        "stories/print_series.html",
        series=series,
        parts=parts,
        facts_by_story=get_facts_by_story(language, ids),
        originals=get_originals(ids, language),
        people_by_story=get_people_by_story(language, ids),
        timelines_by_story=get_timelines_by_story(language, ids),
        cover=greyscale_cover(series),
        cover_description=cover_alt(series),
        page=url_for("stories.series", slug=slug),
        links=PrintedLinks(full_url(url_for("stories.series", slug=slug))),
    )


@bp.get("/<lang:lang>/stories/<slug>/offline.html")
@public_page()
def offline(slug: str) -> ResponseReturnValue:
    """A story as a single file that needs no connection; its name does not reveal its content."""
    language = current_language()
    story, _ = queries.get_story_or_404(slug, language)
    series, cover = _series_and_cover(story, language)
    page = render_template(
        "stories/single_file.html",
        story=story,
        mentions=get_mentions_of_story(story.id, language),
        people=get_people(language, story_id=story.id),
        facts=get_facts(language, story_id=story.id),
        timelines=get_timelines(language, story_id=story.id),
        series=series,
        cover=cover,
        style=Markup("\n".join(_read_stylesheet(name) for name in ("site", "reading"))),  # noqa: S704
        print_style=Markup(_read_stylesheet("print")),  # noqa: S704
    )
    response = make_response(make_single_file(page, full_url(url_for("stories.show", slug=slug))))
    response.headers.set("Content-Disposition", "attachment", filename="text.html")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _series_and_cover(story: AnyRow, language: str) -> tuple[AnyRow | None, AnyRow | None]:
    """The series of a story, and the object whose cover represents it: itself, the series, or else the project."""
    series = queries.get_series_by_id(story.series_id, language) if story.series_id else None
    project = get_project_by_id(story.project_id, language) if story.project_id and not series else None
    return series, story if story.cover else series or project


def _read_stylesheet(name: str) -> str:
    return (FOLDER / "css" / f"{name}.css").read_text(encoding="utf-8")
