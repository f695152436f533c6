"""The worker's heartbeat, and what it says about e-mail."""

import time
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine

from wzo import heartbeat, mail, outbox
from wzo.clock import now
from wzo.extensions import db, write_transaction
from wzo.mail import FolderMailer
from wzo.smtp import AddressRejected, MailUnavailable
from wzo.worker import HEARTBEAT_INTERVAL, Worker

pytestmark = pytest.mark.usefixtures("app")


class FailingMailer(FolderMailer):
    """A mailer that raises `failure`, if there is one."""

    failure: Exception | None = None

    def send(self, message: EmailMessage) -> None:
        if self.failure:
            raise self.failure


@pytest.fixture
def mailer(tmp_path: Path) -> FailingMailer:
    return FailingMailer(tmp_path)


@pytest.fixture
def worker(mailer: FailingMailer) -> Worker:
    worker = Worker()
    worker.mailers[0] = mailer
    return worker


def enqueue_email(to: str = "anna@example.org") -> None:
    with write_transaction():
        mail.enqueue(to=to, subject="Hello", text="Hello")


def next_heartbeat(worker: Worker) -> heartbeat.Heartbeat:
    """The worker's next heartbeat."""
    worker.run_once()
    worker.beat()
    db.session.rollback()
    beat = heartbeat.get_heartbeat()
    assert beat
    return beat


def test_it_beats_several_times_a_minute(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    assert heartbeat.get_heartbeat() is None
    monkeypatch.setattr(time, "monotonic", time.time)
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as clock:
        start = now()
        seen = []
        for waited in (0, 10, HEARTBEAT_INTERVAL):
            clock.shift(waited)
            worker._run_scheduled_tasks()
            db.session.rollback()
            beat = heartbeat.get_heartbeat()
            assert beat
            seen.append((beat.seen_at - start).seconds)
            assert beat.is_fresh
        assert seen == [0, 0, 25]
        clock.shift(heartbeat.STALE_AFTER)
        assert not beat.is_fresh


def test_it_records_since_when_and_why_mail_fails(worker: Worker, mailer: FailingMailer) -> None:
    mailer.failure = MailUnavailable("ConnectionRefusedError")
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        began = now()
        enqueue_email()
        next_heartbeat(worker)
        beat = next_heartbeat(worker)
    assert (beat.mail_fails_since, beat.mail_failure) == (began, "ConnectionRefusedError")
    assert not beat.mail_is_refused
    mailer.failure = None
    worker.breaker.try_now()
    beat = next_heartbeat(worker)
    assert (beat.mail_fails_since, beat.mail_failure) == (None, "")


def test_it_does_not_count_a_rejected_address_as_a_failing_server(worker: Worker, mailer: FailingMailer) -> None:
    mailer.failure = AddressRejected("550 5.1.1")
    enqueue_email()
    assert next_heartbeat(worker).mail_fails_since is None
    (failure,) = outbox.get_dead_letters()
    assert (failure.kind, failure.failure, failure.number) == ("mail", "550 5.1.1", 1)
