"""The audit log: who did what, append-only and hash-chained."""

import hashlib
import json
from datetime import datetime
from typing import Any

from flask import has_request_context
from flask_login import current_user
from sqlalchemy import String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import now
from wzo.extensions import Base, db


class AuditEntry(Base):
    """Who did what. Each entry holds the hash of the one before it, so that none can be altered or taken out unseen.

    `user_id` has no foreign key: what somebody did outlives the account. `details` is a JSON object without secrets
    and without signers' data.
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

    def make_hash(self) -> bytes:
        """SHA-256 over everything that the entry says, the hash of the one before it included."""
        said = [self.id, self.at.isoformat(), self.user_id, self.action, self.object_type, self.object_id, self.details]
        text = json.dumps([*said, self.previous_hash.hex()], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).digest()


# Any number that no other lock of ours has.
LOG_LOCK = 7_294_001


NO_HASH = bytes(32)


def log(
    *, action: str, object_type: str = "", object_id: int | None = None, user_id: int | None = None, **details: Any
) -> None:
    """Record an action in the current write transaction, by the signed-in editor or by `user_id`.

    `action` is one of those that the panel's log labels; `object_type` and `object_id` say what it was done to. The
    details must contain neither secrets nor anything about people who are not editors.
    """
    if user_id is None and has_request_context() and current_user.is_authenticated:
        user_id = current_user.id
    if db.engine.dialect.name == "postgresql":
        # One after the other, each behind the last; SQLite has one writer at a time anyway.
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOG_LOCK})
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
    entry.hash = entry.make_hash()
    db.session.add(entry)
    db.session.flush()


def find_broken_entry() -> tuple[int, int | None, bytes]:
    """Walk along the log: how many entries hold, the number of the first that does not, and the last good hash.

    An entry is broken where it was altered, or where one before it was taken out. What was cut off at the end shows
    only to whoever has kept the last hash.
    """
    good, last = 0, bytes(32)
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)):
        if entry.id != good + 1 or entry.previous_hash != last or entry.hash != entry.make_hash():
            return good, entry.id, last
        good, last = entry.id, entry.hash
    return good, None, last
