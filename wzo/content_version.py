"""The content version: a number that changes with the content, and what each process caches until it does."""

import mmap
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from flask import current_app, g
from sqlalchemy import BigInteger, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from wzo.config import settings
from wzo.extensions import Base, db, upsert

ONLY_ROW = 1

# Marks a session that changes the version when it is committed.
CHANGES = "content_version_changes"

Cached = TypeVar("Cached")


class ContentVersion(Base):
    """One row, by which every process sees that its caches are stale.

    Each change sets a new random `version`. A counter would come to the same numbers again after a backup was restored.
    """

    __tablename__ = "content_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)


class ContentSignal:
    """A few bytes of memory that all processes on one server share, through a file in the instance folder.

    They change right after each commit that changes the content, so that an editor sees it at once, whichever process
    responds. Processes on other servers see the new version in the database a second later.
    """

    SIZE = 8

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / "content-signal").open("a+b") as file:
                file.truncate(self.SIZE)
                self._memory = mmap.mmap(file.fileno(), self.SIZE)
        except OSError:
            # Shared at least with the processes that are forked from this one.
            self._memory = mmap.mmap(-1, self.SIZE)

    def read(self) -> bytes:
        """The bytes, to compare with what they were."""
        return self._memory[: self.SIZE]

    def send(self) -> None:
        """Change the bytes. A counter could miss one of two changes at the same moment."""
        self._memory[: self.SIZE] = secrets.token_bytes(self.SIZE)


def content_signal() -> ContentSignal:
    """The signal of the current application."""
    signal: ContentSignal | None = current_app.extensions.get("content_signal")
    if signal is None:
        signal = current_app.extensions["content_signal"] = ContentSignal(settings().instance_path)
    return signal


def content_changed() -> None:
    """Record, in the caller's transaction, that the content has changed, so that every process drops its caches."""
    db.session.info[CHANGES] = True
    new = {"version": secrets.randbelow(2**62) + 1}
    statement = upsert(ContentVersion).values(id=ONLY_ROW, **new)
    db.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=new))


def content_version() -> int:
    """The current version; 0 before the first change."""
    return db.session.scalar(select(ContentVersion.version)) or 0


def is_preview() -> bool:
    """Whether this request renders a draft as if it were live, in a transaction that is always rolled back.

    Such a request uses what the process has cached, and caches nothing.
    """
    return bool(g.get("is_preview"))


def cached_until_content_changes(name: str, compute: Callable[[], Cached]) -> Cached:
    """The result of `compute`, cached by this process under a name; costs one small query while nothing changes."""
    version = content_version()
    entry: tuple[int, Cached] | None = current_app.extensions.get(name)
    if entry is not None and is_preview():
        return entry[1]
    if entry is None or entry[0] != version:
        entry = current_app.extensions[name] = (version, compute())
    return entry[1]


def _after_commit(session: Session) -> None:
    if session.info.pop(CHANGES, False):
        content_signal().send()


def _after_rollback(session: Session) -> None:
    session.info.pop(CHANGES, None)


event.listen(db.session, "after_commit", _after_commit)
event.listen(db.session, "after_rollback", _after_rollback)
