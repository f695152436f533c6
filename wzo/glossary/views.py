"""The glossary."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from wzo.glossary import queries
from wzo.i18n import current_language
from wzo.page_cache.policy import public_page

bp = Blueprint("glossary", __name__)


@bp.get("/<lang:lang>/glossary/")
@public_page()
def index() -> ResponseReturnValue:
    """Words of prison and of the law, each with an anchor."""
    return render_template("glossary/index.html", terms=queries.get_terms(current_language()))
