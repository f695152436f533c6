"""What is read of accounts, sessions and the log."""

import hashlib
from datetime import timedelta

from flask import g
from sqlalchemy import func, select

from wzo.accounts.models import Invitation, Passkey, RecoveryCode, User, UserSession
from wzo.clock import now
from wzo.extensions import db

# In seconds: how long a session may lie idle, and how long it may last at all.
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)


def token_hash(token: str) -> bytes:
    """The hash of a random word of 256 bits; a plain one will do, since nobody can guess the word."""
    return hashlib.sha256(token.encode()).digest()


def get_session_user(token: str) -> User | None:
    """The editor whose browser holds this word, while the session lasts; notes the session in `g.user_session`."""
    moment = now()
    row = db.session.execute(
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.token_hash == token_hash(token),
            UserSession.seen_at > moment - IDLE,
            UserSession.created_at > moment - LONGEST,
            User.disabled_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    g.user_session, user = row
    user.token = token
    return user


def get_live_sessions(user_id: int) -> list[UserSession]:
    """Where an editor is signed in, the latest used first."""
    moment = now()
    return list(
        db.session.scalars(
            select(UserSession)
            .where(
                UserSession.user_id == user_id,
                UserSession.seen_at > moment - IDLE,
                UserSession.created_at > moment - LONGEST,
            )
            .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
        )
    )


def get_passkeys(user_id: int) -> list[Passkey]:
    """An editor's passkeys, the oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)))


def count_recovery_codes(user_id: int) -> int:
    """How many recovery codes an editor has left; ten at most."""
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def find_invitation(token: str) -> Invitation | None:
    """The link of this word, while it is good."""
    return db.session.scalars(
        select(Invitation).where(
            Invitation.token_hash == token_hash(token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now(),
        )
    ).one_or_none()
