"""One release at a time: two that start together, as on two machines, work one after the other."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from wzo.extensions import db

# Known to nothing else that takes advisory locks in the same database.
LOCK_KEY = 0x777A6F
# Our connection waits for the lock, and then for the release, as long as either takes.
WAIT = text(
    "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
)


@contextmanager
def release_lock(on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of the release; calls `on_wait` if another release holds it, and waits for its end."""
    lock = _lock_file if db.engine.dialect.name == "sqlite" else _lock_server
    with lock(on_wait):
        yield


@contextmanager
def _lock_server(on_wait: Callable[[], None]) -> Iterator[None]:
    """PostgreSQL gives the lock back with the transaction, so that it works behind PgBouncer as well."""
    key = {"key": LOCK_KEY}
    with db.engine.begin() as connection:
        connection.execute(WAIT)
        if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), key):
            on_wait()
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), key)
        yield


@contextmanager
def _lock_file(on_wait: Callable[[], None]) -> Iterator[None]:
    """A file next to SQLite's own; the system gives the lock back when the process ends, however it ends."""
    with Path(f"{db.engine.url.database}.release-lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
