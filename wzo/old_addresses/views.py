"""Redirects requests for addresses of the earlier site."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DatabaseError
from werkzeug.exceptions import NotFound

from wzo.old_addresses import queries

bp = Blueprint("old_addresses", __name__)


@bp.before_app_request
def redirect_from_old_address() -> ResponseReturnValue | None:
    """Redirect an old address to its page, unless this site has a page at that address itself."""
    if not isinstance(request.routing_exception, NotFound):
        return None
    try:
        target = queries.get_target(request.path)
    except DatabaseError:
        # Without the database, there is no such page.
        return None
    return redirect(target, 301) if target else None
