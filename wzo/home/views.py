"""The home page and its social card."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo import social_cards
from wzo.extensions import AnyRow
from wzo.facts.queries import get_facts_of_home_page
from wzo.i18n import current_language
from wzo.page_cache.policy import public_page
from wzo.pages import queries
from wzo.petition.queries import get_current_petition, get_public_count
from wzo.petition.rounds import COUNT_ROUND
from wzo.petition.signing_state import signing_state
from wzo.projects.queries import get_projects_by_home_section
from wzo.stories.queries import get_countries, get_first_series, get_newest_stories, get_stories_of_series
from wzo.team.queries import get_members
from wzo.themes.queries import get_themes

STORY_LIMIT = 3

bp = Blueprint("home", __name__)


@bp.app_template_global()
def notices() -> list[AnyRow]:
    """The notices that every page shows at its top today."""
    return queries.get_notices(current_language())


@bp.get("/<lang:lang>/")
@public_page(seconds=COUNT_ROUND)
def index() -> ResponseReturnValue:
    """Who we are, the petition with its count, and an overview of projects and stories."""
    language = current_language()
    blocks = queries.get_home_blocks(language)
    if not blocks:
        return render_template("home/empty.html")
    petition = get_current_petition(language)
    return render_template(
        "home/index.html",
        blocks=blocks,
        petition=petition,
        can_sign=petition is not None and signing_state(petition).is_open,
        count=get_public_count(petition.id, petition.goal) if petition else None,
        facts=get_facts_of_home_page(language),
        themes=get_themes(language),
        projects=get_projects_by_home_section(language),
        series=[(one, get_stories_of_series(one.id, language)) for one in get_first_series(language, limit=1)],
        stories=get_newest_stories(language, outside_series=True, limit=STORY_LIMIT),
        countries=get_countries(language),
        members=get_members(language),
    )


@bp.get("/<lang:lang>/card.png")
def card() -> ResponseReturnValue:
    """The social card of the site."""
    hero = queries.get_home_blocks(current_language()).get("hero")
    return social_cards.card_response(kicker="", title=hero.title if hero else gettext("Woman. Prison. Society"))
