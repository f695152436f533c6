"""The queue of jobs."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from wzo import outbox
from wzo.clock import now
from wzo.extensions import db, write_transaction
from wzo.outbox import Job

pytestmark = pytest.mark.usefixtures("petition")


def jobs() -> list[Job]:
    db.session.rollback()
    return list(db.session.scalars(select(Job).order_by(Job.id)))


def test_it_stores_no_readable_job(app: Flask) -> None:
    with write_transaction():
        outbox.enqueue("mail", {"to": "anna@example.org"})
    (job,) = jobs()
    assert b"anna" not in (job.payload or b"")
    assert job.decrypt() == {"to": "anna@example.org"}


def test_it_deletes_dead_letters_after_thirty_days(app: Flask) -> None:
    with write_transaction():
        for to in ("anna@example.org", "boris@example.org"):
            outbox.enqueue("mail", {"to": to})
    dead, _ = [job.id for job in jobs()]
    with write_transaction():
        outbox.fail(dead, reason="550 5.1.1")
    for days, left in ((30, 2), (31, 1)):
        with time_machine.travel(now() + timedelta(days=days)):
            outbox.prune()
        assert len(jobs()) == left
    assert jobs()[0].due_at is not None
