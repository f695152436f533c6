"""Notices in the background that the content has changed, and whether the database responds.

Each process asks for the content version once a second, which costs less than a thousandth of a core on either
database. LISTEN would need a connection of its own for each process, which PgBouncer does not keep, and SQLite has no
such thing.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from wzo.content_version import ContentVersion, content_signal
from wzo.extensions import db
from wzo.page_cache.outage import ConnectionGuard

# Seconds.
INTERVAL = 1.0
SQLITE_TIMEOUT = 1.0
# After this long without a response, PostgreSQL is asked whether it hangs.
POSTGRESQL_TIMEOUT = 5.0
# A database that has not responded for this long is down, though it may not have refused anything: it may be locked.
RESPONSE_TIMEOUT = 2.5

log = logging.getLogger(__name__)


class ContentWatcher:
    """Calls `on_change` with each new version of the content, and `on_outage` when the database stops responding.

    `run_meanwhile` is called once a second, for work that can wait. All run in the watcher's thread, and the first time
    in the one that starts it.
    """

    def __init__(
        self,
        app: Flask,
        *,
        on_change: Callable[[int], None],
        on_outage: Callable[[], None],
        run_meanwhile: Callable[[], None],
    ) -> None:
        self.app = app
        self.on_change = on_change
        self.on_outage = on_outage
        self.run_meanwhile = run_meanwhile
        self.version: int | None = None
        self.has_failed = False
        self.waiting_since: float | None = None
        self.has_started = False
        with app.app_context():
            self._signal = content_signal()
            self._guard = ConnectionGuard(db.engine)
        self._seen = self._signal.read()
        self._lock = threading.Lock()
        self._woken = threading.Event()

    @property
    def database_is_down(self) -> bool:
        """Whether the database has failed to respond, or has kept the watcher waiting for too long."""
        since = self.waiting_since
        return self.has_failed or (since is not None and time.monotonic() - since > RESPONSE_TIMEOUT)

    def start(self) -> None:
        """Check once, and continue in a thread. In a forked process, this must happen after the fork."""
        with self._lock:
            if not self.has_started:
                self.check_once()
                self.has_started = True
                threading.Thread(target=self._run, name="content watcher", daemon=True).start()

    def was_signalled(self) -> bool:
        """Whether a process on this server has changed the content since this was last asked; if so, checks soon."""
        signal = self._signal.read()
        if signal == self._seen:
            return False
        self._seen = signal
        self._woken.set()
        return True

    def check_once(self) -> None:
        """Check whether the content has changed, and whether the database responds."""
        self._guard.exempt_thread = threading.get_ident()
        try:
            with self._limited():
                version = self._read_version()
        except (SQLAlchemyError, sqlite3.Error):
            if not self.has_failed:
                self.has_failed = self._guard.is_refusing = True
                self._close_connections()
                self.on_outage()
            return
        finally:
            self._guard.exempt_thread = None
        if self.has_failed:
            self.has_failed = self._guard.is_refusing = False
            # It may have been replaced by a backup, and what was rendered meanwhile is of an earlier version.
            self.version = None
            # They may be to a database that is no longer there.
            self._close_connections()
        if version != self.version:
            self.version = version
            self.on_change(version)

    def run_once(self) -> None:
        """Check, and continue the work that can wait."""
        self.check_once()
        if not self.has_failed:
            with self._limited():
                self.run_meanwhile()

    def _run(self) -> None:
        while True:
            self._woken.wait(INTERVAL)
            self._woken.clear()
            try:
                self.run_once()
            except Exception:
                # Whatever it was, it tries again in a second.
                log.exception("The content could not be watched.")

    def _read_version(self) -> int:
        with self.app.app_context():
            url = db.engine.url
            if url.get_backend_name() == "sqlite":
                # A connection of its own each time: it waits for a lock no longer than this, and sees a file that was
                # put in place of another.
                connection = sqlite3.connect(f"file:{url.database}?mode=ro", uri=True, timeout=SQLITE_TIMEOUT)
                try:
                    row = connection.execute("SELECT version FROM content_version").fetchone()
                finally:
                    connection.close()
                return row[0] if row else 0
            with db.engine.connect() as engine_connection:
                return engine_connection.scalar(select(ContentVersion.version)) or 0

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """Count the database as down while this thread waits for it, and break the connections in the end."""
        self.waiting_since = time.monotonic()
        deadline = threading.Timer(POSTGRESQL_TIMEOUT, self._guard.abort_if_hung)
        deadline.daemon = True
        deadline.start()
        try:
            yield
        finally:
            deadline.cancel()
            self.waiting_since = None

    def _close_connections(self) -> None:
        with self.app.app_context():
            db.engine.dispose()
