"""The editors' panel: its start page and its blueprints."""

from typing import Any

from flask import Blueprint, Flask, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup
from werkzeug.routing import IntegerConverter, Map

from wzo.accounts import queries
from wzo.accounts.models import Role
from wzo.accounts.passkeys_only import is_passkeys_only
from wzo.admin import access
from wzo.admin.access import PANEL_LANGUAGE, requires
from wzo.admin.account import views as account
from wzo.admin.donations import views as donations
from wzo.admin.editing import (  # noqa: F401 - they add routes
    convert_views,
    draft_views,
    history_views,
    list_views,
    picture_views,
    publish_views,
    trash_views,
)
from wzo.admin.editing import views as editing
from wzo.admin.editing.routes import ContentTypeConverter
from wzo.admin.files import views as files
from wzo.admin.help import views as help_views
from wzo.admin.help.topics import PREFIX, Topic, get_topic, topic_for
from wzo.admin.help.tour import tour_step
from wzo.admin.home import views as home
from wzo.admin.menu import menu
from wzo.admin.old_addresses import views as old_addresses
from wzo.admin.petition import (  # noqa: F401 - they add routes
    countries_views,
    emails_views,
    invalidation_views,
    names_views,
    opening_views,
    paper_views,
    retention_views,
)
from wzo.admin.petition import views as signatures
from wzo.admin.petition.queries import get_chart
from wzo.admin.pictures import views as pictures
from wzo.admin.sign_in import views as sign_in
from wzo.admin.status import views as status
from wzo.admin.status.problems import problems_for
from wzo.admin.times import current_city, local
from wzo.admin.users import views as users
from wzo.cms.content_types import primary_type
from wzo.cms.lists import ListItem, find
from wzo.extensions import csrf, login
from wzo.files import serving as file_serving
from wzo.i18n import LANGUAGES, current_language, set_language
from wzo.markdown import render_markdown
from wzo.media import serving
from wzo.petition.queries import get_current_petition

# The number of items of each list on the start page.
WAITING_LIMIT = 10
# The number of days in the start page's chart of signatures.
CHART_DAYS = 30


class IdConverter(IntegerConverter):
    """An id in a URL. A number that is too large for a database column is not found."""

    def __init__(self, url_map: Map, *, max: int = 2**31 - 1, **limits: Any) -> None:
        super().__init__(url_map, max=max, **limits)


bp = Blueprint("admin", __name__, url_prefix="/admin")
for part in (
    sign_in,
    account,
    users,
    editing,
    signatures,
    donations,
    pictures,
    files,
    home,
    old_addresses,
    status,
    help_views,
):
    bp.register_blueprint(part.bp)


def init_app(app: Flask) -> None:
    """Register the panel's blueprints, and set up Flask-Login."""
    # Not by login.init_app: it reads the session in every request and template, and so public pages would get
    # “Vary: Cookie” and be cached separately for each visitor.
    app.login_manager = login  # type: ignore[attr-defined]
    login.session_protection = None
    login.user_loader(queries.get_session_user)
    csrf.init_app(app)
    app.url_map.converters["int"] = IdConverter
    app.url_map.converters["content_type"] = ContentTypeConverter
    app.jinja_env.filters.update(local=local, markdown_in=markdown_in, help_text=help_text)
    app.register_blueprint(bp)
    app.register_blueprint(draft_views.drafts)
    serving.access_checks.add(draft_views.may_see_picture)
    file_serving.access_checks.add(draft_views.may_have_file)
    access.init_app(app)


@bp.before_request
def use_own_language() -> None:
    """Show the panel in the language that the editor last chose in this session, else in that of the account."""
    if not current_user.is_authenticated:
        return
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        session[PANEL_LANGUAGE] = chosen
    else:
        set_language(session.get(PANEL_LANGUAGE, current_user.language))


access.guard(bp)


@bp.context_processor
def add_variables() -> dict[str, object]:
    """Template variables of the panel."""
    return {
        "menu": menu,
        "current_url_with": current_url_with,
        "current_city": current_city,
        "current_user": current_user,
        "help_here": help_here,
        "tour_step": tour_step,
        "primary_type": primary_type(),
        "passkeys_only": is_passkeys_only(),
    }


def markdown_in(text: str, language: str) -> Markup:
    """Render an editor's Markdown as safe HTML in its own language, whatever the language of the panel."""
    return render_markdown(text, language, f"preview-{language}", 3)


def help_text(text: str, level: int) -> Markup:
    """Render a text of the help as HTML, with headings from a level on."""
    return render_markdown(text, current_language(), PREFIX, level)


def current_url_with(**changes: str) -> str:
    """The URL of the current page, with some arguments changed."""
    # Arguments that have a meaning to url_for could change the target.
    query = {name: value for name, value in request.args.items() if name != "endpoint" and not name.startswith("_")}
    arguments: dict[str, Any] = {**query, **(request.view_args or {}), **changes}
    return url_for(str(request.endpoint), **arguments)


def help_here(chosen: str | None = None) -> Topic | None:
    """The help topic of the current page, or the one that its template has chosen."""
    key = chosen or topic_for(str(request.endpoint))
    return get_topic(key, current_language()) if key else None


@bp.get("/")
@requires(Role.WRITER)
def index() -> ResponseReturnValue:
    """The items that are waiting for this editor, and the problems, each with a link to the fix."""
    waiting = [(key, items) for key in ("failed", "review", "mine", "stale", "scheduled") if (items := _waiting(key))]
    petition = get_current_petition(current_language())
    return render_template(
        "admin/index.html",
        waiting=waiting,
        language_names={code: language.label for code, language in LANGUAGES.items()},
        problems=problems_for(access.editor()),
        petition=petition,
        chart=get_chart(petition.id, CHART_DAYS) if petition else None,
    )


def _waiting(only: str) -> list[ListItem]:
    return find(only, editor_id=access.editor().id, limit=WAITING_LIMIT)
