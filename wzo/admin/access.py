"""Who may do what in the panel. Every view says which role it needs; one that says nothing does not start.

A view that needs the second factor to be fresh asks for it in between: what was posted is carried on, so that nothing
has to be typed again. So is what somebody posts whose session has ended meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from flask import Blueprint, Flask, abort, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from wzo.accounts import actions, passkeys
from wzo.accounts.models import Role, User, UserSession
from wzo.accounts.rate_limits import TooManyGuesses
from wzo.admin.sign_in import client, pending_form
from wzo.admin.sign_in.forms import SignInForm
from wzo.clock import now
from wzo.extensions import csrf

View = TypeVar("View", bound=Callable[..., Any])

# How long a second factor counts as just given.
FRESH = timedelta(minutes=15)
# What an editor may send: a long text with all its fields. A view that takes files says so itself.
LONGEST_FORM = 2 * 1024 * 1024
MOST_FIELDS = 2_000


@dataclass(frozen=True)
class Requirement:
    """What a view asks of whoever opens it. Without a role it is open to all; `body` is the most bytes it takes."""

    role: Role | None
    factor: bool = False
    body: int = LONGEST_FORM


def requires(role: Role, *, factor: bool = False, body: int = LONGEST_FORM) -> Callable[[View], View]:
    """Open a view to this role and those above it. `factor`: only within minutes of the second factor."""
    return _mark(Requirement(role, factor, body))


def open_to_all(view: View) -> View:
    """Open a view to people who are not signed in."""
    return _mark(Requirement(None, body=64 * 1024))(view)


def editor() -> User:
    """The editor who is signed in."""
    user: User = current_user._get_current_object()
    return user


def own_session() -> UserSession:
    """The session in which the editor is signed in here."""
    user_session: UserSession = g.user_session
    return user_session


def requirement_of(app: Flask, endpoint: str) -> Requirement:
    """What the view of an endpoint asks for."""
    view: Any = app.view_functions[endpoint]
    need: Requirement = view.need
    return need


def guard(bp: Blueprint) -> None:
    """Let nobody into a blueprint who may not go there; its parts are guarded with it."""

    @bp.before_request
    def let_in_or_refuse() -> ResponseReturnValue | None:
        need = requirement_of(current_app, str(request.endpoint))
        signed_in = current_user.is_authenticated
        if signed_in:
            _take_up_to(need.body)
            actions.note_seen(own_session())
        elif was_signed_in():
            # What was written while the session ran out is carried through the sign-in.
            _take_up_to(LONGEST_FORM)
        elif need.role is not None:
            return _lead_to_sign_in()
        csrf.protect()
        if any("\0" in text for _, text in request.values.items(multi=True)):
            # PostgreSQL has no such letter, and nobody types one.
            abort(400)
        if need.role is None:
            return None
        if not signed_in:
            return _keep_and_ask_to_sign_in() if request.method == "POST" else _lead_to_sign_in()
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


def was_signed_in() -> bool:
    """Whether this browser still holds a session's cookie, signed by us, even if the session has ended."""
    return "_user_id" in session


def show_sign_in(
    form: SignInForm, *, back: str, letter: str = "", trouble: str = "", status: int = 200
) -> ResponseReturnValue:
    """The way in. `back`: the path to go on to, `letter`: what waits to be sent then, `trouble`: what is wrong."""
    page = render_template(
        "admin/sign_in/sign_in.html",
        form=form,
        back=back,
        letter=letter,
        pending_form=pending_form.unpack(letter),
        trouble=trouble,
        passkey=passkeys.ask_to_sign_in(),
    )
    return page, status


def _mark(need: Requirement) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.need = need  # type: ignore[attr-defined]
        return view

    return decorate


def _take_up_to(size: int) -> None:
    request.max_content_length = size
    request.max_form_memory_size = LONGEST_FORM
    request.max_form_parts = MOST_FIELDS


def _lead_to_sign_in() -> ResponseReturnValue:
    # Where there is something to come back to; a post would come back without its fields.
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("admin.sign_in.sign_in", next=back), 303)


def _keep_and_ask_to_sign_in() -> ResponseReturnValue:
    return show_sign_in(SignInForm(), back="", letter=pending_form.pack(), status=401)


def factor_is_fresh() -> bool:
    """Whether the editor gave the second factor within the last minutes."""
    return now() - own_session().factor_at < FRESH


def _ask_for_factor() -> ResponseReturnValue | None:
    """Ask for the second factor; whoever has just given a right one goes on."""
    if request.method != "POST":
        return redirect(url_for("admin.sign_in.factor", next=request.full_path.rstrip("?")), 303)
    given, trouble = judge_factor()
    if given:
        return None
    return show_factor(action=request.full_path.rstrip("?"), fields=pending_form.written_fields(), trouble=trouble), 403


def judge_factor() -> tuple[bool, str]:
    """Whether the form holds a right code or passkey; if it holds a wrong one, what to do about that."""
    code, answer = request.form.get("factor_code", ""), request.form.get("factor_answer", "")
    if not (code or answer):
        return False, ""
    try:
        right = actions.confirm_factor(own_session(), code=code, answer=answer, network=client.network())
    except TooManyGuesses as pause:
        return False, pause.advice
    return right, gettext("The code is wrong or has already been used. Wait for the next code and enter that.")


def show_factor(*, action: str, fields: list[tuple[str, str]], trouble: str) -> str:
    """The page that asks for the second factor, and carries on what was sent."""
    return render_template(
        "admin/sign_in/factor.html", action=action, fields=fields, trouble=trouble, passkey=passkeys.ask_to_sign_in()
    )
