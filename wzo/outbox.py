"""The outbox: jobs that are committed with the data they belong to and run by the worker.

A job is encrypted with OUTBOX_KEY and deleted once it is complete. Before sending an e-mail, the worker postpones its
job by a lease: if the worker dies, the job becomes due again.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    LargeBinary,
    String,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import Timestamp, now, start_of_today, today
from wzo.config import settings
from wzo.crypto import CannotDecrypt, decrypt_with_any, encrypt
from wzo.extensions import NO_ROWID, AnyRow, Base, db, write_transaction
from wzo.transaction_retries import retry_transaction

# Unless it is vacuumed often, a queue grows, and deleted jobs stay in PostgreSQL's files.
VACUUMED_OFTEN = {
    "postgresql_with": {"autovacuum_vacuum_scale_factor": 0, "autovacuum_vacuum_threshold": 50, "vacuum_truncate": True}
}

# After this the signature of the e-mail has been deleted, so that its link would not work (see UNSENT_LIFETIME).
DEAD_LETTER_LIFETIME = timedelta(days=30)

_ENQUEUE = text(
    "INSERT INTO outbox (id, kind, deduplication_key, payload, enqueued_at, due_at, attempts, unanswered)"
    " VALUES (:id, :kind, :deduplication_key, :payload, :enqueued_at, :due_at, 0, 0)"
    " ON CONFLICT (deduplication_key) DO NOTHING"
).bindparams(
    bindparam("deduplication_key", type_=LargeBinary()),
    bindparam("enqueued_at", type_=Timestamp()),
    bindparam("due_at", type_=Timestamp()),
)


class Backlog(NamedTuple):
    """How many jobs are pending, and when the oldest was enqueued, or None."""

    number: int
    oldest: datetime | None


class Job(Base):
    """A job to run. One without `due_at` is a dead letter, and is listed for editors.

    `failure`: why it has become one or, while it is still tried again, the type of the error that it failed with.

    Its id is random, so that ids do not reveal the order of signing. `deduplication_key`: while there is a job with it,
    no second one is added. `unanswered`: how often the SMTP server got the whole e-mail but did not reply.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_kind_due_at_id", "kind", "due_at", "id"), NO_ROWID | VACUUMED_OFTEN)

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, default=lambda: secrets.randbits(63)
    )
    kind: Mapped[str] = mapped_column(String(16))
    deduplication_key: Mapped[bytes | None] = mapped_column(unique=True)
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    enqueued_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(64))
    failed_on: Mapped[date | None]

    def decrypt(self) -> dict[str, Any]:
        """Decrypt the payload; raises CannotDecrypt if neither OUTBOX_KEY nor the one before it encrypted it."""
        return decrypt_with_any(settings().outbox_keys, self.payload or b"")


def enqueue(
    kind: str, content: dict[str, Any], *, due_at: datetime | None = None, deduplication_key: bytes | None = None
) -> None:
    """Add a job to the current transaction, due now or at `due_at`; do nothing if one has its deduplication key."""
    timestamp = now()
    values = {
        "id": secrets.randbits(63),
        "kind": kind,
        "deduplication_key": deduplication_key,
        "enqueued_at": timestamp,
        "due_at": due_at or timestamp,
    }
    db.session.execute(_ENQUEUE, {**values, "payload": encrypt(_key(), content)})


_DUE = select(Job.id).where(Job.kind == bindparam("kind"), Job.due_at <= bindparam("now", type_=Timestamp())).limit(1)


def is_due(kind: str) -> bool:
    """Whether a job of a kind is due; a plain read, so that an idle worker does not block writers."""
    db.session.rollback()
    found = db.session.scalar(_DUE, {"kind": kind, "now": now()}) is not None
    db.session.rollback()
    return found


