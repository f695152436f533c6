"""Removing deleted data from the disk: the ciphertext of a deleted job is in no file of the database."""

import secrets
import subprocess
import sys
from collections.abc import Iterator

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
from wzo.petition.models import Signature

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


@pytest.mark.slow
def test_it_leaves_no_copies_in_the_free_parts_of_pages(app: Flask) -> None:
    """SQLite leaves them there when it moves rows between pages, which depends on random keys; so they are planted."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's tables are rewritten anyway.")
    with write_transaction():
        outbox.enqueue("mail", {"to": "marked@example.org"})
    compaction.compact(Job, max_size=0)
    (content,) = [file.read() for file in database_files() if file.name.endswith("sqlite3")]
    copies = {place: secrets.token_bytes(32) for place in list(gaps(content))[:5]}
    # In a process of its own: when this one closed the file, it would lose its locks on it.
    plant = "import sys; file = open(sys.argv[1], 'r+b'); file.seek(int(sys.argv[2])); file.write(sys.argv[3].encode())"
    for place, copy in copies.items():
        subprocess.run([sys.executable, "-c", plant, str(db.engine.url.database), str(place), copy.hex()], check=True)
    marks = [copy.hex().encode() for copy in copies.values()]
    compaction.compact(Signature, max_size=2**62)
    assert remaining(marks) == 5
    compaction.compact(Signature, max_size=2**62, rewrite_file=True)
    assert remaining(marks) == 0
    assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
    assert len(db.session.scalars(select(Job)).all()) == 1


def gaps(content: bytes, page_size: int = 4096) -> Iterator[int]:
    """Places between the pointers and the cells of leaf pages: https://www.sqlite.org/fileformat2.html#b_tree_pages."""
    for start in range(page_size, len(content), page_size):
        kind, cells, first = content[start], *(int.from_bytes(content[start + at : start + at + 2]) for at in (3, 5))
        if kind in (10, 13) and first - 8 - 2 * cells > 200:
            yield start + 8 + 2 * cells + 40


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
