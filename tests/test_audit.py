"""The audit log: it only grows, and detects tampering."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from wzo.audit import NO_HASH, AuditEntry, check_chain, is_in_log, record
from wzo.extensions import db, write_transaction

ON_SQLITE = ("DROP TRIGGER audit_entries_append_only_on_update", "DROP TRIGGER audit_entries_append_only_on_delete")


ON_POSTGRESQL = ("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only",)


def write(times: int, **columns: object) -> None:
    for _ in range(times):
        with write_transaction():
            record(**{"action": "tested", "object_type": "stories", "object_id": 7, **columns})  # type: ignore[arg-type]


def write_and_fail() -> None:
    with write_transaction():
        record(action="tested")
        _ = 1 / 0


def verify(app: Flask, *known: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["audit", "verify", *known])
    return result.exit_code, result.output


def test_it_stores_the_hash_of_the_previous_entry(app: Flask) -> None:
    write(3, note="слово")
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [it.id for it in entries] == [1, 2, 3]
    assert entries[0].previous_hash == bytes(32)
    assert entries[2].previous_hash == entries[1].hash == entries[1].compute_hash()
    assert verify(app) == (
        0,
        f"The log is intact: 3 entries. Keep this hash elsewhere, for the next check: {entries[2].hash.hex()}\n",
    )


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"])
def test_it_cannot_be_changed_in_the_database(app: Flask, statement: str) -> None:
    write(1)
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))
    db.session.rollback()
    assert verify(app)[0] == 0


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit_entries SET action = 'other' WHERE id = 2", 2),
        ("UPDATE audit_entries SET details = '{\"a\": 1}' WHERE id = 4", 4),
        ("UPDATE audit_entries SET user_id = 9 WHERE id = 1", 1),
        ("DELETE FROM audit_entries WHERE id = 3", 4),
        ("DELETE FROM audit_entries WHERE id = 1", 2),
    ],
)
def test_it_detects_tampering(app: Flask, statement: str, broken: int) -> None:
    write(5)
    postgresql = db.engine.dialect.name == "postgresql"
    # Never committed: the next test needs the triggers.
    for forbidden in (*(ON_POSTGRESQL if postgresql else ON_SQLITE), statement):
        db.session.execute(text(forbidden))
    assert check_chain()[1] == broken
    db.session.rollback()
    assert check_chain()[1] is None


@pytest.mark.parametrize("forgery", ["recalculated", "cut off"])
def test_it_detects_a_forged_chain_by_a_hash_that_was_kept(app: Flask, forgery: str) -> None:
    write(3)
    kept = check_chain()[2].hex()
    write(2)
    assert verify(app, kept)[0] == 0
    assert verify(app, "no hash")[0] == verify(app, "00" * 32)[0] == 1
    postgresql = db.engine.dialect.name == "postgresql"
    # Never committed: the next test needs the triggers.
    for forbidden in ON_POSTGRESQL if postgresql else ON_SQLITE:
        db.session.execute(text(forbidden))
    if forgery == "cut off":
        db.session.execute(text("DELETE FROM audit_entries WHERE id > 2"))
    else:
        last = NO_HASH
        for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all():
            entry.details, entry.previous_hash = '{"forged": 1}', last
            last = entry.hash = entry.compute_hash()
        db.session.flush()
    assert check_chain()[1] is None
    assert not is_in_log(kept)
    db.session.rollback()
    assert is_in_log(kept)


def test_it_forms_one_chain_from_parallel_writes(app: Flask) -> None:
    def work(number: int) -> None:
        with app.app_context():
            write(5, number=number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert verify(app)[1].startswith("The log is intact: 20 entries.")


def test_it_leaves_out_what_was_rolled_back(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    write(1)
    assert verify(app)[1].startswith("The log is intact: 1 entries.")
