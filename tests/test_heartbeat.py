"""The worker's sign of life, and what is told of the mail."""

import pytest
import time_machine

from wzo import heartbeat, mail, outbox
from wzo.clock import now
from wzo.extensions import db, write_transaction
from wzo.worker import HEARTBEAT_INTERVAL, Worker

pytestmark = pytest.mark.usefixtures("app")


class BrokenMailer:
    """A mail server that answers as it is told, with a failure or not at all."""

    def __init__(self) -> None:
        self.failure: Exception | None = None

    def __enter__(self) -> "BrokenMailer":
        return self

    def __exit__(self, *error: object) -> None: ...

    def send(self, message: object) -> None:
        if self.failure:
            raise self.failure


def post(to: str = "anna@example.org") -> None:
    with write_transaction():
        mail.enqueue(to=to, subject="Hello", text="Hello")


def sign_of(worker: Worker) -> heartbeat.Heartbeat:
    """The sign that the worker gives now."""
    worker.beat_at = 0
    worker.run_once()
    db.session.rollback()
    sign = heartbeat.get_heartbeat()
    assert sign
    return sign


def test_it_gives_a_sign_at_most_once_a_minute() -> None:
    assert heartbeat.get_heartbeat() is None
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as clock:
        start = now()
        worker = Worker()
        seen = []
        for waited in (0, 0, HEARTBEAT_INTERVAL):
            clock.shift(10)
            # Its own clock cannot be set from outside.
            worker.beat_at -= waited
            worker.run_once()
            db.session.rollback()
            sign = heartbeat.get_heartbeat()
            assert sign
            seen.append((sign.seen_at - start).seconds)
            assert sign.is_fresh
        assert seen == [10, 10, 30]
        clock.shift(heartbeat.STALE_AFTER)
        assert not sign.is_fresh


def test_it_tells_since_when_mail_fails_and_why_until_it_works() -> None:
    worker, mailer = Worker(), BrokenMailer()
    worker.mailer = mailer
    mailer.failure = mail.MailUnavailable("ConnectionRefusedError")
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False):
        began = now()
        post()
        sign_of(worker)
        assert sign_of(worker).mail_fails_since == began
        assert sign_of(worker).mail_failure == "ConnectionRefusedError"
    mailer.failure, worker.mail_again_at = None, 0
    worker.run_once()
    sign = sign_of(worker)
    assert (sign.mail_fails_since, sign.mail_failure) == (None, "")


def test_a_server_that_refuses_one_letter_is_no_server_that_fails() -> None:
    worker, mailer = Worker(), BrokenMailer()
    worker.mailer = mailer
    mailer.failure = mail.MailRefused("550")
    post()
    worker.run_once()
    assert sign_of(worker).mail_fails_since is None
    (failure,) = outbox.get_dead_letters()
    assert (failure.kind, failure.failure, failure.number) == ("mail", "550", 1)
