"""The page for journalists: figures to quote, pictures to download, and the terms."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo import social_cards
from wzo.contact.queries import get_contact
from wzo.facts.queries import get_facts_of_home_page
from wzo.i18n import current_language
from wzo.page_cache.policy import public_page
from wzo.pages.queries import EMBEDDED, find_text
from wzo.projects.queries import get_projects

bp = Blueprint("press", __name__)
# The slug of the page's own text, which the panel lists among the pages.
TERMS = "press-terms"
EMBEDDED[TERMS] = ("press.index", {})


@bp.get("/<lang:lang>/press/")
@public_page()
def index() -> ResponseReturnValue:
    """Figures with citations, the drawn covers of the projects, how to quote and republish, and the contact."""
    language = current_language()
    return render_template(
        "press/index.html",
        facts=get_facts_of_home_page(language),
        projects=[project for project in get_projects(language) if project.cover and not project.cover_picture],
        terms=find_text(TERMS, language),
        contact=get_contact(language),
    )


@bp.get("/<lang:lang>/press/card.png")
def card() -> ResponseReturnValue:
    """The link-preview image of the press page."""
    return social_cards.card_response(kicker=gettext("Woman. Prison. Society"), title=gettext("For the press"))
