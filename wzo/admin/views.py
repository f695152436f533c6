"""The editors' panel: its entrance, and the parts that it is made of."""

from typing import Any

from flask import Blueprint, Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from wzo.admin import access
from wzo.admin.access import needs
from wzo.admin.accounts import queries
from wzo.admin.accounts import views as accounts
from wzo.admin.accounts.models import Role
from wzo.admin.menu import menu
from wzo.admin.petition import views as petition
from wzo.extensions import csrf, login
from wzo.i18n import LANGUAGES

bp = Blueprint("admin", __name__, url_prefix="/admin")
for part in (accounts, petition):
    bp.register_blueprint(part.bp)


def init_app(app: Flask) -> None:
    """Register the panel with its parts, and teach the application who is signed in."""
    login.init_app(app)
    login.session_protection = None
    login.user_loader(queries.get_session_user)
    csrf.init_app(app)
    app.register_blueprint(bp)
    access.init_app(app)


@bp.before_request
def use_own_language() -> None:
    """The panel speaks the editor's language."""
    if request.args.get("lang") not in LANGUAGES and current_user.is_authenticated:
        g.language = current_user.language


access.guard(bp)


@bp.context_processor
def add_panel() -> dict[str, object]:
    """What the panel's pages have at hand."""
    return {"menu": menu, "own_path": own_path}


def own_path(**changes: str) -> str:
    """The path of the page at hand, with other arguments."""
    arguments: dict[str, Any] = {**request.args, **(request.view_args or {}), **changes}
    return url_for(str(request.endpoint), **arguments)


@bp.get("/")
@needs(Role.WRITER)
def index() -> ResponseReturnValue:
    """What waits for this editor, and what is wrong; each row leads to its mending."""
    return render_template("admin/index.html")
