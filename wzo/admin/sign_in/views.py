"""Signing in and out, proving oneself anew, and the beginning of an account."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from wzo.accounts import actions, passkeys, queries, two_factor
from wzo.accounts.flow_state import get_flow_state, save_flow_state
from wzo.accounts.invitations import AddressTaken, accept
from wzo.accounts.models import Role
from wzo.accounts.rate_limits import TooManyGuesses
from wzo.admin.access import judge_factor, open_to_all, own_session, requires, show_factor, show_sign_in
from wzo.admin.sign_in import client
from wzo.admin.sign_in.forms import CodeForm, FirstSetUpForm, SetUpForm, SignInForm
from wzo.admin.sign_in.pending_form import own_path, unpack
from wzo.errors import LinkOver
from wzo.i18n import current_language

bp = Blueprint("sign_in", __name__)

CLEAR = '"cache", "cookies", "storage"'
# What the browser carries while an account is set up, and the codes that are shown once.
SET_UP = "set-up"
RECOVERY_CODES = "recovery-codes"
WRONG = lazy_gettext("The e-mail address, password or code is wrong. Start again; each code works only once.")
WRONG_CODE = lazy_gettext("This code does not match the QR code. Wait for the next one and enter that.")


@bp.route("/sign-in/", methods=["GET", "POST"])
@open_to_all
def sign_in() -> ResponseReturnValue:
    """The way in: address and password, or a passkey at once."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(_next())
    form = SignInForm(request.form)
    if request.method == "GET":
        return show_sign_in(form, back=_back())
    letter = request.form.get("letter", "")
    if not form.validate():
        return show_sign_in(form, back=_back(), letter=letter, status=400)
    try:
        actions.begin_sign_in(email=form.email.data or "", password=form.password.data or "", network=client.network())
    except TooManyGuesses as pause:
        return show_sign_in(form, back=_back(), letter=letter, trouble=pause.advice, status=429)
    if letter:
        return _show_code(CodeForm(), letter=letter)
    return redirect(url_for(".code", next=_back() or None), 303)


@bp.route("/sign-in/code/", methods=["GET", "POST"])
@open_to_all
def code() -> ResponseReturnValue:
    """The second page of the way in: a code of the generator, or a recovery code."""
    letter = request.form.get("letter", "")
    if not actions.sign_in_begun():
        if letter:
            return show_sign_in(SignInForm(), back=_back(), letter=letter, status=400)
        return redirect(url_for(".sign_in", next=_back() or None), 303)
    form = CodeForm(request.form)
    if request.method == "GET":
        return _show_code(form)
    if not form.validate():
        return _show_code(form, letter=letter, status=400)
    try:
        actions.finish_sign_in(code=form.code.data or "", network=client.network(), device=client.device_name())
    except TooManyGuesses as pause:
        return _show_code(form, letter=letter, trouble=pause.advice, status=429)
    except actions.WrongProof:
        return _show_code(form, letter=letter, trouble=str(WRONG), status=403)
    return _go_on(letter)


@bp.post("/sign-in/passkey/")
@open_to_all
def passkey() -> ResponseReturnValue:
    """The whole way in, with a passkey."""
    letter = request.form.get("letter", "")
    try:
        actions.sign_in_with_passkey(answer=request.form.get("answer", ""), device=client.device_name())
    except actions.WrongProof:
        trouble = gettext("This passkey was not accepted. Try again, or use your password.")
        return show_sign_in(SignInForm(), back=_back(), letter=letter, trouble=trouble, status=403)
    return _go_on(letter)


@bp.post("/sign-out/")
@open_to_all
def sign_out() -> ResponseReturnValue:
    """The way out; the browser forgets what it kept of us."""
    if current_user.is_authenticated:
        actions.sign_out(own_session())
    session.clear()
    answer = redirect(url_for(".signed_out"), 303)
    answer.headers["Clear-Site-Data"] = CLEAR
    return answer


@bp.get("/signed-out/")
@open_to_all
def signed_out() -> ResponseReturnValue:
    """A word that it is done."""
    return render_template("admin/sign_in/signed_out.html")


@bp.route("/factor/", methods=["GET", "POST"])
@requires(Role.WRITER)
def factor() -> ResponseReturnValue:
    """Asks for the second factor once more, and leads on to the page that wants it."""
    given, trouble = judge_factor() if request.method == "POST" else (False, "")
    if given:
        return redirect(_next(), 303)
    return show_factor(action=url_for(".factor", next=_back()), fields=[], trouble=trouble), 403 if trouble else 200


@bp.route("/set-up/<token>/", methods=["GET", "POST"])
@open_to_all
def set_up(token: str) -> ResponseReturnValue:
    """The beginning of an account: a password, and a code generator."""
    link = queries.find_invitation(token)
    if link is None:
        raise LinkOver
    kind = SetUpForm if link.email else FirstSetUpForm
    form: Any = kind(request.form, name=link.name)
    known = get_flow_state(SET_UP)
    secret = str(known["secret"]) if known and known["token"] == token else two_factor.new_secret()
    email = link.email or str(request.form.get("email", ""))
    form.about = (link.email or email, str(request.form.get("name", "")))
    if request.method == "POST" and known and known["token"] == token and form.validate():
        try:
            made = accept(
                token=token,
                name=form.name.data,
                email=form.email.data if kind is FirstSetUpForm else link.email,
                password=form.password.data,
                secret=secret,
                code=form.code.data,
                language=current_language(),
                zone=form.zone.data,
            )
        except AddressTaken:
            raise LinkOver from None
        if made:
            user, codes = made
            actions.start_session(user, client.device_name())
            save_flow_state(RECOVERY_CODES, codes=codes)
            return redirect(url_for("admin.account.recovery_codes"), 303)
        form.code.errors = [str(WRONG_CODE)]
    save_flow_state(SET_UP, secret=secret, token=token, email=email)
    page = render_template("admin/sign_in/set_up.html", form=form, link=link, secret=secret, first=not link.email)
    return page, 200 if request.method == "GET" else 400


@bp.get("/set-up/authenticator.svg")
@open_to_all
def authenticator_qr() -> ResponseReturnValue:
    """The picture that a code generator scans, of the secret that this browser carries."""
    known = get_flow_state(SET_UP)
    if known is None:
        raise LinkOver
    picture = two_factor.qr_code(known["secret"], known["email"] or gettext("Editors’ panel"))
    return picture, {"Content-Type": "image/svg+xml"}


def _show_code(form: CodeForm, *, letter: str = "", trouble: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "admin/sign_in/code.html",
        form=form,
        back=_back(),
        letter=letter,
        trouble=trouble,
        passkey=passkeys.ask_to_sign_in(),
    )
    return page, status


def _go_on(letter: str) -> ResponseReturnValue:
    """To where the editor wanted to go; what was written before the session ended is ready to be sent."""
    waiting = unpack(letter) if letter else None
    if waiting:
        return render_template("admin/sign_in/send.html", pending_form=waiting)
    return redirect(_next(), 303)


def _back() -> str:
    return own_path(request.values.get("next")) or ""


def _next() -> str:
    return _back() or url_for("admin.index")
