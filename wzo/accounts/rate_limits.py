"""Rate limits on attempts to sign in, by account and by network: after some attempts, pauses that grow.

An attempt is counted before it is checked, so that attempts sent all at once cannot slip through together.
"""

import hashlib
from datetime import timedelta

from flask_babel import ngettext
from sqlalchemy import case, delete, select, update

from wzo.accounts.models import RateLimit
from wzo.clock import now
from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.extensions import db, upsert, write_transaction

# How many attempts are allowed before the first pause. Pauses are in seconds; each is twice the one before.
FREE_ATTEMPTS = 5
FIRST_PAUSE = 30
MAX_PAUSE = 15 * 60
# After so long without an attempt the count starts again; the worker deletes it within the hour.
RETENTION = timedelta(minutes=45)
PURPOSES = ("password", "code")


class RateLimited(Exception):
    """The next attempt is not allowed before `minutes` have passed."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.minutes = -(-seconds // 60)

    @property
    def advice(self) -> str:
        """What to do about it, in the reader's language."""
        return str(
            ngettext(
                "Too many attempts. Wait %(num)d minute, then try again.",
                "Too many attempts. Wait %(num)d minutes, then try again.",
                self.minutes,
            )
        )


def hit(purpose: str, *, email: str, network: str) -> None:
    """Count an attempt at an account, whether it exists or not; raises RateLimited."""
    with write_transaction():
        # Always the account first, so that transactions cannot deadlock.
        for key in (_account_key(purpose, email), _network_key(purpose, network)):
            _hit(key)


def reset(*, email: str, network: str) -> None:
    """Forget all attempts, after one that succeeded; in the caller's transaction."""
    keys = [key for purpose in PURPOSES for key in (_account_key(purpose, email), _network_key(purpose, network))]
    db.session.execute(delete(RateLimit).where(RateLimit.key.in_(keys)))


def use_once(token: bytes) -> bool:
    """Mark a token that is valid for minutes as used, in the caller's transaction; False if it was used before."""
    timestamp, key = now(), hashlib.sha256(token).digest()
    statement = upsert(RateLimit).values(key=key, failures=0, retry_at=timestamp, changed_at=timestamp)
    return db.session.scalar(statement.on_conflict_do_nothing().returning(RateLimit.key)) is not None


def prune() -> None:
    """Delete counts whose last attempt was long ago."""
    with write_transaction():
        db.session.execute(delete(RateLimit).where(RateLimit.changed_at < now() - RETENTION))


def _hit(key: bytes) -> None:
    timestamp = now()
    statement = upsert(RateLimit).values(key=key, failures=1, retry_at=timestamp, changed_at=timestamp)
    statement = statement.on_conflict_do_update(
        index_elements=[RateLimit.key],
        set_={
            "failures": case((RateLimit.changed_at < timestamp - RETENTION, 1), else_=RateLimit.failures + 1),
            "changed_at": timestamp,
        },
        where=RateLimit.retry_at <= timestamp,
    )
    attempts = db.session.scalar(statement.returning(RateLimit.failures))
    if attempts is None:
        retry_at = db.session.scalar(select(RateLimit.retry_at).where(RateLimit.key == key)) or timestamp
        raise RateLimited(max(1, int((retry_at - timestamp).total_seconds())))
    retry_at = timestamp + timedelta(seconds=_pause(attempts))
    db.session.execute(update(RateLimit).where(RateLimit.key == key).values(retry_at=retry_at))


def _pause(attempts: int) -> int:
    return 0 if attempts < FREE_ATTEMPTS else min(MAX_PAUSE, FIRST_PAUSE * 2 ** min(attempts - FREE_ATTEMPTS, 10))


def _account_key(purpose: str, email: str) -> bytes:
    return keyed_hash(_key(), "rate limit account", purpose, email)


def _network_key(purpose: str, network: str) -> bytes:
    return keyed_hash(_key(), "rate limit network", purpose, network)


def _key() -> bytes:
    key: bytes = settings().editors_key
    return key
