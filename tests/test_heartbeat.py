"""The worker's heartbeat, and what it says about e-mail."""

import pytest
import time_machine

from wzo import heartbeat, mail, outbox
from wzo.clock import now
from wzo.extensions import db, write_transaction
from wzo.worker import HEARTBEAT_INTERVAL, Worker

pytestmark = pytest.mark.usefixtures("app")


class FailingMailer:
    """A mailer that raises `failure`, if there is one."""

    def __init__(self) -> None:
        self.failure: Exception | None = None

    def __enter__(self) -> "FailingMailer":
        return self

    def __exit__(self, *error: object) -> None: ...

    def send(self, message: object) -> None:
        if self.failure:
            raise self.failure


def enqueue_email(to: str = "anna@example.org") -> None:
    with write_transaction():
        mail.enqueue(to=to, subject="Hello", text="Hello")


def next_heartbeat(worker: Worker) -> heartbeat.Heartbeat:
    """The worker's next heartbeat."""
    worker.beat_at = 0
    worker.run_once()
    db.session.rollback()
    beat = heartbeat.get_heartbeat()
    assert beat
    return beat


def test_it_beats_at_most_once_a_minute() -> None:
    assert heartbeat.get_heartbeat() is None
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as clock:
        start = now()
        worker = Worker()
        seen = []
        for waited in (0, 0, HEARTBEAT_INTERVAL):
            clock.shift(10)
            # Its own monotonic clock cannot be set from outside.
            worker.beat_at -= waited
            worker.run_once()
            db.session.rollback()
            beat = heartbeat.get_heartbeat()
            assert beat
            seen.append((beat.seen_at - start).seconds)
            assert beat.is_fresh
        assert seen == [10, 10, 30]
        clock.shift(heartbeat.STALE_AFTER)
        assert not beat.is_fresh


def test_it_records_since_when_and_why_mail_fails() -> None:
    worker, mailer = Worker(), FailingMailer()
    worker.mailer = mailer
    mailer.failure = mail.MailUnavailable("ConnectionRefusedError")
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        began = now()
        enqueue_email()
        next_heartbeat(worker)
        assert next_heartbeat(worker).mail_fails_since == began
        assert next_heartbeat(worker).mail_failure == "ConnectionRefusedError"
    mailer.failure, worker.mail_again_at = None, 0
    worker.run_once()
    beat = next_heartbeat(worker)
    assert (beat.mail_fails_since, beat.mail_failure) == (None, "")


def test_it_does_not_count_a_refused_email_as_a_failing_server() -> None:
    worker, mailer = Worker(), FailingMailer()
    worker.mailer = mailer
    mailer.failure = mail.MailRejected("550")
    enqueue_email()
    worker.run_once()
    assert next_heartbeat(worker).mail_fails_since is None
    (failure,) = outbox.get_dead_letters()
    assert (failure.kind, failure.failure, failure.number) == ("mail", "550", 1)
