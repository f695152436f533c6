"""The content version: a number that changes with the content, and what each process caches until it does."""

import mmap
import secrets
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from flask import current_app, g, has_request_context, request
from sqlalchemy import BigInteger, event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from wzo.config import settings
from wzo.extensions import Base, autocommit, db, upsert

ONLY_ROW = 1
# Each process caches this many results at most; a story with its text is the largest.
MAX_RESULTS = 1_000
# Keys of `session.info`: the version with the transaction in which it was read, the content that the transaction has
# changed (see wzo/cms/index_updates.py), and whether it has a new version to commit.
VERSION_IN_TRANSACTION = "content_version"
PENDING_INDEX_UPDATES = "pending_index_updates"
HAS_BUMPED_VERSION = "has_bumped_content_version"
# Key of the WSGI environment: the version that a request has read without any transaction.
VERSION_IN_REQUEST = "wzo.content_version"
# Stands for a result that is not cached, as None may be one.
MISSING = object()

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


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


# A statement that is built once is compiled once.
_VERSION = select(ContentVersion.version)
_VERSION_SQL = str(_VERSION)


def bump_content_version() -> None:
    """Set a new version in the caller's transaction, so that every process drops its caches when it is committed.

    The row stays locked until then: transactions that change the content wait for one another here.
    """
    db.session.info[HAS_BUMPED_VERSION] = True
    new = {"version": secrets.randbelow(2**62) + 1}
    statement = upsert(ContentVersion).values(id=ONLY_ROW, **new)
    db.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=new))
    db.session().info.pop(VERSION_IN_TRANSACTION, None)
    if has_request_context():
        request.environ.pop(VERSION_IN_REQUEST, None)


def content_version() -> int:
    """The current version; 0 before the first change.

    It is read once in each transaction. As long as none has begun, it is read once in each request, in a quarter of the
    time that a transaction takes.
    """
    if _has_session() and db.session().in_transaction():
        return version_in_transaction()
    if not has_request_context():
        return _read_version()
    version: int | None = request.environ.get(VERSION_IN_REQUEST)
    if version is None:
        version = request.environ[VERSION_IN_REQUEST] = _read_version()
    return version


def _read_version() -> int:
    # Straight from the driver, in a fifth of the time; its errors become those that SQLAlchemy would raise.
    engine = db.engine
    driver_error = engine.dialect.loaded_dbapi.Error
    try:
        with autocommit(engine) as connection:
            row = connection.execute(_VERSION_SQL).fetchone()
    except driver_error as error:
        raise DBAPIError.instance(
            _VERSION_SQL, None, error, driver_error, hide_parameters=True, dialect=engine.dialect
        ) from error
    return int(row[0]) if row else 0


def version_in_transaction() -> int:
    """The version that belongs to what the session reads from now on; begins a transaction."""
    session = db.session()
    transaction, version = session.info.get(VERSION_IN_TRANSACTION, (None, 0))
    if transaction is None or transaction is not session.get_transaction():
        version = session.connection().execute(_VERSION).scalar() or 0
        session.info[VERSION_IN_TRANSACTION] = (session.get_transaction(), version)
    return int(version)


def _has_session() -> bool:
    return bool(db.session.registry.has())


def _has_changed_content() -> bool:
    return _has_session() and PENDING_INDEX_UPDATES in db.session().info


def is_preview() -> bool:
    """Whether this request renders a draft as if it were live, in a transaction that is always rolled back.

    Such a request caches nothing.
    """
    # Asked at each result that is cached, and the proxy would take most of the time.
    return bool(g._get_current_object().get("is_preview"))


def cached_until_content_changes(read: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Cache in each process what a function reads of the live content, by its arguments, until the content changes.

    All results of a request cost one small query together. They are shared, so nobody may change them. What a
    transaction has changed itself is not cached.
    """
    name = f"{read.__module__}.{read.__qualname__}"

    @wraps(read)
    def wrapper(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if is_preview() or _has_changed_content():
            return read(*args, **kwargs)
        key = (name, args, *kwargs.items())
        if (found := _results(content_version()).get(key, MISSING)) is not MISSING:
            return found  # type: ignore[no-any-return]
        # In the transaction that reads it: of two versions, what was read must not be stored under the other.
        results = _results(version_in_transaction())
        result = read(*args, **kwargs)
        if len(results) >= MAX_RESULTS:
            results.clear()
        results[key] = result
        return result

    return wrapper


def _results(version: int) -> dict[tuple[Any, ...], Any]:
    """The results that this process has cached of a version; those of another are dropped."""
    cached: tuple[int, dict[tuple[Any, ...], Any]] | None = current_app.extensions.get("cached_content")
    if cached is None or cached[0] != version:
        cached = current_app.extensions["cached_content"] = (version, {})
    return cached[1]


def _after_commit(session: Session) -> None:
    if session.info.pop(HAS_BUMPED_VERSION, False):
        content_signal().send()


def _after_rollback(session: Session) -> None:
    session.info.pop(HAS_BUMPED_VERSION, None)


event.listen(db.session, "after_commit", _after_commit)
event.listen(db.session, "after_rollback", _after_rollback)
