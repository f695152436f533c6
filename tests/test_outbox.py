"""The queue of jobs."""

import pytest
from flask import Flask
from sqlalchemy import select

from wzo import outbox
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
