"""The pages of timelines."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo import social_cards
from wzo.i18n import current_language
from wzo.page_cache.policy import public_page
from wzo.timelines import queries
from wzo.timelines.entries import Entry, parse_entries
from wzo.typography import cache_texts

bp = Blueprint("timelines", __name__)


@bp.app_template_filter()
@cache_texts(256, max_length=100_000)
def timeline_entries(body: str) -> tuple[Entry, ...]:
    """The entries of a timeline by date."""
    return tuple(parse_entries(body)[0])


@bp.get("/<lang:lang>/timelines/")
@public_page()
def index() -> ResponseReturnValue:
    """The page of all timelines."""
    return render_template("timelines/index.html", timelines=queries.get_timelines(current_language()))


@bp.get("/<lang:lang>/timelines/<slug>/")
@public_page()
def show(slug: str) -> ResponseReturnValue:
    """A timeline, and the projects and stories that belong to it."""
    language = current_language()
    timeline, languages = queries.get_timeline_or_404(slug, language)
    return render_template(
        "timelines/show.html",
        timeline=timeline,
        page_languages=languages,
        uses=queries.get_uses(timeline.id, language),
    )


@bp.get("/<lang:lang>/timelines/<slug>/card.png")
def card(slug: str) -> ResponseReturnValue:
    """The link-preview image of a timeline."""
    timeline, _ = queries.get_timeline_or_404(slug, current_language())
    return social_cards.card_response(kicker=gettext("Timeline"), title=timeline.title)
