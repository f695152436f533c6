"""Access control of the panel. Every view states the role it requires; the site does not start if one does not.

A view can also require that the second factor was verified recently. If it was not, it is asked for, and the submitted
form is carried along, so that nothing has to be typed again. The same happens if the session has ended meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from flask import Blueprint, Flask, abort, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from wzo.accounts import actions, passkeys, sessions
from wzo.accounts.models import Role, User, UserSession
from wzo.accounts.rate_limits import RateLimited
from wzo.admin.sign_in import pending_form
from wzo.admin.sign_in.forms import SignInForm
from wzo.clock import is_recent
from wzo.extensions import csrf

View = TypeVar("View", bound=Callable[..., Any])

# The age up to which a verification of the second factor counts as recent.
VERIFICATION_LIFETIME = timedelta(minutes=15)
# Where the session keeps the language in which its editor reads the panel, if it is not that of the account.
PANEL_LANGUAGE = "panel-language"
# The limits of an editor's form: a long text with all its fields. Views that accept files have limits of their own.
MAX_FORM_BYTES = 2 * 1024 * 1024
MAX_FORM_FIELDS = 2_000
# The limit of a request without a session.
MAX_ANONYMOUS_BYTES = 64 * 1024


@dataclass(frozen=True)
class Requirement:
    """The requirements of a view: a role, or None if it is open to all; `max_bytes` limits the size of the request."""

    role: Role | None
    recent_second_factor: bool = False
    max_bytes: int = MAX_FORM_BYTES


def requires(
    role: Role, *, recent_second_factor: bool = False, max_bytes: int = MAX_FORM_BYTES
) -> Callable[[View], View]:
    """Require a role or a higher one, and perhaps that the second factor was verified within VERIFICATION_LIFETIME."""
    return _set_requirement(Requirement(role, recent_second_factor, max_bytes))


def open_to_all(view: View) -> View:
    """Let a view be used without signing in."""
    return _set_requirement(Requirement(None, max_bytes=MAX_ANONYMOUS_BYTES))(view)


def editor() -> User:
    """The editor who is signed in."""
    user: User = current_user._get_current_object()
    return user


def current_session() -> UserSession:
    """The session of the editor who is signed in, in this browser."""
    user_session: UserSession = g.user_session
    return user_session


def requirement_of(app: Flask, endpoint: str) -> Requirement:
    """The requirement of an endpoint's view."""
    view: Any = app.view_functions[endpoint]
    requirement: Requirement = view.requirement
    return requirement


def guard(bp: Blueprint) -> None:
    """Check the requirement of every request to a blueprint and the blueprints nested in it."""

    @bp.before_request
    def check_access() -> ResponseReturnValue | None:
        requirement = requirement_of(current_app, str(request.endpoint))
        signed_in = current_user.is_authenticated
        if signed_in:
            _limit_request(requirement.max_bytes)
            sessions.record_use(current_session())
        elif requirement.role is not None:
            # A form that was sent without a session is only returned to its sender, so it needs no token.
            return _keep_form_and_ask_to_sign_in(requirement) if request.method == "POST" else _redirect_to_sign_in()
        elif was_signed_in():
            # A form that was written while the session ended is carried through the sign-in.
            _limit_request(MAX_FORM_BYTES)
        csrf.protect()
        if any("\0" in text for _, text in request.values.items(multi=True)):
            # PostgreSQL cannot store a NUL character, and no keyboard types one.
            abort(400)
        if requirement.role is None:
            return None
        if not editor().may(requirement.role):
            abort(403)
        if requirement.recent_second_factor and not recently_verified():
            return _ask_for_factor()
        return None


def init_app(app: Flask) -> None:
    """Check that every view of the panel states its requirement; raises RuntimeError."""
    missing = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint.startswith("admin.") and not hasattr(view, "requirement")
    ]
    if missing:
        raise RuntimeError(f"These views do not state who may use them: {', '.join(missing)}")


def was_signed_in() -> bool:
    """Whether this browser has a session cookie, even if the session has ended."""
    return "_user_id" in session


def show_sign_in(
    form: SignInForm, *, next_path: str, pending: str = "", error: str = "", status: int = 200
) -> ResponseReturnValue:
    """The sign-in page. `next_path`: where to go afterwards, `pending`: the serialised form to submit then."""
    page = render_template(
        "admin/sign_in/sign_in.html",
        form=form,
        next_path=next_path,
        pending=pending,
        pending_form=pending_form.deserialize(pending),
        error=error,
        passkey=passkeys.authentication_options(),
    )
    return page, status


def recently_verified() -> bool:
    """Whether the editor's second factor was verified within the last minutes."""
    return is_recent(current_session().factor_at, VERIFICATION_LIFETIME)


def verify_submitted_factor() -> tuple[bool, str]:
    """Verify the code or passkey in the form, if there is one; returns whether it is right, and an error if not."""
    code, credential = request.form.get("factor_code", ""), request.form.get("factor_credential", "")
    if not (code or credential):
        return False, ""
    try:
        verified = actions.verify_factor(current_session(), code=code, credential=credential)
    except RateLimited as error:
        return False, error.advice
    return verified, gettext("The code is wrong or has already been used. Wait for the next code and enter that.")


def show_factor_page(*, action: str, fields: list[tuple[str, str]], error: str) -> str:
    """The page that asks for the second factor, and carries the fields of the submitted form along."""
    return render_template(
        "admin/sign_in/factor.html",
        action=action,
        fields=fields,
        error=error,
        passkey=passkeys.authentication_options(),
    )


def _set_requirement(requirement: Requirement) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.requirement = requirement  # type: ignore[attr-defined]
        return view

    return decorate


def _limit_request(max_bytes: int) -> None:
    request.max_content_length = max_bytes
    request.max_form_memory_size = MAX_FORM_BYTES
    request.max_form_parts = MAX_FORM_FIELDS


def _redirect_to_sign_in() -> ResponseReturnValue:
    # Only a GET request can be repeated afterwards; a POST would come back without its fields.
    next_path = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("admin.sign_in.sign_in", next=next_path), 303)


def _keep_form_and_ask_to_sign_in(requirement: Requirement) -> ResponseReturnValue:
    """The sign-in page with the submitted form in it.

    A browser that had a session may have written a long text; one that has signed out is treated as anonymous.
    """
    _limit_request(requirement.max_bytes if was_signed_in() else MAX_ANONYMOUS_BYTES)
    try:
        pending = pending_form.serialize()
    except RequestEntityTooLarge:
        if was_signed_in():
            raise
        return _redirect_to_sign_in()
    return show_sign_in(SignInForm(), next_path="", pending=pending, status=401)


def _ask_for_factor() -> ResponseReturnValue | None:
    """Ask for the second factor; None if the form already contains a valid one."""
    if request.method != "POST":
        return redirect(url_for("admin.sign_in.factor", next=request.full_path.rstrip("?")), 303)
    verified, error = verify_submitted_factor()
    if verified:
        return None
    action = request.full_path.rstrip("?")
    return show_factor_page(action=action, fields=pending_form.submitted_fields(), error=error), 403
