"""The content version: a number that changes with the content, and what each process caches until it does."""

import secrets
from collections.abc import Callable
from typing import TypeVar

from flask import current_app, g
from sqlalchemy import BigInteger, select
from sqlalchemy.orm import Mapped, mapped_column

from wzo.extensions import Base, db, upsert

ONLY_ROW = 1

Cached = TypeVar("Cached")


class ContentVersion(Base):
    """One row, by which every process sees that its caches are stale.

    Each change sets a new random `version`. A counter would come to the same numbers again after a backup was restored.
    """

    __tablename__ = "content_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)


def content_changed() -> None:
    """Record, in the caller's transaction, that the content has changed, so that every process drops its caches."""
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
