"""Gifts by card, as editors see them: sums and numbers by month, and never who gave."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from wzo.admin.access import needs
from wzo.admin.accounts.models import Role
from wzo.admin.gifts.queries import get_months
from wzo.donate.amounts import say_amount
from wzo.donate.card import why_card_is_not_offered
from wzo.publication import today

bp = Blueprint("gifts", __name__, url_prefix="/gifts")


@bp.get("/")
@needs(Role.PUBLISHER)
def index() -> ResponseReturnValue:
    """The last twelve months."""
    return render_template(
        "admin/gifts/index.html", months=get_months(today()), why_not=why_card_is_not_offered(), say_amount=say_amount
    )
