"""The outbox: what the site still has to do, kept in the database until it is done.

A parcel is put in the same transaction as whatever it belongs to, encrypted with a key from the environment, and taken
out when it is done. Taking one moves its due time into the future: if the worker dies, it comes back by itself.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import now
from wzo.config import settings
from wzo.crypto import decrypt, encrypt
from wzo.extensions import AnyRow, Base, db


class Backlog(NamedTuple):
    """How many parcels wait, and when the oldest was put in, in seconds since 1970; None where there is none."""

    number: int
    oldest: datetime | None


class Job(Base):
    """Something to be done. A parcel with a `refusal` waits for a person.

    `due_at`, and `put_at`, when it was put in, are in seconds since 1970.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_kind_due_at", "kind", "due_at"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    enqueued_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(64))
    failed_on: Mapped[date | None]

    def open(self) -> dict[str, Any]:
        """The content; raises CannotDecrypt where the key is not the one it was put in with."""
        return decrypt(_key(), self.payload or b"")


def enqueue(kind: str, content: dict[str, Any], *, due_at: datetime | None = None) -> None:
    """Add a parcel to the current transaction, due at once or at the given time (seconds since 1970)."""
    db.session.add(Job(kind=kind, payload=encrypt(_key(), content), due_at=due_at or now()))


def is_due(kind: str) -> bool:
    """Whether anything of a kind is due; a plain read, so that an idle worker keeps no one from writing."""
    due = select(Job.id).where(Job.kind == kind, Job.due_at <= now()).limit(1)
    found = db.session.scalar(due) is not None
    db.session.rollback()
    return found


def claim(kind: str) -> Job | None:
    """The parcel of a kind that has been due longest, locked until the transaction ends; None if nothing is due."""
    return db.session.scalars(
        select(Job)
        .where(Job.kind == kind, Job.due_at <= now())
        .order_by(Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def postpone(job_id: int, *, seconds: int, attempts: int | None = None) -> None:
    """Make a parcel due again in so many seconds; `attempts`: how often it has been refused for the time being."""
    values = {"due_at": now() + timedelta(seconds=seconds), **({} if attempts is None else {"attempts": attempts})}
    db.session.execute(update(Job).where(Job.id == job_id).values(values))


def complete(job_id: int) -> None:
    """Erase a parcel that is done."""
    db.session.execute(delete(Job).where(Job.id == job_id))


def fail(job_id: int, *, why: str, on: date) -> None:
    """Keep that a parcel can never be done, and why; erase what was in it."""
    values = {"payload": None, "due_at": None, "failure": why[:64], "failed_on": on}
    db.session.execute(update(Job).where(Job.id == job_id).values(values))


def get_backlog(kind: str) -> Backlog:
    """How many parcels of a kind wait to be done, and since when the oldest does."""
    number, oldest = db.session.execute(
        select(func.count(), func.min(Job.enqueued_at)).where(Job.kind == kind, Job.due_at.is_not(None))
    ).one()
    return Backlog(number, oldest)


def get_dead_letters() -> Sequence[AnyRow]:
    """What can never be done: `kind`, `refusal` (why), `refused_on` and the `number` of such parcels, newest first."""
    return db.session.execute(
        select(Job.kind, Job.failure, Job.failed_on, func.count().label("number"))
        .where(Job.due_at.is_(None), Job.failure.is_not(None))
        .group_by(Job.kind, Job.failure, Job.failed_on)
        .order_by(Job.failed_on.desc(), Job.kind, Job.failure)
    ).all()


def delete_dead_letters() -> int:
    """Erase what can never be done, once a person has seen it; returns how many there were."""
    gone = db.session.execute(delete(Job).where(Job.due_at.is_(None), Job.failure.is_not(None)).returning(Job.id))
    return len(gone.all())


def _key() -> bytes:
    key: bytes = settings().outbox_key
    return key
