"""Gifts by card, as editors see them: sums and numbers by month, and never who gave."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.admin.donations.queries import get_months
from wzo.clock import today
from wzo.donate.amounts import say_amount
from wzo.donate.stripe_client import why_card_is_not_offered

bp = Blueprint("donations", __name__, url_prefix="/donations")


@bp.get("/")
@requires(Role.PUBLISHER)
def index() -> ResponseReturnValue:
    """The last twelve months."""
    return render_template(
        "admin/donations/index.html",
        months=get_months(today()),
        why_not=why_card_is_not_offered(),
        say_amount=say_amount,
    )
