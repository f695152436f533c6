"""Signing in and out, verifying the second factor again, and setting up an account."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from wzo.accounts import actions, passkeys, queries, sessions, two_factor
from wzo.accounts.flow_state import get_flow_state, save_flow_state
from wzo.accounts.invitations import EmailTaken, InvalidInvitation, accept_invitation
from wzo.accounts.models import Role
from wzo.accounts.passkeys_only import is_passkeys_only
from wzo.accounts.rate_limits import RateLimited
from wzo.admin.access import (
    current_session,
    open_to_all,
    requires,
    show_factor_page,
    show_sign_in,
    verify_submitted_factor,
)
from wzo.admin.sign_in.device import device_name
from wzo.admin.sign_in.forms import CodeForm, FirstSetUpForm, SetUpForm, SignInForm
from wzo.admin.sign_in.passkey_set_up import set_up_with_passkey
from wzo.admin.sign_in.pending_form import deserialize, panel_path
from wzo.client_network import network
from wzo.i18n import current_language

bp = Blueprint("sign_in", __name__)

# Not “cookies”: the session's is deleted by name, and that of a known device stays (wzo/accounts/devices.py).
CLEAR_SITE_DATA = '"cache", "storage"'
# Names of flow states: an account that is being set up, and recovery codes that are shown once.
SET_UP = "set-up"
RECOVERY_CODES = "recovery-codes"
WRONG = lazy_gettext("The e-mail address, password or code is wrong. Start again; each code works only once.")
WRONG_CODE = lazy_gettext("This code does not match the QR code. Wait for the next one and enter that.")


@bp.route("/sign-in/", methods=["GET", "POST"])
@open_to_all
def sign_in() -> ResponseReturnValue:
    """The first page of the sign-in: address and password, or a passkey instead of both pages."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(_next_path_or_index())
    form = SignInForm(request.form)
    if request.method == "GET":
        return show_sign_in(form, next_path=_next_path())
    pending = request.form.get("pending", "")
    if not form.validate():
        return show_sign_in(form, next_path=_next_path(), pending=pending, status=400)
    try:
        actions.begin_sign_in(email=form.email.data or "", password=form.password.data or "", network=network())
    except RateLimited as error:
        return show_sign_in(form, next_path=_next_path(), pending=pending, error=error.advice, status=429)
    if pending:
        return _show_code(CodeForm(), pending=pending)
    return redirect(url_for(".code", next=_next_path() or None), 303)


@bp.route("/sign-in/code/", methods=["GET", "POST"])
@open_to_all
def code() -> ResponseReturnValue:
    """The second page of the sign-in: a code of the authenticator app, or a recovery code."""
    pending = request.form.get("pending", "")
    if not actions.sign_in_begun():
        if pending:
            return show_sign_in(SignInForm(), next_path=_next_path(), pending=pending, status=400)
        return redirect(url_for(".sign_in", next=_next_path() or None), 303)
    form = CodeForm(request.form)
    if request.method == "GET":
        return _show_code(form)
    if not form.validate():
        return _show_code(form, pending=pending, status=400)
    try:
        actions.finish_sign_in(code=form.code.data or "", network=network(), device=device_name())
    except RateLimited as error:
        return _show_code(form, pending=pending, error=error.advice, status=429)
    except actions.InvalidCredentials:
        return _show_code(form, pending=pending, error=str(WRONG), status=403)
    return _continue(pending)


@bp.post("/sign-in/passkey/")
@open_to_all
def passkey() -> ResponseReturnValue:
    """Signs in with a passkey."""
    pending = request.form.get("pending", "")
    try:
        actions.sign_in_with_passkey(credential=request.form.get("credential", ""), device=device_name())
    except actions.InvalidCredentials:
        error = gettext("This passkey was not accepted. Try again, or use your password.")
        return show_sign_in(SignInForm(), next_path=_next_path(), pending=pending, error=error, status=403)
    return _continue(pending)


