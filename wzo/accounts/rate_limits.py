"""Slowing down those who guess: pauses that grow, by account and by source.

A turn is taken before a guess is judged, so that guesses sent all at once cannot slip through together.
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

# How many guesses are judged before the first pause, and the pauses in seconds: each is twice the one before.
FREE = 5
FIRST_PAUSE = 30
LONGEST_PAUSE = 15 * 60
# After so many quiet seconds it is forgotten; the worker erases the rest within an hour of the last guess.
KEPT = timedelta(minutes=45)
PURPOSES = ("password", "code")


class TooManyGuesses(Exception):
    """The next guess is not judged before `minutes` have passed."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.minutes = -(-seconds // 60)

    @property
    def advice(self) -> str:
        """What to do about it, in words."""
        return str(
            ngettext(
                "Too many attempts. Wait %(num)d minute, then try again.",
                "Too many attempts. Wait %(num)d minutes, then try again.",
                self.minutes,
            )
        )


def hit(purpose: str, *, email: str, network: str) -> None:
    """Reserve one guess at an account, whether there is such an account or not; raises TooManyGuesses."""
    with write_transaction():
        # Always the account first: whoever waits for a row holds none that others wait for.
        for key in (_account_key(purpose, email), _source_key(purpose, network)):
            _take(key)


def reset(*, email: str, network: str) -> None:
    """Forget the guesses of somebody who turned out to be right; within the current transaction."""
    keys = [key for purpose in PURPOSES for key in (_account_key(purpose, email), _source_key(purpose, network))]
    db.session.execute(delete(RateLimit).where(RateLimit.key.in_(keys)))


def use_once(word: bytes) -> bool:
    """Whether a word that is good once, and for minutes, had not been used yet; within the current transaction."""
    statement = upsert(RateLimit).values(key=hashlib.sha256(word).digest(), failures=0, free_at=now(), changed_at=now())
    return db.session.scalar(statement.on_conflict_do_nothing().returning(RateLimit.key)) is not None


def prune() -> None:
    """Erase what is old."""
    with write_transaction():
        db.session.execute(delete(RateLimit).where(RateLimit.changed_at < now() - KEPT))


def _take(key: bytes) -> None:
    moment = now()
    statement = upsert(RateLimit).values(key=key, failures=1, free_at=moment, changed_at=moment)
    statement = statement.on_conflict_do_update(
        index_elements=[RateLimit.key],
        set_={
            "failures": case((RateLimit.changed_at < moment - KEPT, 1), else_=RateLimit.failures + 1),
            "changed_at": moment,
        },
        where=RateLimit.free_at <= moment,
    )
    guesses = db.session.scalar(statement.returning(RateLimit.failures))
    if guesses is None:
        free_at = db.session.scalar(select(RateLimit.free_at).where(RateLimit.key == key)) or moment
        raise TooManyGuesses(max(1, int((free_at - moment).total_seconds())))
    db.session.execute(
        update(RateLimit).where(RateLimit.key == key).values(free_at=moment + timedelta(seconds=_pause(guesses)))
    )


def _pause(guesses: int) -> int:
    return 0 if guesses < FREE else min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(guesses - FREE, 10))


def _account_key(purpose: str, email: str) -> bytes:
    return keyed_hash(_key(), "throttle account", purpose, email)


def _source_key(purpose: str, network: str) -> bytes:
    return keyed_hash(_key(), "throttle source", purpose, network)


def _key() -> bytes:
    key: bytes = settings().editors_key
    return key
