"""Tokens that are accepted once, such as the challenges of passkeys.

A used token is recorded in the table of rate limits, as an unkeyed SHA-256 hash: it is random and expires within
minutes, so its hash reveals nothing. The worker deletes the row within an hour, with the counters.
"""

import hashlib

from wzo.accounts.models import RateLimit
from wzo.clock import now
from wzo.extensions import db, upsert


def use_once(token: bytes) -> bool:
    """Mark a token that is valid for minutes as used, in the caller's transaction; False if it was used before."""
    timestamp, key = now(), hashlib.sha256(token).digest()
    statement = upsert(RateLimit).values(key=key, attempts=0, retry_at=timestamp, changed_at=timestamp)
    return db.session.scalar(statement.on_conflict_do_nothing().returning(RateLimit.key)) is not None
