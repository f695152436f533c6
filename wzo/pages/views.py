"""Plain pages of text."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from wzo.i18n import current_language
from wzo.page_cache.policy import public_page
from wzo.pages import queries

bp = Blueprint("pages", __name__)


@bp.get("/<lang:lang>/privacy/")
@public_page()
def privacy() -> ResponseReturnValue:
    """The privacy notice."""
    page = queries.get_page_or_404("privacy", current_language())
    return render_template("pages/privacy.html", page=page, page_languages=queries.get_page_languages("privacy"))
