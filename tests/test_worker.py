"""The worker: what fails is kept and logged, without a word of what was in it."""

import dataclasses
import logging
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text

from wzo import mail, outbox, worker
from wzo.extensions import db, write_transaction
from wzo.mail import MailDeferred, MailRefused, MailUnavailable
from wzo.outbox import Job
from wzo.worker import Worker

NAME, EMAIL = "Zyxomma Petiolatum", "zyxomma@example.org"
JOB = {"name": NAME, "address": EMAIL, "to": EMAIL, "id": "1", "subject": "Your confirmation", "text": f"Hello, {NAME}"}


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """What was logged, at every level; at the end nothing of it may name a person."""
    caplog.set_level(logging.DEBUG)
    yield lambda: caplog.text
    assert not [mark for mark in ("Zyxomma", "zyxomma") if mark in caplog.text]


def jobs() -> list[Job]:
    db.session.rollback()
    return list(db.session.scalars(select(Job).order_by(Job.id)))


def put(kind: str) -> None:
    with write_transaction():
        outbox.enqueue(kind, JOB)


def fail(job: Job) -> None:
    raise ValueError(f"This cannot be done: {job.decrypt()}")


def fail_in_the_database(job: Job) -> None:
    # A query that no database takes, so that the error is neither of those for a database that is down.
    db.session.execute(text("INSERT INTO outbox (kind, attempts, enqueued_at) VALUES (:a, NULL, 0)"), {"a": NAME})


@pytest.mark.parametrize("failure", [fail, fail_in_the_database])
def test_a_job_that_fails_waits_and_is_logged_by_type_and_place(
    app: Flask, written: Callable[[], str], monkeypatch: pytest.MonkeyPatch, failure: Callable[[Job], None]
) -> None:
    monkeypatch.setattr(worker, "DATABASE_JOBS", {"test": failure})
    put("test")
    Worker().run_once()
    assert "test failed: " in written()
    assert "Error at " in written()
    assert ".py:" in written()
    (job,) = jobs()
    assert job.decrypt() == JOB


def test_a_letter_that_cannot_be_written_is_not_quoted(
    app: Flask, written: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(content: dict[str, str], *, sender: str) -> None:
        raise ValueError(str(content))

    monkeypatch.setattr(mail, "build_message", refuse)
    put(mail.JOB)
    Worker().run_once()
    assert "mail failed: ValueError" in written()
    assert len(jobs()) == 1


@pytest.mark.parametrize(
    "failure", [MailRefused("550"), MailDeferred("450"), MailUnavailable("ConnectionRefusedError")]
)
def test_a_letter_that_is_not_taken_is_not_quoted(
    app: Flask, written: Callable[[], str], monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    put(mail.JOB)
    one = Worker()

    def refuse(message: object) -> None:
        raise failure

    monkeypatch.setattr(one.mailer, "send", refuse)
    one.run_once()
    assert str(failure) in written()
    (job,) = jobs()
    assert job.failure == ("550" if isinstance(failure, MailRefused) else None)


def test_regular_work_that_fails_is_not_quoted(app: Flask, written: Callable[[], str]) -> None:
    def prune() -> None:
        raise ValueError(NAME)

    Worker()._run_task(prune)
    assert "prune failed: ValueError" in written()


def test_a_database_that_is_down_is_not_quoted(
    app: Flask, written: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own words hold the address of the database, and may hold the statement with all its values."""
    one = Worker()

    def down() -> bool:
        one.stopping.set()
        raise worker.OperationalError(f"INSERT {NAME}", {"name": NAME}, RuntimeError(EMAIL))

    monkeypatch.setattr(one, "run_once", down)
    monkeypatch.setattr(worker, "PRUNE", ())
    monkeypatch.setattr(worker.signal, "signal", lambda *_: None)
    one.run()
    assert "The database is not responding: RuntimeError" in written()


def test_the_mail_servers_own_words_are_not_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = dataclasses.replace(app.extensions["settings"], smtp_url="smtp://127.0.0.1:9")
    monkeypatch.setitem(app.extensions, "settings", settings)
    put(mail.JOB)
    one = Worker()
    one.run_once()
    assert one.mail_failure == "ConnectionRefusedError"
