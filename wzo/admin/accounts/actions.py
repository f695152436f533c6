"""What happens to accounts and sessions: signing in and out, factors, invitations, and the log of who did what."""

import hashlib
import json
import secrets
import time

from flask import session
from flask_login import current_user, login_user
from sqlalchemy import select, text, update

from wzo.admin.accounts.models import AuditEntry, User, UserSession
from wzo.admin.accounts.queries import token_hash
from wzo.extensions import db, write_transaction


def start_session(user: User, device: str = "") -> None:
    """Sign an editor in, in this browser: a new session, whatever was there before."""
    token = secrets.token_urlsafe(32)
    with write_transaction():
        db.session.add(UserSession(token_hash=token_hash(token), user_id=user.id, device=device))
    session.clear()
    user = db.session.scalars(select(User).where(User.id == user.id)).one()
    user.token = token
    login_user(user)


def note_seen(user_session: UserSession) -> None:
    """Note that a session is in use, at most once a minute."""
    moment = int(time.time())
    if moment - user_session.seen_at >= 60:
        with write_transaction():
            db.session.execute(update(UserSession).where(UserSession.id == user_session.id).values(seen_at=moment))


def confirm_factor(user_session: UserSession, code: str) -> bool:
    """Whether a code of the second factor is right; if so the session counts as fresh."""
    raise NotImplementedError


def log(*, action: str, kind: str = "", thing_id: int | None = None, **details: object) -> None:
    """Add a line to the log of who did what, in the current transaction."""
    if db.engine.dialect.name == "postgresql":
        # The chain has one end: whoever adds to it waits for whoever is adding.
        db.session.execute(text("LOCK TABLE audit_entries IN EXCLUSIVE MODE"))
    last = db.session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or b""
    user = getattr(current_user, "id", None)
    entry = AuditEntry(at=int(time.time()), user_id=user, action=action, kind=kind, thing_id=thing_id)
    entry.details = json.dumps(details, ensure_ascii=False, sort_keys=True)
    entry.previous_hash = last
    words = [entry.at, user, action, kind, thing_id, entry.details]
    entry.hash = hashlib.sha256(last + json.dumps(words).encode()).digest()
    db.session.add(entry)
