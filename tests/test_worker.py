"""The worker: failed jobs are kept and logged without their content."""

import dataclasses
import logging
from collections.abc import Callable, Iterator, Sequence

import pytest
from flask import Flask
from sqlalchemy import select, text

from wzo import mail, outbox, worker
from wzo.extensions import db, write_transaction
from wzo.outbox import Job
from wzo.smtp import AddressRejected, MailDeferred, MailRefused, MailUnanswered, MailUnavailable, NotSent
from wzo.worker import Worker

NAME, EMAIL = "Zyxomma Petiolatum", "zyxomma@example.org"
JOB = {"name": NAME, "address": EMAIL, "to": EMAIL, "id": "1", "subject": "Your confirmation", "text": f"Hello, {NAME}"}


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """The log at every level, which must not contain personal data at the end."""
    caplog.set_level(logging.DEBUG)
    yield lambda: caplog.text
    assert not [trace for trace in ("Zyxomma", "zyxomma") if trace in caplog.text]


def jobs() -> list[Job]:
    db.session.rollback()
    return list(db.session.scalars(select(Job).order_by(Job.id)))


def enqueue(kind: str) -> None:
    with write_transaction():
        outbox.enqueue(kind, JOB)


def fail(jobs: Sequence[Job]) -> None:
    raise ValueError(f"This cannot be done: {jobs[0].decrypt()}")


def fail_in_the_database(jobs: Sequence[Job]) -> None:
    # An invalid query, so that the error is not that of an unreachable database.
    db.session.execute(text("INSERT INTO outbox (kind, attempts, enqueued_at) VALUES (:a, NULL, 0)"), {"a": NAME})


@pytest.mark.parametrize("failure", [fail, fail_in_the_database])
def test_it_retries_a_failed_job_and_logs_its_type_and_location(
    app: Flask, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch, failure: Callable[[Sequence[Job]], None]
) -> None:
    monkeypatch.setattr(worker, "DATABASE_JOBS", {"test": failure})
    enqueue("test")
    Worker().run_once()
    assert "test failed: " in logged()
    assert "Error\n" in logged()
    assert '.py", line ' in logged()
    (job,) = jobs()
    assert job.decrypt() == JOB


def test_it_logs_no_content_of_an_email_that_cannot_be_composed(
    app: Flask, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(content: dict[str, str], *, from_address: str) -> None:
        raise ValueError(str(content))

    monkeypatch.setattr(mail, "build_message", fail)
    enqueue(mail.JOB_KIND)
    Worker().run_once()
    assert "mail failed: ValueError" in logged()
    assert len(jobs()) == 1


@pytest.mark.parametrize(
    "failure",
    [
        AddressRejected("550 5.1.1"),
        MailRefused("554"),
        MailDeferred("450"),
        MailUnanswered("TimeoutError"),
        MailUnavailable("ConnectionRefusedError"),
    ],
)
def test_it_logs_no_content_of_a_rejected_email(
    app: Flask, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch, failure: NotSent
) -> None:
    enqueue(mail.JOB_KIND)
    one = Worker()

    def reject(message: object) -> None:
        raise failure

    monkeypatch.setattr(one.mailers[0], "send", reject)
    one.run_once()
    assert str(failure) in logged()
    (job,) = jobs()
    assert job.failure == ("550 5.1.1" if isinstance(failure, AddressRejected) else None)


def test_it_logs_no_content_of_a_failed_clean_up(app: Flask, logged: Callable[[], str]) -> None:
    def prune() -> None:
        raise ValueError(NAME)

    Worker()._run_task(prune)
    assert "prune failed: ValueError" in logged()


def test_it_logs_no_details_of_a_database_outage(
    app: Flask, logged: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its message contains the URL of the database, and may contain the statement with all its values."""
    one = Worker()

    def down() -> bool:
        one.stopping.set()
        raise worker.OperationalError(f"INSERT {NAME}", {"name": NAME}, RuntimeError(EMAIL))

    monkeypatch.setattr(one, "_process_due", down)
    monkeypatch.setattr(worker.signal, "signal", lambda *_: None)
    one.run()
    assert "The database is not responding: RuntimeError" in logged()


def test_it_stores_no_text_from_the_mail_server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = dataclasses.replace(app.extensions["settings"], smtp_url="smtp://127.0.0.1:9")
    monkeypatch.setitem(app.extensions, "settings", settings)
    enqueue(mail.JOB_KIND)
    one = Worker()
    one.run_once()
    assert one.breaker.reason == "ConnectionRefusedError"
