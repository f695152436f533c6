"""While the database does not respond, nobody waits for it: requests fail at once, and older pages are sent instead."""

import os
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakSet

import psycopg
from sqlalchemy import Engine, event


class ConnectionGuard:
    """Refuses new connections while `is_refusing`, except to the thread that checks whether the database is back."""

    def __init__(self, engine: Engine) -> None:
        self.is_refusing = False
        self.exempt_thread: int | None = None
        # The function that connects to PostgreSQL as the engine does.
        self._connect: Callable[[], psycopg.Connection] | None = None
        self._connections: WeakSet[psycopg.Connection] = WeakSet()
        self._lock = threading.Lock()
        event.listen(engine, "do_connect", self._before_connect)
        event.listen(engine, "connect", self._after_connect)

    def abort_if_hung(self) -> None:
        """If PostgreSQL accepts no connection, break those that are open, so that waiting threads get an error.

        libpq has no time limit for a response, and a server that hangs closes nothing. One that is only slow accepts
        connections.
        """
        if self._connect is not None:
            try:
                self._connect().close()
            except psycopg.Error:
                self.abort_all()

    def abort_all(self) -> None:
        """Break every connection to PostgreSQL."""
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            try:
                with socket.socket(fileno=os.dup(connection.fileno())) as duplicate:
                    # If it was closed just now, the number may already belong to another socket.
                    if not connection.closed:
                        duplicate.shutdown(socket.SHUT_RDWR)
            except (OSError, psycopg.Error):
                continue

    def _before_connect(self, dialect: Any, _: object, arguments: list[Any], parameters: dict[str, Any]) -> None:
        if dialect.name == "postgresql":
            self._connect = partial(dialect.loaded_dbapi.connect, *arguments, **parameters)
        if self.is_refusing and threading.get_ident() != self.exempt_thread:
            raise dialect.loaded_dbapi.OperationalError("The database has not responded to the last attempt.")

    def _after_connect(self, connection: Any, *_: object) -> None:
        if isinstance(connection, psycopg.Connection):
            with self._lock:
                self._connections.add(connection)
