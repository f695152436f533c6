"""The puzzle, a proof of work like Hashcash, and the wait: what a submission from a busy network must bring.

A challenge is not stored. It is a signed token in a hidden field: `issued.level.random.signature`, whose signature
covers the petition too. A script in the browser solves it (static/js/puzzle.js): for each round it finds a number whose
SHA-256 hash with the challenge begins with enough zero bits. Where no script runs, a short wait does as well. Either
can be used once.
"""

import hashlib
import hmac
import secrets
import struct
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import is_recent, now
from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.extensions import Base, db, upsert, write_transaction
from wzo.transaction_retries import retry_transaction

LIFETIME = timedelta(minutes=20)
# Many small rounds instead of a big one: so the time that they take varies little. The hardest level takes half a
# million hashes, which an old phone computes in about ten seconds.
ROUNDS = 32
FIRST_BITS = 11
MAX_LEVEL = 3
WAIT_STEP = 15  # Seconds, for each level.
MAX_NUMBER = 2**32


class UsedChallenge(Base):
    """The hash of a challenge that was used, and the hour; the worker deletes it two hours after that hour began."""

    __tablename__ = "used_challenges"
    # Without a rowid, which would be the order in which people signed.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    key: Mapped[bytes] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(index=True)


class PuzzleRequired(Exception):
    """A submission needs a solved puzzle, or a wait of `seconds`, for its `challenge`."""

    def __init__(self, challenge: str) -> None:
        super().__init__()
        self.challenge = challenge
        self.rounds = ROUNDS
        issued_at, level = _parse(challenge)
        self.bits = FIRST_BITS + level
        self.seconds = max(1, issued_at + _wait(level) - _timestamp())


def create_challenge(petition_id: int, level: int) -> str:
    """Create a challenge: `issued.level.random.signature`."""
    content = f"{_timestamp()}.{min(level, MAX_LEVEL)}.{secrets.token_hex(8)}"
    return f"{content}.{_signatures(petition_id, content)[0]}"


def check(petition_id: int, challenge: str, solution: str, level: int) -> None:
    """Check that a challenge was solved or waited for; raises PuzzleRequired, with a new one if it is not valid."""
    if not _is_valid(petition_id, challenge):
        raise PuzzleRequired(create_challenge(petition_id, level))
    issued_at, own_level = _parse(challenge)
    has_waited = _timestamp() >= issued_at + _wait(own_level)
    if not has_waited and not is_solved(challenge, solution):
        raise PuzzleRequired(challenge)


def use(petition_id: int, challenge: str, level: int) -> None:
    """Mark a challenge as used, in the caller's transaction; raises PuzzleRequired if it was used before."""
    key = hashlib.sha256(challenge.encode()).digest()
    statement = upsert(UsedChallenge).values(key=key, hour=now().replace(minute=0, second=0))
    if db.session.scalar(statement.on_conflict_do_nothing().returning(UsedChallenge.key)) is None:
        raise PuzzleRequired(create_challenge(petition_id, level))


def is_solved(challenge: str, solution: str) -> bool:
    """Whether a solution has the right number for each round, separated by spaces."""
    numbers = solution.split()
    if len(numbers) != ROUNDS or not all(it.isascii() and it.isdigit() and len(it) <= 10 for it in numbers):
        return False
    seed, bits = challenge.rpartition(".")[2].encode(), FIRST_BITS + _parse(challenge)[1]
    return all(
        int(number) < MAX_NUMBER and _has_zeros(seed + struct.pack(">II", index, int(number)), bits)
        for index, number in enumerate(numbers)
    )


@retry_transaction
def prune() -> None:
    """Delete the challenges that were used at least an hour ago: they have expired."""
    with write_transaction():
        db.session.execute(delete(UsedChallenge).where(UsedChallenge.hour < now() - timedelta(hours=2)))


def _has_zeros(message: bytes, bits: int) -> bool:
    return int.from_bytes(hashlib.sha256(message).digest()[:4], "big") >> (32 - bits) == 0


def _is_valid(petition_id: int, challenge: str) -> bool:
    content, _, signature = challenge.rpartition(".")
    # Bytes, because compare_digest() accepts only ASCII strings, and a submitted token may be anything.
    own = _signatures(petition_id, content)
    if not any(hmac.compare_digest(signature.encode(), it.encode()) for it in own):
        return False
    return is_recent(_parse(challenge)[0], LIFETIME)


def _parse(challenge: str) -> tuple[int, int]:
    """The timestamp and the level of a challenge with a valid signature."""
    issued_at, level, *_ = challenge.split(".")
    return int(issued_at), int(level)


def _wait(level: int) -> int:
    return WAIT_STEP * (level + 1)


def _signatures(petition_id: int, content: str) -> list[str]:
    """The signature with the current key, and that with the one before it."""
    keys = settings().secret_keys
    return [keyed_hash(key.encode(), "puzzle", str(petition_id), content).hex()[:32] for key in keys]


def _timestamp() -> int:
    return int(now().timestamp())
