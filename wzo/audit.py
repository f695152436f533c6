"""The audit log, which editors see as “Activity log”: the actions of editors. It is append-only and hash-chained.

Entries wait in the session and are appended just before the commit, whenever `record` was called: each entry contains
the hash of the last, so a transaction that appends one makes all others wait, and must not wait itself. If the log were
locked before a row that another transaction holds, the two could deadlock.
"""

import hashlib
import json
from datetime import datetime
from typing import Any, NamedTuple

from flask import has_request_context
from flask_login import current_user
from sqlalchemy import String, event, select, text
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from wzo.clock import now
from wzo.extensions import Base, db


class AuditEntry(Base):
    """An entry of the audit log. It contains the hash of the previous entry, so that changes and deletions show.

    `user_id` has no foreign key, because entries outlive accounts. `details` is a JSON object, without secrets and
    without personal data of signers.
    """

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    user_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(48), index=True)
    object_type: Mapped[str] = mapped_column(String(32), default="")
    object_id: Mapped[int | None]
    details: Mapped[str] = mapped_column(default="{}")
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes] = mapped_column(unique=True)

    def compute_hash(self) -> bytes:
        """Compute the SHA-256 of all other columns, the hash of the previous entry included."""
        values = [
            self.id,
            self.at.isoformat(),
            self.user_id,
            self.action,
            self.object_type,
            self.object_id,
            self.details,
            self.previous_hash.hex(),
        ]
        return hashlib.sha256(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()).digest()


class ChainCheck(NamedTuple):
    """The result of checking the hash chain.

    It holds the number of valid entries, the id of the first broken one, if any, and the hash of the last valid one.
    """

    valid: int
    broken_id: int | None
    last_hash: bytes


# An arbitrary id that no other advisory lock of the site uses.
LOCK_ID = 7_294_001
# The previous hash of the first entry.
NO_HASH = bytes(32)
# Under this name a session stores the entries that wait for the commit, each with its savepoint.
PENDING = "audit_entries"


def record(
    *, action: str, object_type: str = "", object_id: int | None = None, user_id: int | None = None, **details: Any
) -> None:
    """Record an action in the current write transaction, by the signed-in editor or by `user_id`.

    `action` is a verb in kebab-case that has a label in the panel's log; `object_type` and `object_id` say what it was
    done to. The details must contain neither secrets nor anything about people who are not editors.
    """
    if user_id is None and has_request_context() and current_user.is_authenticated:
        user_id = current_user.id
    entry = AuditEntry(
        user_id=user_id,
        action=action,
        object_type=object_type,
        object_id=object_id,
        details=json.dumps(details, ensure_ascii=False, sort_keys=True),
    )
    session = db.session()
    session.info.setdefault(PENDING, []).append((session.get_nested_transaction(), entry))


def check_chain() -> ChainCheck:
    """Check the hash chain from the first entry on.

    An entry is broken if it was altered or if an entry before it was deleted. A log that was cut off at the end, or
    whose hashes were all recalculated, is noticed only with a hash that was kept elsewhere; see is_in_log.
    """
    valid, last = 0, NO_HASH
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)):
        if entry.id != valid + 1 or entry.previous_hash != last or entry.hash != entry.compute_hash():
            return ChainCheck(valid, entry.id, last)
        valid, last = entry.id, entry.hash
    return ChainCheck(valid, None, last)


def is_in_log(hexadecimal: str) -> bool:
    """Whether an entry has this hash, given in hexadecimal digits."""
    try:
        known = bytes.fromhex(hexadecimal)
    except ValueError:
        return False
    return db.session.scalar(select(AuditEntry.id).where(AuditEntry.hash == known)) is not None


def _append_entries(session: Session) -> None:
    """Append the entries that wait, after everything else that the transaction writes."""
    if session.in_nested_transaction() or not session.info.get(PENDING):
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        # Entries are appended one at a time; SQLite has only one writer anyway.
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK_ID})
    last = session.execute(select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)).one_or_none()
    last_id, last_hash = (last.id, last.hash) if last else (0, NO_HASH)
    for number, (_, entry) in enumerate(session.info.pop(PENDING), start=last_id + 1):
        entry.id, entry.at, entry.previous_hash = number, now(), last_hash
        last_hash = entry.hash = entry.compute_hash()
        session.add(entry)
    session.flush()


def _drop_entries(session: Session, ended: SessionTransaction) -> None:
    """Drop the entries of a transaction, or of a savepoint, that was rolled back."""
    waiting = session.info.pop(PENDING, [])
    if ended.nested and (kept := [it for it in waiting if it[0] is not ended]):
        session.info[PENDING] = kept


event.listen(db.session, "before_commit", _append_entries)
event.listen(db.session, "after_soft_rollback", _drop_entries)
