"""What happens to sessions: signing in and out, proving oneself anew; and the log of who did what."""

import secrets
from datetime import timedelta

from flask import g, session
from flask_login import login_user
from sqlalchemy import delete, or_, select, update

from wzo.accounts import passkeys, passwords, rate_limits, two_factor
from wzo.accounts.flow_state import get_flow_state, pop_flow_state, save_flow_state
from wzo.accounts.models import Invitation, User, UserSession
from wzo.accounts.queries import IDLE, LONGEST, token_hash
from wzo.audit import log
from wzo.clock import now
from wzo.extensions import db, write_transaction

# What the browser carries between the two pages of the sign-in.
SIGN_IN = "sign-in"
# How long what is over stays, in seconds, for whoever asks what became of it.
INVITATIONS_STAY = timedelta(days=7)


class WrongProof(Exception):
    """Address, password and second factor do not belong together; nobody is told which of them is wrong."""


def begin_sign_in(*, email: str, password: str, network: str) -> None:
    """Judge a password and let the browser carry the answer, sealed, to the page that asks for the code.

    Raises TooManyGuesses. Nothing tells whether the password was right, nor whether there is such an account.
    """
    email = email.strip().lower()
    rate_limits.hit("password", email=email, network=network)
    user = db.session.scalars(select(User).where(User.email == email)).one_or_none()
    open_to_them = user is not None and user.disabled_at is None
    right = passwords.check_password(user.password_hash if user and open_to_them else "", password)
    if right and user and passwords.needs_rehash(user.password_hash):
        user_id, password_hash = user.id, passwords.hash_password(password)
        with write_transaction():
            db.session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
        user = db.session.get(User, user_id)
    # Of one length, whatever it says: the browser sees how long the sealed answer is.
    found = user if right else None
    save_flow_state(SIGN_IN, email=email, user_id=f"{found.id if found else 0:010}", password=_mark(found))


def sign_in_begun() -> bool:
    """Whether this browser has been through the first page of the sign-in, minutes ago at most."""
    return get_flow_state(SIGN_IN) is not None


def finish_sign_in(*, code: str, network: str, device: str) -> None:
    """Sign in whoever gave the right password before and the right code now; raises WrongProof or TooManyGuesses."""
    begun = get_flow_state(SIGN_IN)
    if begun is None:
        raise WrongProof
    rate_limits.hit("code", email=begun["email"], network=network)
    with write_transaction():
        known = db.session.scalars(select(User).where(User.email == begun["email"])).one_or_none()
        proven = known and known.id == int(begun["user_id"]) and _mark(known) == begun["password"]
        user = known if known and proven and known.disabled_at is None else None
        right = two_factor.spend_code(user, code)
        token = ""
        if right and user:
            rate_limits.reset(email=user.email, network=network)
            token = _add_session(user, device)
            log(action="signed in", user_id=user.id)
        else:
            log(action="sign-in failed", user_id=known.id if known else None)
    if not token:
        raise WrongProof
    _hold(token)


def sign_in_with_passkey(*, answer: str, device: str) -> None:
    """Sign in whoever's passkey answered; raises WrongProof."""
    try:
        with write_transaction():
            user = passkeys.prove(answer)
            token = _add_session(user, device)
            log(action="signed in", user_id=user.id, passkey=True)
    except passkeys.PasskeyRefused:
        raise WrongProof from None
    _hold(token)


def start_session(user: User, device: str = "") -> None:
    """Sign an editor in, in this browser: a new session, whatever was there before."""
    user_id = user.id
    with write_transaction():
        token = _add_session(db.session.get_one(User, user_id), device)
    _hold(token)


def renew_session(user_session: UserSession) -> str:
    """Give a session a new word, fresh of the second factor, within the current transaction; the word for `keep`."""
    token = secrets.token_urlsafe(32)
    db.session.execute(
        update(UserSession)
        .where(UserSession.id == user_session.id)
        .values(token_hash=token_hash(token), factor_at=now(), seen_at=now())
    )
    return token


