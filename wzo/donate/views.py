"""The page of ways to give."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from wzo.donate import queries
from wzo.home.queries import get_home_blocks
from wzo.i18n import current_language

bp = Blueprint("donate", __name__)


@bp.get("/<lang:lang>/donate/")
def index() -> ResponseReturnValue:
    """The ways to give, and the other ways to help."""
    language = current_language()
    block = get_home_blocks(language).get("help")
    return render_template("donate/index.html", ways=queries.get_donation_ways(language), block=block)
