"""Card donations in the panel: totals by month, and nothing about donors."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.admin.donations.queries import get_months
from wzo.clock import today
from wzo.donate.currencies import format_amount
from wzo.donate.stripe_client import why_cards_are_not_accepted

bp = Blueprint("donations", __name__, url_prefix="/donations")


@bp.get("/")
@requires(Role.PUBLISHER)
def index() -> ResponseReturnValue:
    """The totals of the last twelve months."""
    return render_template(
        "admin/donations/index.html",
        months=get_months(today()),
        problem=why_cards_are_not_accepted(),
        format_amount=format_amount,
    )