def keep(token: str) -> None:
    """Let this browser hold the new word of its session."""
    session["_user_id"] = token


def end_sessions(user_id: int, *, but: int | None = None) -> int:
    """End an editor's sessions, but one, within the current transaction; how many there were."""
    ended = db.session.scalars(
        delete(UserSession)
        .where(UserSession.user_id == user_id, UserSession.id != (but or 0))
        .returning(UserSession.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(ended)


def end_session(*, session_id: int, user_id: int) -> None:
    """End one session of an editor."""
    with write_transaction():
        ended = db.session.scalar(
            delete(UserSession)
            .where(UserSession.id == session_id, UserSession.user_id == user_id)
            .returning(UserSession.id)
            .execution_options(synchronize_session=False)
        )
        if ended is not None:
            log(action="sessions ended", object_type="users", object_id=user_id, number=1)


def end_other_sessions(user_session: UserSession) -> int:
    """End all sessions of an editor but this one; how many there were."""
    session_id, user_id = user_session.id, user_session.user_id
    with write_transaction():
        number = end_sessions(user_id, but=session_id)
        log(action="sessions ended", object_type="users", object_id=user_id, number=number)
    return number


def sign_out(user_session: UserSession) -> None:
    """End the session of this browser, and empty its cookie."""
    session_id = user_session.id
    with write_transaction():
        log(action="signed out")
        db.session.execute(
            delete(UserSession).where(UserSession.id == session_id).execution_options(synchronize_session=False)
        )
    session.clear()


def note_seen(user_session: UserSession) -> None:
    """Note that a session is in use, at most once a minute."""
    moment = now()
    if moment - user_session.seen_at >= timedelta(minutes=1):
        session_id = user_session.id
        with write_transaction():
            db.session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=moment))


def confirm_factor(user_session: UserSession, *, code: str = "", answer: str = "", network: str) -> bool:
    """Whether a code of the second factor, or a passkey's answer, is right; then the session is new and fresh.

    Raises TooManyGuesses.
    """
    user_id, email = user_session.user_id, db.session.get_one(User, user_session.user_id).email
    if not answer:
        rate_limits.hit("code", email=email, network=network)
    token = ""
    try:
        with write_transaction():
            user = passkeys.prove(answer, user_id=user_id) if answer else db.session.get_one(User, user_id)
            if answer or two_factor.spend_code(user, code):
                rate_limits.reset(email=email, network=network)
                token = renew_session(user_session)
            else:
                log(action="second factor failed")
    except passkeys.PasskeyRefused:
        return False
    if token:
        keep(token)
    return bool(token)


def prune() -> None:
    """Erase sessions and invitations that are over."""
    moment = now()
    with write_transaction():
        over = or_(UserSession.seen_at <= moment - IDLE, UserSession.created_at <= moment - LONGEST)
        db.session.execute(delete(UserSession).where(over).execution_options(synchronize_session=False))
        db.session.execute(delete(Invitation).where(Invitation.expires_at < moment - INVITATIONS_STAY))


def _add_session(user: User, device: str) -> str:
    token = secrets.token_urlsafe(32)
    db.session.add(UserSession(token_hash=token_hash(token), user_id=user.id, device=device))
    return token


def _hold(token: str) -> None:
    """Let this browser hold a session, and nothing that it held before.

    The word of its forms stays, so that those which stood open while a session ran out can still be sent.
    """
    pop_flow_state(SIGN_IN)
    forms = session.get("csrf_token")
    session.clear()
    if forms:
        session["csrf_token"] = forms
    found = db.session.execute(
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.token_hash == token_hash(token))
    ).one()
    g.user_session, user = found
    user.token = token
    login_user(user)
    # Flask-Login's own mark of address and browser: nothing of ours asks for it.
    session.pop("_id", None)


def _mark(user: User | None) -> str:
    """The end of a password's hash: it ties what was proven to this very password."""
    return user.password_hash[-16:] if user else "-" * 16
