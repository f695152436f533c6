"""Nobody waits for a database that does not respond, on SQLite and on PostgreSQL."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from wzo.extensions import db
from wzo.page_cache import watcher
from wzo.page_cache.outage import ConnectionGuard
from wzo.page_cache.watcher import ContentWatcher


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    engine = create_engine(db.engine.url)
    yield engine
    engine.dispose()


def test_it_refuses_connections_to_all_but_the_thread_that_checks(engine: Engine) -> None:
    guard = ConnectionGuard(engine)
    guard.is_refusing = True
    with pytest.raises(OperationalError, match="has not responded"):
        engine.connect()
    guard.exempt_thread = threading.get_ident()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()
    guard.exempt_thread, guard.is_refusing = None, False
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_it_breaks_no_connection_to_a_server_that_is_only_slow(engine: Engine) -> None:
    guard = ConnectionGuard(engine)
    with engine.connect() as connection:
        guard.abort_if_hung()
        assert connection.scalar(text("SELECT 1")) == 1


@pytest.mark.parametrize("work", ["checking", "cache warming"])
def test_it_watches_the_watcher(app: Flask, work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread reads the version each second, and then renders pages: PostgreSQL may hang in either."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server that could hang.")
    monkeypatch.setattr(watcher, "POSTGRESQL_TIMEOUT", 0.1)
    monkeypatch.setattr(watcher, "RESPONSE_TIMEOUT", 0.05)
    monkeypatch.setattr(ConnectionGuard, "abort_if_hung", ConnectionGuard.abort_all)
    seen: list[bool] = []

    def wait_for_the_database() -> int:
        threading.Timer(0.08, lambda: seen.append(watch.database_is_down)).start()
        with app.app_context(), db.engine.connect() as connection, pytest.raises(OperationalError):
            connection.execute(text("SELECT pg_sleep(20)"))
        seen.append(True)
        return 0

    meanwhile = wait_for_the_database if work == "cache warming" else lambda: None
    # It breaks the connections that were made since it began.
    db.engine.dispose()
    watch = ContentWatcher(app, on_change=lambda _: None, on_outage=lambda: None, run_meanwhile=meanwhile)
    if work == "checking":
        monkeypatch.setattr(watch, "_read_version", wait_for_the_database)
    watch.run_once()
    assert seen == [True, True]


def test_it_ends_the_wait_for_a_response(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server that could hang.")
    guard = ConnectionGuard(engine)
    with engine.connect() as idle, engine.connect() as waiting:
        closed = idle.connection.driver_connection
        assert closed is not None
        closed.close()
        threading.Timer(0.2, guard.abort_all).start()
        with pytest.raises(OperationalError):
            waiting.execute(text("SELECT pg_sleep(20)"))
