"""The outbox: what the site still has to do, kept in the database until it is done.

A parcel is put in the same transaction as whatever it belongs to, encrypted with a key from the environment, and taken
out when it is done. Taking one moves its due time into the future: if the worker dies, it comes back by itself.
"""

import time
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from wzo.crypto import decrypt, encrypt
from wzo.extensions import Base, db


class Parcel(Base):
    """Something to be done. `due_at` is in seconds since 1970; a parcel with a `refusal` waits for a person."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_kind_due_at", "kind", "due_at"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    attempts: Mapped[int] = mapped_column(default=0)
    refusal: Mapped[str | None] = mapped_column(String(64))
    refused_on: Mapped[date | None]

    def open(self) -> dict[str, Any]:
        """The content; raises CannotDecrypt where the key is not the one it was put in with."""
        return decrypt(_key(), self.payload or b"")


def put(kind: str, content: dict[str, Any], *, due_at: float | None = None) -> None:
    """Add a parcel to the current transaction, due at once or at the given time (seconds since 1970)."""
    due = int(time.time() if due_at is None else due_at)
    db.session.add(Parcel(kind=kind, payload=encrypt(_key(), content), due_at=due))


def is_due(kind: str) -> bool:
    """Whether anything of a kind is due; a plain read, so that an idle worker keeps no one from writing."""
    due = select(Parcel.id).where(Parcel.kind == kind, Parcel.due_at <= int(time.time())).limit(1)
    found = db.session.scalar(due) is not None
    db.session.rollback()
    return found


def take(kind: str) -> Parcel | None:
    """The parcel of a kind that has been due longest, locked until the transaction ends; None if nothing is due."""
    return db.session.scalars(
        select(Parcel)
        .where(Parcel.kind == kind, Parcel.due_at <= int(time.time()))
        .order_by(Parcel.due_at, Parcel.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def postpone(parcel_id: int, *, seconds: int, attempts: int | None = None) -> None:
    """Make a parcel due again in so many seconds; `attempts`: how often it has been refused for the time being."""
    values = {"due_at": int(time.time()) + seconds, **({} if attempts is None else {"attempts": attempts})}
    db.session.execute(update(Parcel).where(Parcel.id == parcel_id).values(values))


def remove(parcel_id: int) -> None:
    """Erase a parcel that is done."""
    db.session.execute(delete(Parcel).where(Parcel.id == parcel_id))


def refuse(parcel_id: int, *, why: str, on: date) -> None:
    """Keep that a parcel can never be done, and why; erase what was in it."""
    values = {"payload": None, "due_at": None, "refusal": why[:64], "refused_on": on}
    db.session.execute(update(Parcel).where(Parcel.id == parcel_id).values(values))


def _key() -> bytes:
    key: bytes = current_app.config["SETTINGS"].outbox_key
    return key
