"""Who may do what in the panel. Every view says which role it needs; one that says nothing does not start.

A view that needs the second factor to be fresh asks for it in between: what was posted is carried on, so that nothing
has to be typed again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Flask, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from wzo.admin.accounts import actions
from wzo.admin.accounts.models import Role, User, UserSession
from wzo.extensions import csrf

View = TypeVar("View", bound=Callable[..., Any])

# How long a second factor counts as just given, in seconds.
FRESH = 15 * 60
# What an editor may send: a long text with all its fields. A view that takes files says so itself.
LONGEST_FORM = 2 * 1024 * 1024
MOST_FIELDS = 2_000


@dataclass(frozen=True)
class Need:
    """What a view asks of whoever opens it. Without a role it is open to all; `body` is the most bytes it takes."""

    role: Role | None
    factor: bool = False
    body: int = LONGEST_FORM


def needs(role: Role, *, factor: bool = False, body: int = LONGEST_FORM) -> Callable[[View], View]:
    """Open a view to this role and those above it. `factor`: only within minutes of the second factor."""
    return _mark(Need(role, factor, body))


def open_to_all(view: View) -> View:
    """Open a view to people who are not signed in."""
    return _mark(Need(None, body=64 * 1024))(view)


def editor() -> User:
    """The editor who is signed in."""
    user: User = current_user._get_current_object()
    return user


def need_of(app: Flask, endpoint: str) -> Need:
    """What the view of an endpoint asks for."""
    view: Any = app.view_functions[endpoint]
    need: Need = view.need
    return need


def guard(bp: Blueprint) -> None:
    """Let nobody into a blueprint who may not go there; its parts are guarded with it."""

    @bp.before_request
    def let_in_or_refuse() -> ResponseReturnValue | None:
        need = need_of(current_app, str(request.endpoint))
        if need.role is None:
            csrf.protect()
            return None
        if not current_user.is_authenticated:
            # Where there is something to come back to; a post would come back without its fields.
            back = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("admin.accounts.sign_in", next=back), 303)
        request.max_content_length = need.body
        request.max_form_memory_size = LONGEST_FORM
        request.max_form_parts = MOST_FIELDS
        csrf.protect()
        if not editor().may(need.role):
            abort(403)
        if need.factor and not factor_is_fresh():
            return _ask_for_factor()
        return None


def init_app(app: Flask) -> None:
    """Refuse to start with a view of the panel that does not say whom it is for."""
    silent = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint.startswith("admin.") and not hasattr(view, "need")
    ]
    if silent:
        raise RuntimeError(f"These views do not say whom they are for: {', '.join(silent)}")


def _mark(need: Need) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.need = need  # type: ignore[attr-defined]
        return view

    return decorate


def factor_is_fresh() -> bool:
    """Whether the editor gave the second factor within the last minutes."""
    session: UserSession = g.user_session
    return time.time() - session.factor_at < FRESH


def _ask_for_factor() -> ResponseReturnValue | None:
    """Ask for the second factor; whoever has just given a right one goes on."""
    wrong = False
    if request.method == "POST" and "factor_code" in request.form:
        if actions.confirm_factor(g.user_session, request.form["factor_code"]):
            return None
        wrong = True
    fields = [
        (name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "factor_code")
    ]
    page = render_template("admin/accounts/factor.html", fields=fields, wrong=wrong)
    return page, 403
