"""Writes that come together are committed together, and each answers for itself."""

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select

from wzo import outbox
from wzo.extensions import db
from wzo.group_commit import commit_together
from wzo.outbox import Job

KEYS = [bytes([number]) for number in range(1, 7)]


class Refused(Exception):
    """What a write raises."""


def write(key: bytes) -> Callable[[], None]:
    return lambda: outbox.enqueue("group", {}, deduplication_key=key)


def written() -> set[bytes]:
    db.session.rollback()
    keys = {key for key in db.session.scalars(select(Job.deduplication_key).where(Job.kind == "group")) if key}
    db.session.rollback()
    return keys


class Callers:
    """Threads that write, each like a request; `errors` has what was raised for each."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.threads: list[threading.Thread] = []
        self.errors: dict[int, BaseException] = {}
        self.acknowledged: list[int] = []

    def add(self, run: Callable[[], None]) -> None:
        """Start a caller, and wait a moment for its write to be in the queue."""
        number = len(self.threads)

        def call() -> None:
            with self.app.app_context():
                try:
                    commit_together(run)
                    self.acknowledged.append(number)
                except BaseException as error:
                    self.errors[number] = error

        self.threads.append(threading.Thread(target=call))
        self.threads[-1].start()
        time.sleep(0.05)

    def join(self) -> None:
        for thread in self.threads:
            thread.join()


@contextmanager
def behind_another(app: Flask) -> Iterator[Callers]:
    """Callers whose writes wait until the end for another one, so that they are in one group; theirs begin at 1."""
    callers, is_running, may_end = Callers(app), threading.Event(), threading.Event()

    def wait() -> None:
        is_running.set()
        may_end.wait()

    callers.add(wait)
    is_running.wait()
    try:
        yield callers
    finally:
        may_end.set()
        callers.join()


def test_it_commits_a_lone_write_at_once(app: Flask) -> None:
    commit_together(write(KEYS[0]))
    assert written() == {KEYS[0]}


def test_it_raises_what_a_lone_write_raises_and_undoes_it(app: Flask) -> None:
    def refuse() -> None:
        write(KEYS[0])()
        raise Refused

    with pytest.raises(Refused):
        commit_together(refuse)
    assert written() == set()


def test_it_commits_many_writes_at_once_in_the_order_in_which_they_came(app: Flask, database: str) -> None:
    commits: list[object] = []
    ran: list[bytes] = []
    count = commits.append

    def run(key: bytes) -> None:
        write(key)()
        ran.append(key)

    event.listen(db.engine, "commit", count)
    try:
        with behind_another(app) as callers:
            for key in KEYS:
                callers.add(lambda key=key: run(key))  # type: ignore[misc]
            assert database == "postgresql" or (ran == [] and callers.acknowledged == [])
    finally:
        event.remove(db.engine, "commit", count)
    assert (written(), callers.errors, ran) == (set(KEYS), {}, KEYS)
    # On PostgreSQL each has its own.
    assert len(commits) == (2 if database == "sqlite" else 1 + len(KEYS))


def test_it_undoes_a_write_that_fails_and_no_other(app: Flask) -> None:
    def refuse() -> None:
        write(KEYS[1])()
        raise Refused

    with behind_another(app) as callers:
        callers.add(write(KEYS[0]))
        callers.add(refuse)
        callers.add(write(KEYS[2]))
    assert written() == {KEYS[0], KEYS[2]}
    assert sorted(callers.acknowledged) == [0, 1, 3]
    assert isinstance(callers.errors[2], Refused)


@pytest.mark.one_database
def test_it_acknowledges_nothing_if_the_transaction_itself_has_failed(app: Flask) -> None:
    def end_the_transaction() -> None:
        db.session.connection().exec_driver_sql("ROLLBACK")
        raise Refused

    with behind_another(app) as callers:
        callers.add(write(KEYS[0]))
        callers.add(end_the_transaction)
        callers.add(write(KEYS[2]))
    assert written() == set()
    assert (callers.acknowledged, sorted(callers.errors)) == ([0], [1, 2, 3])
    commit_together(write(KEYS[3]))
    assert written() == {KEYS[3]}


def test_it_loses_only_what_was_not_acknowledged_when_the_process_is_killed(app: Flask) -> None:
    def run() -> None:
        with behind_another(app) as callers:
            callers.add(write(KEYS[0]))
        assert 1 in callers.acknowledged
        with behind_another(app) as callers:
            callers.add(write(KEYS[1]))
            callers.add(lambda: os.kill(os.getpid(), signal.SIGKILL))

    assert os.waitstatus_to_exitcode(in_another_process(run)()) == -signal.SIGKILL
    assert KEYS[0] in written()
    assert KEYS[1] not in written() or db.engine.dialect.name == "postgresql"


def test_it_works_in_a_process_that_was_forked_after_a_write(app: Flask) -> None:
    commit_together(write(KEYS[0]))
    wait_for_process = in_another_process(lambda: commit_together(write(KEYS[1])))
    commit_together(write(KEYS[2]))
    assert os.waitstatus_to_exitcode(wait_for_process()) == 0
    assert written() == {KEYS[0], KEYS[1], KEYS[2]}


def in_another_process(run: Callable[[], None]) -> Callable[[], int]:
    """Fork a process that runs a function; returns a function that waits for its status."""
    db.session.rollback()
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        try:
            # Connections belong to the process that opened them.
            db.session.remove()
            db.engine.dispose(close=False)
            run()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    return lambda: os.waitpid(child, 0)[1]
