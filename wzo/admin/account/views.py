"""An editor's own account."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from wzo.accounts import passkeys, queries, two_factor
from wzo.accounts.flow_state import get_flow_state, pop_flow_state, save_flow_state
from wzo.accounts.models import Role
from wzo.accounts.passkeys_only import refuse_if_passkeys_only
from wzo.accounts.rate_limits import RateLimited
from wzo.accounts.sessions import end_other_sessions, end_session
from wzo.admin.access import PANEL_LANGUAGE, current_session, editor, requires
from wzo.admin.account import actions
from wzo.admin.sign_in.device import device_name
from wzo.admin.sign_in.forms import ChangePasswordForm, CodeForm, PasskeyForm, SettingsForm

bp = Blueprint("account", __name__, url_prefix="/account")

# Names of flow states: the secret of a new authenticator app until a code confirms it, and codes that are shown once.
AUTHENTICATOR = "authenticator"
RECOVERY_CODES = "recovery-codes"
# The endpoints that change a password, or the source of codes.
OF_PASSWORDS = {
    f"admin.account.{name}" for name in ("password", "authenticator", "authenticator_qr", "new_recovery_codes")
}


@bp.before_request
def refuse_passwords() -> None:
    """Refuse requests about passwords and codes where only passkeys are accepted."""
    if request.endpoint in OF_PASSWORDS:
        refuse_if_passkeys_only()


@bp.route("/", methods=["GET", "POST"])
@requires(Role.WRITER)
def index() -> ResponseReturnValue:
    """The editor's settings, credentials and sessions."""
    user = editor()
    form = SettingsForm(request.form, obj=user)
    if request.method == "POST" and form.validate():
        actions.change_settings(
            user_id=user.id, name=form.name.data or "", language=form.language.data, timezone=form.timezone.data
        )
        session.pop(PANEL_LANGUAGE, None)
        flash(gettext("Saved."))
        return redirect(url_for(".index"), 303)
    page = render_template(
        "admin/account/index.html",
        form=form,
        sessions=queries.get_live_sessions(user.id),
        current=current_session(),
        passkeys=queries.get_passkeys(user.id),
        codes_left=queries.count_recovery_codes(user.id),
    )
    return page, 400 if form.errors else 200


@bp.route("/password/", methods=["GET", "POST"])
@requires(Role.WRITER, recent_second_factor=True)
def password() -> ResponseReturnValue:
    """Changes the password."""
    form: Any = ChangePasswordForm(request.form)
    form.about = (editor().email, editor().name)
    if request.method == "POST" and form.validate():
        try:
            if actions.change_password(current_session(), old=form.old.data, password=form.password.data):
                flash(gettext("Your password has been changed. All your other sessions have ended."))
                return redirect(url_for(".index"), 303)
            form.old.errors = [gettext("The password is wrong.")]
        except RateLimited as error:
            form.old.errors = [error.advice]
    return render_template("admin/account/password.html", form=form), 400 if form.errors else 200


@bp.route("/authenticator/", methods=["GET", "POST"])
@requires(Role.WRITER, recent_second_factor=True)
def authenticator() -> ResponseReturnValue:
    """Replaces the authenticator app."""
    state = get_flow_state(AUTHENTICATOR)
    secret = str(state["secret"]) if state else two_factor.generate_secret()
    form: Any = CodeForm(request.form)
    if request.method == "POST" and state and form.validate():
        if actions.change_authenticator(current_session(), secret=secret, code=form.code.data):
            pop_flow_state(AUTHENTICATOR)
            flash(gettext("The new authenticator app is set up. The old one no longer works."))
            return redirect(url_for(".index"), 303)
        form.code.errors = [gettext("This code does not match the QR code. Wait for the next one and enter that.")]
    save_flow_state(AUTHENTICATOR, secret=secret)
    return render_template("admin/account/authenticator.html", form=form, secret=secret), 400 if form.errors else 200


