"""Notices, beside the requests, that the content has changed and whether the database responds.

Each process asks for the content version once a second, which costs less than a thousandth of a core on either
database. LISTEN would need a connection of its own for each process, which PgBouncer does not keep, and SQLite has no
such thing.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from wzo.content_version import ContentVersion, content_signal
from wzo.extensions import db

# Seconds.
INTERVAL = 1.0
SQLITE_TIMEOUT = 1.0

log = logging.getLogger(__name__)


class Watcher:
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
        self.database_is_down = False
        self.has_started = False
        with app.app_context():
            self._signal = content_signal()
        self._seen = self._signal.read()
        self._lock = threading.Lock()
        self._woken = threading.Event()

    def start(self) -> None:
        """Look once, and go on in a thread. In a process that is forked, this must happen after the fork."""
        with self._lock:
            if not self.has_started:
                self.look()
                self.has_started = True
                threading.Thread(target=self._run, name="content watcher", daemon=True).start()

    def was_signalled(self) -> bool:
        """Whether a process on this server has changed the content since this was last asked; if so, looks soon."""
        signal = self._signal.read()
        if signal == self._seen:
            return False
        self._seen = signal
        self._woken.set()
        return True

    def look(self) -> None:
        """Look once whether the content has changed, and whether the database responds."""
        try:
            version = self._read_version()
        except (SQLAlchemyError, sqlite3.Error):
            if not self.database_is_down:
                self.database_is_down = True
                self._close_connections()
                self.on_outage()
            return
        if self.database_is_down:
            self.database_is_down = False
            # They may lead to a database that is no longer there.
            self._close_connections()
        if version != self.version:
            self.version = version
            self.on_change(version)

    def _run(self) -> None:
        while True:
            self._woken.wait(INTERVAL)
            self._woken.clear()
            try:
                self.look()
                self.run_meanwhile()
            except Exception:
                # Whatever it was, the next second is another try.
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

    def _close_connections(self) -> None:
        with self.app.app_context():
            db.engine.dispose()
