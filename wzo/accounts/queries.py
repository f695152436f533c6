"""Reads accounts, sessions, passkeys and invitations."""

import hashlib
from datetime import timedelta

from flask import g
from sqlalchemy import ColumnElement, and_, func, select

from wzo.accounts.models import Invitation, Passkey, RecoveryCode, User, UserSession
from wzo.clock import is_recent_in_sql, now
from wzo.extensions import db

SESSION_IDLE_TIMEOUT = timedelta(minutes=30)
SESSION_LIFETIME = timedelta(hours=8)
INVITATION_LIFETIME = timedelta(hours=24)


def hash_token(token: str) -> bytes:
    """Hash a random token of 256 bits. No key or salt is needed, because such a token cannot be guessed."""
    return hashlib.sha256(token.encode()).digest()


def is_live_session() -> ColumnElement[bool]:
    """The condition that a session has not expired."""
    return and_(
        is_recent_in_sql(UserSession.seen_at, SESSION_IDLE_TIMEOUT),
        is_recent_in_sql(UserSession.created_at, SESSION_LIFETIME),
    )


def is_open_invitation() -> ColumnElement[bool]:
    """The condition that an invitation can still be used."""
    return and_(
        Invitation.used_at.is_(None),
        Invitation.expires_at > now(),
        is_recent_in_sql(Invitation.created_at, INVITATION_LIFETIME),
    )


def get_session_user(token: str) -> User | None:
    """The editor whose session has this token, unless it has expired; sets `g.user_session`."""
    row = db.session.execute(
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.token_hash == hash_token(token),
            is_live_session(),
            User.disabled_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    g.user_session, user = row
    # A snapshot: the row may be deleted at any moment, when the session is ended.
    db.session.expunge(g.user_session)
    user.token = token
    return user


def get_live_sessions(user_id: int) -> list[UserSession]:
    """An editor's sessions that have not expired, most recently used first."""
    return list(
        db.session.scalars(
            select(UserSession)
            .where(UserSession.user_id == user_id, is_live_session())
            .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
        )
    )


def get_passkeys(user_id: int) -> list[Passkey]:
    """An editor's passkeys, oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)))


def count_recovery_codes(user_id: int) -> int:
    """Count an editor's unused recovery codes, at most ten."""
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def find_invitation(token: str) -> Invitation | None:
    """The invitation with this token, if it can still be used."""
    return db.session.scalars(
        select(Invitation).where(Invitation.token_hash == hash_token(token), is_open_invitation())
    ).one_or_none()
