"""The editors' panel: its entrance, and the parts that it is made of."""

from typing import Any

from flask import Blueprint, Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh
from flask_login import current_user
from werkzeug.routing import IntegerConverter, Map

from wzo.admin import access
from wzo.admin.access import needs
from wzo.admin.account import views as account
from wzo.admin.accounts import queries
from wzo.admin.accounts import views as accounts
from wzo.admin.accounts.models import Role
from wzo.admin.menu import menu
from wzo.admin.people import views as people
from wzo.extensions import csrf, login
from wzo.i18n import LANGUAGES


class RowNumber(IntegerConverter):
    """A number in an address, no greater than a column can hold: whatever is greater is nowhere to be found."""

    def __init__(self, url_map: Map, *, max: int = 2**31 - 1, **limits: Any) -> None:
        super().__init__(url_map, max=max, **limits)


bp = Blueprint("admin", __name__, url_prefix="/admin")
for part in (accounts, account, people):
    bp.register_blueprint(part.bp)


def init_app(app: Flask) -> None:
    """Register the panel with its parts, and teach the application who is signed in."""
    login.init_app(app)
    login.session_protection = None
    login.user_loader(queries.get_session_user)
    csrf.init_app(app)
    app.url_map.converters["int"] = RowNumber
    app.register_blueprint(bp)
    access.init_app(app)


@bp.before_request
def use_own_language() -> None:
    """The panel speaks the editor's language, and tells the time where the editor is."""
    if current_user.is_authenticated:
        g.zone = current_user.zone
        if request.args.get("lang") not in LANGUAGES:
            g.language = current_user.language
        refresh()


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
