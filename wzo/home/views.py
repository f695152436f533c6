"""The home page and its link-preview image."""

from collections.abc import Iterable
from itertools import groupby
from json import dumps

from flask import Blueprint, Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo import social_cards
from wzo.extensions import AnyRow
from wzo.facts.queries import get_fact_ids_of_home_section, get_facts_of_home_page
from wzo.i18n import current_language
from wzo.page_cache.policy import public_page
from wzo.pages import queries
from wzo.petition.intervals import COUNT_INTERVAL
from wzo.petition.queries import get_current_petition, get_public_count
from wzo.petition.signing_state import signing_state
from wzo.projects.queries import get_projects_by_home_section
from wzo.static_files import ICONS, StaticFiles
from wzo.stories.queries import get_countries, get_first_series, get_newest_stories, get_stories_of_series
from wzo.team.queries import get_members
from wzo.themes.queries import get_themes

STORY_LIMIT = 3
# Short sections, which share a band of the page if they are neighbours.
SHARING = ("what-we-do", "themes")

bp = Blueprint("home", __name__)


@bp.app_template_global()
def notices() -> list[AnyRow]:
    """The notices that every page shows at its top today."""
    return queries.get_notices(current_language())


@bp.get("/<lang:lang>/")
@public_page(refresh_seconds=COUNT_INTERVAL)
def index() -> ResponseReturnValue:
    """Who we are, the petition with its count, and an overview of projects and stories."""
    language = current_language()
    blocks = queries.get_home_blocks(language)
    if not blocks:
        return render_template("home/empty.html")
    sections, petition = queries.get_home_sections(language), get_current_petition(language)
    facts, of_mothers = get_facts_of_home_page(language), get_fact_ids_of_home_section("mothers")
    return render_template(
        "home/index.html",
        blocks=blocks,
        bands=_bands(sections),
        petition=petition,
        can_sign=petition is not None and signing_state(petition).is_open,
        count=get_public_count(petition.id, petition.goal) if petition else None,
        facts=[fact for fact in facts if fact.id not in of_mothers or "mothers" not in sections],
        facts_of_mothers=[fact for fact in facts if fact.id in of_mothers],
        themes=get_themes(language),
        projects=get_projects_by_home_section(language),
        series=[(one, get_stories_of_series(one.id, language)) for one in get_first_series(language, limit=1)],
        stories=get_newest_stories(language, outside_series=True, limit=STORY_LIMIT),
        countries=get_countries(language),
        members=get_members(language),
    )


def _bands(sections: Iterable[str]) -> list[list[str]]:
    """The sections of each band of the page."""
    groups = groupby(sections, key=lambda key: "" if key in SHARING else key)
    return [[*keys] for _, keys in groups]


@bp.get("/<lang:lang>/site.webmanifest")
@public_page()
def manifest() -> ResponseReturnValue:
    """The name, colours and icons with which a phone puts the site on its home screen."""
    files: StaticFiles = current_app.extensions["static_files"]
    data = {
        "name": gettext("Woman. Prison. Society"),
        "lang": current_language(),
        "start_url": url_for("home.index"),
        "display": "browser",
        "theme_color": "#22262e",
        "background_color": "#f6f1e7",
        "icons": [
            {"src": files.urls[name], "sizes": f"{width}x{width}", "type": "image/png", "purpose": "any maskable"}
            for name, width in ICONS.items()
            if files.has(name)
        ],
    }
    return Response(dumps(data, ensure_ascii=False), content_type="application/manifest+json")


@bp.get("/<lang:lang>/card.png")
def card() -> ResponseReturnValue:
    """The link-preview image of the site."""
    hero = queries.get_home_blocks(current_language()).get("hero")
    return social_cards.card_response(kicker="", title=hero.title if hero else gettext("Woman. Prison. Society"))
