"""Alarms, as in alarms.py, while the database is down: in a file that the processes on a server share."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import TextIOWrapper
from pathlib import Path

from wzo.health.alarms import is_due

OPEN, CLOSED = "open", "closed"


class LocalAlarm:
    """One alarm, in a file whose time says when it was last sent; in memory if the folder cannot be used."""

    def __init__(self, folder: Path, key: str) -> None:
        self.path = folder / f"alarm-{key}"
        self._state, self._sent_at = "", 0.0

    def claim(self) -> bool:
        """Open the alarm; returns whether it is due, and so up to this process to send it."""
        with self._locked() as file:
            self._read(file)
            age = timedelta(seconds=time.time() - self._sent_at)
            if self._state and not is_due(is_open=self._state == OPEN, age=age):
                return False
            self._write(file, OPEN, time.time())
            return True

    def release(self) -> None:
        """Reset an alarm that could not be sent, so that it is claimed again."""
        with self._locked() as file:
            self._write(file, "", 0)

    def close(self) -> bool:
        """Close the alarm; returns whether this process has closed it."""
        if self._state != OPEN and not self.path.exists():
            return False
        with self._locked() as file:
            self._read(file)
            if self._state != OPEN:
                return False
            self._write(file, CLOSED, self._sent_at)
            return True

    @contextmanager
    def _locked(self) -> Iterator[TextIOWrapper | None]:
        try:
            file = self.path.open("a+", encoding="ascii")
        except OSError:
            yield None
            return
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _read(self, file: TextIOWrapper | None) -> None:
        if file:
            file.seek(0)
            self._state, self._sent_at = file.read(), os.fstat(file.fileno()).st_mtime

    def _write(self, file: TextIOWrapper | None, state: str, sent_at: float) -> None:
        self._state, self._sent_at = state, sent_at
        if file:
            file.truncate(0)
            file.write(state)
            file.flush()
            os.utime(file.fileno(), (sent_at, sent_at))
