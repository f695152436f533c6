"""Signing in and out, and an editor's own account."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from wzo.admin.access import open_to_all

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in/")
@open_to_all
def sign_in() -> ResponseReturnValue:
    """The way in."""
    return render_template("admin/accounts/sign_in.html")
