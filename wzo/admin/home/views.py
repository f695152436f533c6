"""The sections of the home page: which ones it shows, and in which order."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from wzo.accounts.models import Role
from wzo.admin.access import requires
from wzo.cms.content_types import registry
from wzo.cms.lists import get_items
from wzo.i18n import LANGUAGES
from wzo.pages.actions import move_section, set_hidden
from wzo.pages.models import SECTIONS
from wzo.pages.queries import get_all_sections

bp = Blueprint("home", __name__, url_prefix="/home-sections")


@bp.get("/")
@requires(Role.PUBLISHER)
def index() -> ResponseReturnValue:
    """The sections in their order."""
    blocks = get_all_sections()
    items = {item.id: item for item in get_items(registry["home"], ids=[block.id for block in blocks], limit=None)}
    return render_template(
        "admin/home/index.html",
        sections=[(block, items[block.id]) for block in blocks],
        language_names={code: language.label for code, language in LANGUAGES.items()},
    )


@bp.post("/<key>/move")
@requires(Role.PUBLISHER)
def move(key: str) -> ResponseReturnValue:
    """Moves a section up or down."""
    _check(key)
    move_section(key=key, step=request.form.get("step", 0, type=int))
    return redirect(url_for(".index", _anchor=f"section-{key}"), 303)


@bp.post("/<key>/show")
@requires(Role.PUBLISHER)
def show(key: str) -> ResponseReturnValue:
    """Hides a section, or shows it again."""
    _check(key)
    hidden = request.form.get("hidden", "")
    if hidden not in ("yes", "no"):
        abort(400)
    set_hidden(key=key, hidden=hidden == "yes")
    flash(gettext("The home page does not show it now.") if hidden == "yes" else gettext("The home page shows it now."))
    return redirect(url_for(".index", _anchor=f"section-{key}"), 303)


def _check(key: str) -> None:
    """Abort with 404 if there is no such section."""
    if key not in SECTIONS:
        abort(404)
