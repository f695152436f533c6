"""Removing deleted data from the disk: the ciphertext of a deleted job is in no file of the database."""

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, select, text, update

from tests.conftest import transaction
from tests.disk import database_files
from tests.test_order_of_signing import PER_SIGNER
from wzo import compaction, outbox
from wzo.extensions import db, write_transaction
from wzo.outbox import Job
from wzo.petition import row_order

JOBS = 30


def enqueue_and_delete() -> list[bytes]:
    """Put jobs on the outbox, postpone each, and delete all but the first; returns what was stored of the others."""
    for number in range(JOBS):
        with write_transaction():
            outbox.enqueue("mail", {"to": f"marked-{number}@example.org", "text": "x" * 200 * number})
    jobs = {job.id: bytes(job.payload or b"") for job in db.session.scalars(select(Job))}
    for job_id in jobs:
        with write_transaction():
            outbox.postpone([job_id], seconds=60)
    for job_id in [*jobs][1:]:
        with write_transaction():
            outbox.complete([job_id])
    return [*jobs.values()][1:]


def remaining(payloads: list[bytes]) -> int:
    """How many of the deleted jobs are still in the database's files, as their first bytes show."""
    contents = [file.read() for file in database_files(checkpoint=False)]
    return sum(any(payload[:48] in content for content in contents) for payload in payloads)


def test_it_removes_deleted_jobs_from_the_disk(app: Flask) -> None:
    payloads = enqueue_and_delete()
    assert remaining(payloads) > JOBS / 2
    row_order.erase_deleted_rows()
    assert remaining(payloads) == 0
    db.session.rollback()
    assert len(db.session.scalars(select(Job)).all()) == 1


def test_it_does_not_wait_long_for_others(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "LOCK_TIMEOUT", 20)
    payloads = enqueue_and_delete()
    db.session.rollback()
    with transaction(app) as other:
        # A reader that still sees the jobs, and one who writes.
        other.execute(select(Job.id)).all()
        other.execute(update(Job).values(attempts=1))
        row_order.erase_deleted_rows()
    assert remaining(payloads) > 0
    row_order.erase_deleted_rows()
    assert remaining(payloads) == 0


def test_it_only_frees_the_space_of_a_large_table(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite overwrites what is deleted.")
    enqueue_and_delete()
    path = "SELECT pg_relation_filepath('outbox')"
    before = db.session.scalar(text(path))
    monkeypatch.setattr(row_order, "MAX_SIZE_OF_QUEUE", 1)
    row_order.erase_deleted_rows()
    assert db.session.scalar(text(path)) == before


def test_it_keeps_no_samples_of_signers_in_statistics(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("Nothing runs ANALYZE there.")
    columns = [column for name in PER_SIGNER for column in db.metadata.tables[name].columns]
    secret = {
        (column.table.name, column.name)
        for column in columns
        if isinstance(column.type, LargeBinary) or column.name == "public_name"
    }
    sampled = db.session.execute(
        text(
            "SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE attstattarget IS DISTINCT FROM 0"
        )
    )
    assert secret & {tuple(row) for row in sampled} == set()
