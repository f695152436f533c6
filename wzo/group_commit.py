"""Group commit: on SQLite, the writes of requests that come together share a transaction, and one wait for the disk.

SQLite lets one transaction write at a time, and threads that want to write poll for their turn with ever longer pauses.
Here they queue up instead. The first runs all writes that are waiting, and commits; when the next gets its turn, its
own write is either committed already, or it does the same for those that came meanwhile. Nobody waits for company: a
write that comes alone is committed at once. There is no thread of its own that a forked process would lack.

PostgreSQL lets several transactions write at a time, and groups their commits itself.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from wzo.extensions import db, write_transaction
from wzo.transaction_retries import retry_transaction


class _Write:
    def __init__(self, run: Callable[[], None]) -> None:
        self.run = run
        self.is_done = False
        self.error: BaseException | None = None


class _Group:
    """The writes that wait in this process for a database."""

    def __init__(self) -> None:
        self._waiting = deque[_Write]()
        self._turn = threading.Lock()

    def commit(self, run: Callable[[], None]) -> None:
        own = _Write(run)
        self._waiting.append(own)
        with self._turn:
            if not own.is_done:
                _commit([self._waiting.popleft() for _ in range(len(self._waiting))])
        if own.error:
            raise own.error


_groups: WeakKeyDictionary[Engine, _Group] = WeakKeyDictionary()


def commit_together(write: Callable[[], None]) -> None:
    """Run a write in a transaction that it may share with others, and return once it is committed.

    An error in one write undoes that write alone, and is raised here for its own caller; an error of the transaction
    itself is raised for all. `write` may run in another request's thread and application context, so it must not use
    the request, and objects of the session end with it.
    """
    if db.engine.dialect.name == "sqlite":
        _groups.setdefault(db.engine, _Group()).commit(write)
    else:
        _commit_alone(write)


@retry_transaction
def _commit_alone(write: Callable[[], None]) -> None:
    with write_transaction():
        write()


def _commit(writes: Sequence[_Write]) -> None:
    try:
        with write_transaction():
            if len(writes) == 1:
                writes[0].run()
            else:
                for write in writes:
                    _run_in_savepoint(write)
    except BaseException as error:
        for write in writes:
            write.error = write.error or error
    for write in writes:
        write.is_done = True


def _run_in_savepoint(write: _Write) -> None:
    savepoint = db.session.begin_nested()
    try:
        write.run()
    except Exception as error:
        # Fails, and so ends the whole transaction, if the error has ended it already, as that of a full disk does.
        savepoint.rollback()
        write.error = error
    else:
        savepoint.commit()
