"""The audit log: who did what. It is append-only and hash-chained."""

import hashlib
import json
from datetime import datetime
from typing import Any, NamedTuple

from flask import has_request_context
from flask_login import current_user
from sqlalchemy import String, select, text
from sqlalchemy.orm import Mapped, mapped_column

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


def log(
    *, action: str, object_type: str = "", object_id: int | None = None, user_id: int | None = None, **details: Any
) -> None:
    """Record an action in the current write transaction, by the signed-in editor or by `user_id`.

    `action` is a verb in kebab-case that has a label in the panel's log; `object_type` and `object_id` say what it was
    done to. The details must contain neither secrets nor anything about people who are not editors.
    """
    if user_id is None and has_request_context() and current_user.is_authenticated:
        user_id = current_user.id
    if db.engine.dialect.name == "postgresql":
        # Entries are appended one at a time; SQLite has only one writer anyway.
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK_ID})
    last = db.session.execute(
        select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    ).one_or_none()
    entry = AuditEntry(
        id=last.id + 1 if last else 1,
        at=now(),
        user_id=user_id,
        action=action,
        object_type=object_type,
        object_id=object_id,
        details=json.dumps(details, ensure_ascii=False, sort_keys=True),
        previous_hash=last.hash if last else NO_HASH,
    )
    entry.hash = entry.compute_hash()
    db.session.add(entry)
    db.session.flush()


def check_chain() -> ChainCheck:
    """Check the hash chain from the first entry on.

    An entry is broken if it was altered or if an entry before it was deleted. A log that was cut off at the end is
    noticed only by somebody who has kept the last hash.
    """
    valid, last = 0, NO_HASH
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)):
        if entry.id != valid + 1 or entry.previous_hash != last or entry.hash != entry.compute_hash():
            return ChainCheck(valid, entry.id, last)
        valid, last = entry.id, entry.hash
    return ChainCheck(valid, None, last)
