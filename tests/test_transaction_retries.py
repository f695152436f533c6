"""Conflicts between transactions: what failed by one is tried again, and is never reported as an outage."""

import ast
import sqlite3
import threading
from collections.abc import Callable

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.conftest import make_client
from tests.factories import UserFactory
from wzo import create_app, transaction_retries
from wzo.accounts.models import User
from wzo.config import ROOT, Settings
from wzo.extensions import db, write_transaction
from wzo.transaction_retries import MAX_ATTEMPTS, is_conflict, retry_transaction


def error(original: BaseException) -> OperationalError:
    return OperationalError("UPDATE secret", {}, original)


def sqlite_error(code: int) -> sqlite3.OperationalError:
    original = sqlite3.OperationalError("message")
    original.sqlite_errorcode = code
    return original


DEADLOCK, SERIALISATION = psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure
CASES: list[tuple[BaseException, bool]] = [
    (DEADLOCK(), True),
    (SERIALISATION(), True),
    (psycopg.errors.AdminShutdown(), False),
    (psycopg.errors.LockNotAvailable(), False),
    (psycopg.OperationalError("connection refused"), False),
    (sqlite_error(sqlite3.SQLITE_BUSY), True),
    (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), True),
    (sqlite_error(sqlite3.SQLITE_LOCKED), True),
    (sqlite_error(sqlite3.SQLITE_FULL), False),
    (sqlite3.OperationalError("unable to open database file"), False),
    (Exception("anything"), False),
]


@pytest.mark.one_database
@pytest.mark.parametrize(("original", "expected"), CASES)
def test_it_recognises_conflicts(original: BaseException, expected: bool) -> None:
    assert is_conflict(error(original)) is expected


@pytest.fixture
def calls(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    monkeypatch.setattr(transaction_retries, "PAUSE", 0)
    return []


def failing(calls: list[int], times: int, original: BaseException) -> Callable[[], str]:
    @retry_transaction
    def write() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise error(original)
        return "done"

    return write


@pytest.mark.one_database
def test_it_tries_again_a_few_times(calls: list[int]) -> None:
    assert failing(calls, MAX_ATTEMPTS - 1, DEADLOCK())() == "done"
    assert len(calls) == MAX_ATTEMPTS


@pytest.mark.one_database
def test_it_gives_up_at_last(calls: list[int]) -> None:
    with pytest.raises(OperationalError):
        failing(calls, 99, DEADLOCK())()
    assert len(calls) == MAX_ATTEMPTS


@pytest.mark.one_database
def test_it_tries_nothing_else_again(calls: list[int]) -> None:
    with pytest.raises(OperationalError):
        failing(calls, 99, psycopg.OperationalError("connection refused"))()
    assert len(calls) == 1


def test_it_survives_a_real_deadlock(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time.")
    ids = [UserFactory().id for _ in range(2)]
    db.session.rollback()
    barrier, attempts, failures = threading.Barrier(2), list[int](), list[BaseException]()

    @retry_transaction
    def rename(order: list[int]) -> None:
        attempts.append(1)
        with write_transaction():
            for position, user_id in enumerate(order):
                db.session.execute(text("UPDATE users SET name = 'New' WHERE id = :id"), {"id": user_id})
                if position == 0 and len(attempts) <= 2:
                    barrier.wait()

    def run(order: list[int]) -> None:
        try:
            with app.app_context():
                rename(order)
        except BaseException as problem:
            failures.append(problem)

    threads = [threading.Thread(target=run, args=(order,)) for order in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failures, len(attempts)) == ([], 3)
    assert [db.session.get_one(User, user_id).name for user_id in ids] == ["New", "New"]


@pytest.mark.one_database
def test_it_does_not_tell_a_conflict_as_an_outage(
    app: Flask, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    failing = create_app(settings)

    @failing.get("/<lang:lang>/deadlock/")
    def deadlock() -> str:
        raise error(DEADLOCK("secret"))

    response = make_client(failing).get("/en/deadlock/")
    assert response.status_code == 503
    assert "Retry-After" in response.headers
    assert "Others are changing the same thing" in response.text.replace("\u00a0", " ")
    assert "not responding" not in caplog.text
    assert "Repeated transaction conflicts" in caplog.text
    assert "secret" not in response.text + caplog.text


# Run by the worker, which repeats them, or by commands.
NOT_OF_REQUESTS = (
    "cms/indexing.py",
    "delivery.py",
    "key_rotation.py",
    "outbox.py",
    "petition/retention.py",
    "petition/row_order.py",
    "seed/demo.py",
    "seed/loading.py",
)
# Of the rest: on SQLite, requests share a transaction; a link-preview image that is not stored is rendered again.
ALSO = {"group_commit.py:_commit", "social_cards.py:_get_or_render", "worker.py:_process_batch"}


@pytest.mark.slow
@pytest.mark.one_database
def test_it_tries_every_write_of_a_request_again() -> None:
    missing = set()
    for path in (ROOT / "wzo").rglob("*.py"):
        name = str(path.relative_to(ROOT / "wzo"))
        if name in NOT_OF_REQUESTS or name.startswith(("backup/", "health/")):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and _writes(node) and not _is_tried_again(node):
                missing.add(f"{name}:{node.name}")
    assert missing == ALSO


def _writes(function: ast.FunctionDef) -> bool:
    blocks = (node for node in ast.walk(function) if isinstance(node, ast.With))
    return any(ast.unparse(item.context_expr) == "write_transaction()" for block in blocks for item in block.items)


def _is_tried_again(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(it) == "retry_transaction" for it in function.decorator_list)