@bp.get("/authenticator.svg")
@requires(Role.WRITER, recent_second_factor=True)
def authenticator_qr() -> ResponseReturnValue:
    """The QR code that the new authenticator app scans."""
    state = get_flow_state(AUTHENTICATOR)
    if state is None:
        return redirect(url_for(".authenticator"), 303)
    return two_factor.qr_code(state["secret"], editor().email), {"Content-Type": "image/svg+xml"}


@bp.get("/recovery-codes/")
@requires(Role.WRITER)
def recovery_codes() -> ResponseReturnValue:
    """The new recovery codes, shown until the editor confirms that they are kept."""
    state = get_flow_state(RECOVERY_CODES)
    if state is None:
        return redirect(url_for(".index"), 303)
    return render_template("admin/account/recovery_codes.html", codes=state["codes"])


@bp.post("/recovery-codes/new/")
@requires(Role.WRITER, recent_second_factor=True)
def new_recovery_codes() -> ResponseReturnValue:
    """Generates ten new recovery codes."""
    save_flow_state(RECOVERY_CODES, codes=actions.renew_recovery_codes(current_session()))
    return redirect(url_for(".recovery_codes"), 303)


@bp.post("/recovery-codes/kept/")
@requires(Role.WRITER)
def keep_recovery_codes() -> ResponseReturnValue:
    """Records that the editor has kept the codes; they are not shown again."""
    pop_flow_state(RECOVERY_CODES)
    return redirect(url_for("admin.index"), 303)


@bp.route("/passkeys/new/", methods=["GET", "POST"])
@requires(Role.WRITER, recent_second_factor=True)
def add_passkey() -> ResponseReturnValue:
    """Adds a passkey."""
    form: Any = PasskeyForm(request.form, name=device_name())
    if request.method == "POST" and form.validate():
        try:
            credential = request.form.get("credential", "")
            actions.add_passkey(current_session(), credential=credential, name=form.name.data.strip())
        except passkeys.PasskeyRefused:
            form.name.errors = [gettext("The browser’s response was not accepted. Please try again.")]
        else:
            flash(gettext("The passkey has been added. From now on you can sign in with it alone."))
            return redirect(url_for(".index"), 303)
    known_ids = [it.credential_id for it in queries.get_passkeys(editor().id)]
    user = editor()
    options = passkeys.registration_options(
        owner=str(user.id), name=user.email, display_name=user.name, known_ids=known_ids
    )
    page = render_template("admin/account/add_passkey.html", form=form, passkey=options)
    return page, 400 if form.errors else 200


@bp.post("/passkeys/<int:passkey_id>/name/")
@requires(Role.WRITER)
def name_passkey(passkey_id: int) -> ResponseReturnValue:
    """Renames a passkey."""
    name = " ".join(request.form.get("name", "").split())[:64]
    actions.name_passkey(passkey_id=passkey_id, user_id=editor().id, name=name)
    flash(gettext("Saved."))
    return redirect(url_for(".index"), 303)


@bp.post("/passkeys/<int:passkey_id>/remove/")
@requires(Role.WRITER, recent_second_factor=True)
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Removes a passkey."""
    actions.remove_passkey(current_session(), passkey_id=passkey_id)
    flash(gettext("The passkey has been deleted."))
    return redirect(url_for(".index"), 303)


@bp.post("/sessions/<int:session_id>/end/")
@requires(Role.WRITER)
def end_own_session(session_id: int) -> ResponseReturnValue:
    """Ends one of the editor's sessions."""
    end_session(session_id=session_id, user_id=editor().id)
    flash(gettext("The session has ended."))
    return redirect(url_for(".index"), 303)


@bp.post("/sessions/end-others/")
@requires(Role.WRITER)
def end_others() -> ResponseReturnValue:
    """Ends all sessions of the editor except this one."""
    number = end_other_sessions(current_session())
    flash(ngettext("%(num)d session has ended.", "%(num)d sessions have ended.", number))
    return redirect(url_for(".index"), 303)
