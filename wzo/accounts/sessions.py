"""The sessions of editors: each is one browser that is signed in, and can be ended from anywhere."""

import secrets
from datetime import timedelta

from flask import g, session
from flask_login import login_user
from sqlalchemy import delete, or_, select, update

from wzo.accounts.devices import remember_device
from wzo.accounts.flow_state import SIGN_IN, pop_flow_state
from wzo.accounts.models import Invitation, User, UserSession
from wzo.accounts.queries import SESSION_IDLE_TIMEOUT, SESSION_LIFETIME, hash_token
from wzo.audit import record
from wzo.clock import now
from wzo.extensions import db, write_transaction
from wzo.transaction_retries import retry_transaction

# Retention of expired invitations.
INVITATION_RETENTION = timedelta(days=7)


def start_session(user: User, device: str = "") -> None:
    """Sign an editor in: replace the session of this browser, if any, by a new one."""
    activate(_begin(user.id, device))


@retry_transaction
def _begin(user_id: int, device: str) -> str:
    with write_transaction():
        return add_session(db.session.get_one(User, user_id), device)


def add_session(user: User, device: str) -> str:
    """Add a session in the caller's transaction, and return its token for `activate`."""
    token = secrets.token_urlsafe(32)
    db.session.add(UserSession(token_hash=hash_token(token), user_id=user.id, device=device))
    return token


def activate(token: str) -> None:
    """Make a session this browser's own, and clear everything else from its cookie.

    Only the CSRF token stays, so that forms which were open when a session ended can still be submitted.
    """
    pop_flow_state(SIGN_IN)
    csrf_token = session.get("csrf_token")
    session.clear()
    if csrf_token:
        session["csrf_token"] = csrf_token
    found = db.session.execute(
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.token_hash == hash_token(token))
    ).one()
    g.user_session, user = found
    db.session.expunge(g.user_session)
    user.token = token
    login_user(user)
    remember_device(user.email)
    # Flask-Login's fingerprint of the client's address and browser, which the site does not use.
    session.pop("_id", None)


def renew_session(user_session: UserSession) -> str:
    """Give a session a new token and a recent verification, in the caller's transaction.

    Returns the token for `replace_token`.
    """
    token = secrets.token_urlsafe(32)
    db.session.execute(
        update(UserSession)
        .where(UserSession.id == user_session.id)
        .values(token_hash=hash_token(token), factor_at=now(), seen_at=now())
    )
    return token


def replace_token(token: str) -> None:
    """Store the new token of this browser's session in its cookie."""
    session["_user_id"] = token


def record_use(user_session: UserSession) -> None:
    """Record that a session is in use, at most once a minute."""
    if now() - user_session.seen_at >= timedelta(minutes=1):
        _record_use(user_session.id)


@retry_transaction
def _record_use(session_id: int) -> None:
    with write_transaction():
        db.session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=now()))


def lock_user(user_id: int) -> User:
    """Lock an editor's account, and load it, before more than one of its rows is changed.

    This serialises changes to one account, so that they cannot deadlock; several accounts are locked in the order of
    their ids.
    """
    return db.session.scalars(
        select(User)
        .where(User.id == user_id)
        # Rows that refer to the account can still be added meanwhile.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def end_sessions(user_id: int, *, except_id: int | None = None) -> int:
    """End an editor's sessions, except one if given, in the transaction of a caller who has locked the account.

    Returns how many there were.
    """
    ended = db.session.scalars(
        delete(UserSession)
        .where(UserSession.user_id == user_id, UserSession.id != (except_id or 0))
        .returning(UserSession.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(ended)


@retry_transaction
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
            record(action="end-sessions", object_type="users", object_id=user_id, number=1)


@retry_transaction
def end_other_sessions(user_session: UserSession) -> int:
    """End all sessions of an editor except this one; returns how many there were."""
    session_id, user_id = user_session.id, user_session.user_id
    with write_transaction():
        lock_user(user_id)
        number = end_sessions(user_id, except_id=session_id)
        record(action="end-sessions", object_type="users", object_id=user_id, number=number)
    return number


def sign_out(user_session: UserSession) -> None:
    """End this browser's session, and clear its cookie."""
    _delete_own(user_session.id)
    session.clear()


@retry_transaction
def _delete_own(session_id: int) -> None:
    with write_transaction():
        record(action="sign-out")
        db.session.execute(
            delete(UserSession).where(UserSession.id == session_id).execution_options(synchronize_session=False)
        )


@retry_transaction
def prune() -> None:
    """Delete expired sessions and invitations."""
    timestamp = now()
    with write_transaction():
        expired = or_(
            UserSession.seen_at <= timestamp - SESSION_IDLE_TIMEOUT,
            UserSession.created_at <= timestamp - SESSION_LIFETIME,
        )
        db.session.execute(delete(UserSession).where(expired).execution_options(synchronize_session=False))
        db.session.execute(delete(Invitation).where(Invitation.expires_at < timestamp - INVITATION_RETENTION))