@bp.post("/sign-out/")
@open_to_all
def sign_out() -> ResponseReturnValue:
    """Signs out, and makes the browser delete everything it has stored for the site."""
    if current_user.is_authenticated:
        sessions.sign_out(current_session())
    session.clear()
    response = redirect(url_for(".signed_out"), 303)
    response.headers["Clear-Site-Data"] = CLEAR_SITE_DATA
    return response


@bp.get("/signed-out/")
@open_to_all
def signed_out() -> ResponseReturnValue:
    """Says that the editor is signed out."""
    return render_template("admin/sign_in/signed_out.html")


@bp.get("/signed-in/")
@requires(Role.WRITER)
def signed_in() -> ResponseReturnValue:
    """Says, in a tab that was opened to sign in, that one can go back to the other tab."""
    return render_template("admin/sign_in/signed_in.html")


@bp.route("/factor/", methods=["GET", "POST"])
@requires(Role.WRITER)
def factor() -> ResponseReturnValue:
    """Asks for the second factor again, and continues to the page that requires it."""
    verified, error = verify_submitted_factor() if request.method == "POST" else (False, "")
    if verified:
        return redirect(_next_path_or_index(), 303)
    page = show_factor_page(action=url_for(".factor", next=_next_path()), fields=[], error=error)
    return page, 403 if error else 200


@bp.route("/set-up/<token:token>/", methods=["GET", "POST"])
@open_to_all
def set_up(token: str) -> ResponseReturnValue:
    """Sets up an account: name, password and authenticator app, or a passkey where nothing else is accepted."""
    invitation = queries.find_invitation(token)
    if invitation is None:
        raise InvalidInvitation
    if is_passkeys_only():
        return set_up_with_passkey(invitation, token)
    email = invitation.email or str(request.form.get("email", ""))
    form: Any = (SetUpForm if invitation.email else FirstSetUpForm)(request.form, name=invitation.name)
    form.about = (email, str(request.form.get("name", "")))
    state = get_flow_state(SET_UP)
    begun = state is not None and state["token"] == token
    secret = str(state["secret"]) if state and begun else two_factor.generate_secret()
    if request.method == "POST" and begun and form.validate():
        try:
            accepted = accept_invitation(
                token=token,
                name=form.name.data,
                email=invitation.email or form.email.data,
                password=form.password.data,
                secret=secret,
                code=form.code.data,
                language=current_language(),
                timezone=form.timezone.data,
            )
        except EmailTaken:
            raise InvalidInvitation from None
        if accepted:
            user, codes = accepted
            sessions.start_session(user, device_name())
            save_flow_state(RECOVERY_CODES, codes=codes)
            return redirect(url_for("admin.account.recovery_codes"), 303)
        form.code.errors = [str(WRONG_CODE)]
    save_flow_state(SET_UP, secret=secret, token=token, email=email)
    page = render_template(
        "admin/sign_in/set_up.html", form=form, invitation=invitation, secret=secret, first=not invitation.email
    )
    return page, 200 if request.method == "GET" else 400


@bp.get("/set-up/authenticator.svg")
@open_to_all
def authenticator_qr() -> ResponseReturnValue:
    """The QR code that the authenticator app scans, for the account that this browser is setting up."""
    state = get_flow_state(SET_UP)
    if state is None:
        raise InvalidInvitation
    svg = two_factor.qr_code(state["secret"], state["email"] or gettext("Editors’ panel"))
    return svg, {"Content-Type": "image/svg+xml"}


def _show_code(form: CodeForm, *, pending: str = "", error: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "admin/sign_in/code.html",
        form=form,
        next_path=_next_path(),
        pending=pending,
        error=error,
        passkey=passkeys.authentication_options(),
    )
    return page, status


def _continue(pending: str) -> ResponseReturnValue:
    """Continue after the sign-in: to the form that was pending, or to the page that the editor asked for."""
    pending_form = deserialize(pending) if pending else None
    if pending_form:
        return render_template("admin/sign_in/send.html", pending_form=pending_form)
    return redirect(_next_path_or_index(), 303)


def _next_path() -> str:
    return panel_path(request.values.get("next")) or ""


def _next_path_or_index() -> str:
    return _next_path() or url_for("admin.index")
