"""What is read of accounts and sessions."""

import hashlib
import time

from flask import g
from sqlalchemy import select

from wzo.admin.accounts.models import User, UserSession
from wzo.extensions import db

# In seconds: how long a session may lie idle, and how long it may last at all.
IDLE = 30 * 60
LONGEST = 8 * 60 * 60


def token_hash(token: str) -> bytes:
    """The hash of a random word of 256 bits; a plain one will do, since nobody can guess the word."""
    return hashlib.sha256(token.encode()).digest()


def get_session_user(token: str) -> User | None:
    """The editor whose browser holds this word, while the session lasts; notes the session in `g.user_session`."""
    moment = int(time.time())
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