def claim(kind: str, limit: int = 1) -> Sequence[Job]:
    """Lock the jobs of a kind that have been due longest, until the transaction ends."""
    return db.session.scalars(
        select(Job)
        .where(Job.kind == kind, Job.due_at <= now())
        .order_by(Job.due_at, Job.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def find_deduplication_keys(keys: Iterable[bytes]) -> set[bytes]:
    """Return the given keys that already belong to a job."""
    found = db.session.scalars(select(Job.deduplication_key).where(Job.deduplication_key.in_(list(keys))))
    return {key for key in found if key}


def postpone(job_ids: Iterable[int], *, seconds: float, **values: object) -> None:
    """Make jobs due again after `seconds`, and set further columns."""
    due_at = now() + timedelta(seconds=seconds)
    db.session.execute(update(Job).where(Job.id.in_(list(job_ids))).values(due_at=due_at, **values))


def complete(job_ids: Iterable[int]) -> None:
    """Delete jobs that are done."""
    db.session.execute(delete(Job).where(Job.id.in_(list(job_ids))))


def cancel(deduplication_key: bytes) -> None:
    """Delete the job with a deduplication key, if there is one."""
    db.session.execute(delete(Job).where(Job.deduplication_key == deduplication_key))


def delete_where(kind: str, is_unwanted: Callable[[dict[str, Any]], bool], *, batch: int) -> None:
    """Delete the jobs of a kind, dead letters included, whose content is unwanted; a transaction for each batch.

    A job that OUTBOX_KEY does not decrypt stays: nobody knows whose it is.
    """
    last, jobs = -1, True
    while jobs:
        with write_transaction():
            statement = select(Job).where(Job.kind == kind, Job.id > last).order_by(Job.id).limit(batch)
            found = db.session.scalars(statement.with_for_update()).all()
            complete(job.id for job in found if _is_unwanted(job, is_unwanted))
            last, jobs = (found[-1].id if found else last), bool(found)


def _is_unwanted(job: Job, is_unwanted: Callable[[dict[str, Any]], bool]) -> bool:
    try:
        return is_unwanted(job.decrypt())
    except CannotDecrypt:
        return False


def fail(job_id: int, *, reason: str) -> None:
    """Turn a job that can never be completed into a dead letter with the reason. Its payload stays encrypted.

    The time at which it was enqueued is not kept: it may be that of a signature.
    """
    values = {"deduplication_key": None, "due_at": None, "enqueued_at": start_of_today()}
    failed = {"failure": reason[:64], "failed_on": today()}
    db.session.execute(update(Job).where(Job.id == job_id).values({**values, **failed}))


def get_backlog(*kinds: str) -> Backlog:
    """The number of pending jobs of some kinds, and the time of the oldest."""
    number, oldest = db.session.execute(
        select(func.count(), func.min(Job.enqueued_at)).where(Job.kind.in_(kinds), Job.due_at.is_not(None))
    ).one()
    return Backlog(number, oldest)


def get_dead_letters() -> Sequence[AnyRow]:
    """The dead letters, newest first: `kind`, `failure`, `failed_on` and the `number` of such jobs."""
    return db.session.execute(
        select(Job.kind, Job.failure, Job.failed_on, func.count().label("number"))
        .where(Job.due_at.is_(None), Job.failure.is_not(None))
        .group_by(Job.kind, Job.failure, Job.failed_on)
        .order_by(Job.failed_on.desc(), Job.kind, Job.failure)
    ).all()


def retry_dead_letters() -> int:
    """Make the dead letters due again; returns how many there were."""
    values = {"due_at": now(), "failure": None, "failed_on": None, "attempts": 0, "unanswered": 0}
    ids = _lock_dead_letters()
    db.session.execute(update(Job).where(Job.id.in_(ids)).values(values))
    return len(ids)


def delete_dead_letters() -> int:
    """Delete the dead letters; returns how many there were."""
    ids = _lock_dead_letters()
    db.session.execute(delete(Job).where(Job.id.in_(ids)))
    return len(ids)


@retry_transaction
def prune() -> None:
    """Delete expired dead letters, so that no signer's data is kept indefinitely."""
    with write_transaction():
        ids = _lock_dead_letters(Job.failed_on < today() - DEAD_LETTER_LIFETIME)
        db.session.execute(delete(Job).where(Job.id.in_(ids)))


def _lock_dead_letters(*conditions: ColumnElement[bool]) -> Sequence[int]:
    """Lock the dead letters in the order of their ids, so that transactions cannot deadlock."""
    failed = select(Job.id).where(Job.due_at.is_(None), Job.failure.is_not(None), *conditions)
    return db.session.scalars(failed.order_by(Job.id).with_for_update()).all()


def _key() -> bytes:
    key: bytes = settings().outbox_key
    return key
