"""The page of all figures, and the same as JSON and CSV."""

import re
from json import dumps

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup, escape

from wzo import social_cards
from wzo.extensions import AnyRow
from wzo.facts import queries
from wzo.facts.drawings import Drawing, draw
from wzo.facts.tables import as_csv, as_data
from wzo.headers import let_others_show
from wzo.i18n import current_language
from wzo.page_cache.policy import public_page

bp = Blueprint("facts", __name__)

# The spaces that keep words together, as against those that group digits: 60 000.
NOT_WITHIN_NUMBERS = re.compile("(?<!\\d)\N{NO-BREAK SPACE}|\N{NO-BREAK SPACE}(?!\\d)")


@bp.app_template_filter()
def drawing(fact: AnyRow) -> Drawing | None:
    """The drawing of a fact; None if it has none."""
    title = f"{fact.title}: {fact.figure} {fact.summary}"
    return draw(fact.drawing, fact.numbers, current_language(), title)


@bp.app_template_filter()
def small_before_digits(figure: str) -> Markup:
    """A figure whose number can be set larger than the words before it, such as About; lines may end between words."""
    figure = NOT_WITHIN_NUMBERS.sub(" ", figure)
    number = next((place for place, letter in enumerate(figure) if letter.isdigit()), 0)
    return Markup("<small>{}</small>{}").format(figure[:number], figure[number:]) if number else escape(figure)


@bp.get("/<lang:lang>/figures/")
@public_page()
def index() -> ResponseReturnValue:
    """All figures by theme, each with its day, its source and where it is used."""
    language = current_language()
    return render_template(
        "facts/index.html", groups=queries.get_facts_by_theme(language), uses=queries.get_uses(language)
    )


@bp.get("/<lang:lang>/figures.json")
@public_page()
def data() -> ResponseReturnValue:
    """The figures as JSON."""
    language = current_language()
    data = as_data(queries.get_facts_by_theme(language), queries.get_uses(language), language)
    return let_others_show(Response(dumps(data, ensure_ascii=False, indent=1), content_type="application/json"))


@bp.get("/<lang:lang>/figures.csv")
@public_page()
def csv() -> ResponseReturnValue:
    """The figures as CSV that spreadsheets open."""
    language = current_language()
    text = as_csv(queries.get_facts_by_theme(language), language)
    return let_others_show(Response(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8"))


@bp.get("/<lang:lang>/figures/card.png")
def card() -> ResponseReturnValue:
    """The link-preview image of the page of figures."""
    return social_cards.card_response(kicker=gettext("Woman. Prison. Society"), title=gettext("Facts and figures"))
