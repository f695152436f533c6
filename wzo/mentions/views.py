"""The page of all publications and mentions."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from wzo.i18n import current_language
from wzo.mentions import queries
from wzo.mentions.languages import in_its_language
from wzo.mentions.models import MENTION_KINDS
from wzo.page_cache.policy import public_page

bp = Blueprint("mentions", __name__)
bp.add_app_template_filter(in_its_language)


@bp.app_template_filter()
def kind_name(kind: str) -> str:
    """The name of a kind of mention."""
    return str(MENTION_KINDS.get(kind, ""))


@bp.get("/<lang:lang>/mentions/")
@public_page()
def index() -> ResponseReturnValue:
    """Originals, translations, mentions, prizes, rulings and screenings by year, each with an anchor."""
    language = current_language()
    return render_template(
        "mentions/index.html", years=queries.get_mentions_by_year(language), owners=queries.get_owners(language)
    )
