"""Rate limits on guesses at passwords and codes: after some attempts, pauses that grow.

An attempt is counted before it is checked, so that attempts sent all at once cannot slip through together. It counts
for the session that is asked for the second factor again, for the known device, or, from anywhere else, for the account
and for the network. So guesses by other people never delay an editor who is or was signed in.
"""

from datetime import timedelta
from typing import TypeAlias

from flask_babel import ngettext
from sqlalchemy import case, delete, or_, select, update

from wzo.accounts.models import RateLimit
from wzo.clock import now, today
from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.extensions import db, upsert, write_transaction
from wzo.transaction_retries import retry_transaction

# The number of attempts before the first pause. Pauses are in seconds; each is twice the previous one.
FREE_ATTEMPTS = 5
FIRST_PAUSE = 30
MAX_PAUSE = 15 * 60
# After this long without an attempt the count starts again; the worker deletes it within the hour.
RETENTION = timedelta(minutes=45)


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


# The keys of the counters in which an attempt counts, in the order in which they are locked.
RateLimitKeys: TypeAlias = tuple[bytes, ...]


def sign_in_keys(purpose: str, *, email: str, network: str, device: str | None) -> RateLimitKeys:
    """The counters of signing in: the known device's, or else the account's and the network's.

    They are the same whether the account exists or not.
    """
    if device is not None:
        return (_hash("device", purpose, email, device),)
    # The hash of a network differs from day to day.
    return _hash("account", purpose, email), _hash("network", purpose, today().isoformat(), network)


def session_keys(purpose: str, session_id: int) -> RateLimitKeys:
    """The counter of entering a password or a code again while signed in."""
    return (_hash("session", purpose, str(session_id)),)


@retry_transaction
def hit(keys: RateLimitKeys) -> None:
    """Count an attempt; raises RateLimited."""
    with write_transaction():
        for key in keys:
            _hit(key)


def reset(*counters: RateLimitKeys) -> None:
    """Delete the counters after an attempt that succeeded, in the caller's transaction."""
    for keys in counters:
        for key in keys:
            # One by one, in the order in which `hit` locks them.
            db.session.execute(delete(RateLimit).where(RateLimit.key == key))


@retry_transaction
def prune() -> None:
    """Delete the counters whose last attempt was long ago, and used tokens (used_tokens.py)."""
    with write_transaction():
        db.session.execute(delete(RateLimit).where(RateLimit.changed_at < now() - RETENTION))


def _hit(key: bytes) -> None:
    timestamp = now()
    statement = upsert(RateLimit).values(key=key, attempts=1, retry_at=timestamp, changed_at=timestamp)
    statement = statement.on_conflict_do_update(
        index_elements=[RateLimit.key],
        set_={
            "attempts": case((RateLimit.changed_at < timestamp - RETENTION, 1), else_=RateLimit.attempts + 1),
            "changed_at": timestamp,
        },
        # Two simultaneous attempts may reach this row in either order, because each took its timestamp before
        # waiting for the lock.
        where=or_(RateLimit.attempts < FREE_ATTEMPTS, RateLimit.retry_at <= timestamp),
    )
    attempts = db.session.scalar(statement.returning(RateLimit.attempts))
    if attempts is None:
        retry_at = db.session.scalar(select(RateLimit.retry_at).where(RateLimit.key == key)) or timestamp
        raise RateLimited(max(1, int((retry_at - timestamp).total_seconds())))
    retry_at = timestamp + timedelta(seconds=_pause(attempts))
    db.session.execute(update(RateLimit).where(RateLimit.key == key).values(retry_at=retry_at))


def _pause(attempts: int) -> int:
    return 0 if attempts < FREE_ATTEMPTS else min(MAX_PAUSE, FIRST_PAUSE * 2 ** min(attempts - FREE_ATTEMPTS, 10))


def _hash(kind: str, *parts: str) -> bytes:
    return keyed_hash(settings().editors_key, f"rate limit {kind}", *parts)
