"""Every e-mail that is due is delivered once, whatever the mail server does."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.petition.signing import code, link, sign, text
from tests.smtp_server import AFTER_DOT, SmtpServer
from wzo import circuit_breaker, delivery, mail, mail_sender, outbox, smtp
from wzo.clock import start_of_today
from wzo.extensions import db, write_transaction
from wzo.heartbeat import get_heartbeat
from wzo.mail_sender import seconds_to_next
from wzo.outbox import Job
from wzo.petition import actions
from wzo.petition.models import Signature
from wzo.worker import Worker

pytestmark = pytest.mark.usefixtures("petition")

# Replies that mean that the server refuses us, not an address, by the step at which they come.
REFUSALS = {
    "at MAIL": ("MAIL", "550 5.7.1 sender blocked"),
    "at RCPT": ("RCPT", "550 5.7.1 quota exceeded"),
    "at RCPT, without an enhanced code": ("RCPT", "550 no"),
    "at DATA": ("DATA", "554 5.3.4 no"),
    "after the dot": (AFTER_DOT, "554 5.7.1 suspected spam"),
    "after the dot, about the address": (AFTER_DOT, "550 5.1.1 unknown"),
    "for now, at RCPT": ("RCPT", "450 4.7.1 slow down"),
    "for now, after the dot": (AFTER_DOT, "451 4.3.0 try later"),
}
# Replies about the address.
REJECTIONS = ["550 5.1.1 unknown user", "553 5.1.3 bad address", "552 5.2.2 mailbox full", "550 5.2.1 disabled"]


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def worker(app: Flask, server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> Worker:
    changed = dataclasses.replace(app.extensions["settings"], smtp_url=server.url)
    monkeypatch.setitem(app.extensions, "settings", changed)
    return Worker()


def jobs() -> list[Job]:
    db.session.rollback()
    return list(db.session.scalars(select(Job)))


def addresses(number: int) -> list[str]:
    return [f"person{index}@example.org" for index in range(number)]


def sign_all(client: FlaskClient, number: int) -> None:
    for index, address in enumerate(addresses(number)):
        assert sign(client, email=address, network=f"127.0.1.{index}").status_code == 303


def work_for(worker: Worker, clock: time_machine.Traveller, hours: float, step: float = 300) -> None:
    """Let a worker work for some hours, all pauses of its circuit breaker included."""
    for _ in range(int(hours * 3600 / step)):
        worker.breaker.try_now()
        while worker.run_once():
            pass
        clock.shift(step)


@contextmanager
def running(app: Flask, *workers: Worker) -> Iterator[None]:
    """Workers that run as their processes do, with all their threads."""

    def run(worker: Worker) -> None:
        with app.app_context():
            worker.run()

    threads = [threading.Thread(target=run, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stopping.set()
        for thread in threads:
            thread.join(60)


def wait_until(found: Callable[[], bool]) -> None:
    for _ in range(1200):
        if found():
            return
        time.sleep(0.05)
    pytest.fail("It did not happen within a minute.")


@pytest.fixture
def no_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the main thread may handle signals."""
    monkeypatch.setattr("wzo.worker.signal.signal", lambda *_: None)


@pytest.mark.slow
@pytest.mark.parametrize("step", REFUSALS)
def test_it_holds_all_emails_while_the_server_refuses_us(
    client: FlaskClient, server: SmtpServer, worker: Worker, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Attempts while all are refused do not count.
    monkeypatch.setattr(delivery, "MAX_ATTEMPTS", 2)
    command, reply = REFUSALS[step]
    server.behaviour.replies[command] = reply
    with time_machine.travel(time.time()) as clock:
        sign_all(client, 12)
        while worker.run_once():
            pass
        # The circuit breaker opened before all were tried.
        assert worker.breaker.is_refused
        tried = len(server.received)
        assert tried <= circuit_breaker.REFUSALS
        # Often enough to try each more than once.
        work_for(worker, clock, hours=9 * 24, step=8 * 3600)
        assert len(jobs()) == 12
        assert outbox.get_dead_letters() == []
        server.behaviour.replies.clear()
        server.received.clear()
        work_for(worker, clock, hours=5, step=1800)
    assert sorted(server.recipients) == sorted(addresses(12))
    assert jobs() == []
    assert worker.breaker.is_closed


@pytest.mark.slow
def test_it_tries_one_email_at_a_time_while_it_is_refused(
    client: FlaskClient, server: SmtpServer, worker: Worker
) -> None:
    server.behaviour.replies[AFTER_DOT] = "554 5.7.1 spam"
    sign_all(client, 20)
    while worker.run_once():
        pass
    tried = len(server.received)
    for probe in range(1, 4):
        assert worker.run_once() is False
        worker.breaker.try_now()
        worker.run_once()
        assert len(server.received) == tried + probe
    worker.beat()
    db.session.rollback()
    heartbeat = get_heartbeat()
    assert heartbeat
    assert (heartbeat.mail_is_refused, heartbeat.mail_failure) == (True, "554 5.7.1")


@pytest.mark.parametrize("reply", REJECTIONS)
def test_it_keeps_an_email_to_a_wrong_address_until_it_is_dismissed(
    client: FlaskClient, server: SmtpServer, worker: Worker, reply: str
) -> None:
    server.behaviour.replies["gone@example.org"] = reply
    sign(client, email="gone@example.org")
    while worker.run_once():
        pass
    (job,) = jobs()
    assert (job.failure, job.due_at, job.enqueued_at) == (reply[:9], None, start_of_today())
    assert job.decrypt()["to"] == "gone@example.org"
    assert worker.breaker.is_closed
    # The address may have been corrected there: signing again need not wait for a day.
    server.behaviour.replies.clear()
    sign(client, email="gone@example.org")
    while worker.run_once():
        pass
    assert server.recipients == ["gone@example.org"]
    with write_transaction():
        assert outbox.delete_dead_letters() == 1
    assert jobs() == []


@pytest.mark.slow
def test_it_gives_an_email_up_after_thirty_attempts(client: FlaskClient, server: SmtpServer, worker: Worker) -> None:
    server.behaviour.replies["full@example.org"] = "452 4.2.2 full"
    with time_machine.travel(time.time()) as clock:
        sign(client, email="full@example.org")
        for attempt in range(1, 31):
            # The server accepts other e-mails, so it does not refuse us as such.
            sign(client, email=f"anna-{attempt}@example.org")
            # Long enough for every delay.
            clock.shift(5 * 3600)
            while worker.run_once():
                pass
            (job,) = jobs()
            assert (job.due_at is None) == (attempt == 30)
    assert job.failure == "452 4.2.2"


def test_it_sends_a_dead_letter_again_on_request(client: FlaskClient, server: SmtpServer, worker: Worker) -> None:
    server.behaviour.replies["full@example.org"] = "552 5.2.2 full"
    sign(client, email="full@example.org")
    while worker.run_once():
        pass
    server.behaviour.replies.clear()
    with write_transaction():
        assert outbox.retry_dead_letters() == 1
    while worker.run_once():
        pass
    assert client.post(link(server.received[0].message, "c")).status_code == 303
    assert jobs() == []


@pytest.mark.parametrize("closes", [True, False])
def test_it_sends_at_most_one_copy_if_the_server_never_replies(
    client: FlaskClient, server: SmtpServer, worker: Worker, monkeypatch: pytest.MonkeyPatch, closes: bool
) -> None:
    monkeypatch.setattr(smtp, "DATA_TIMEOUT", 0.1)
    server.behaviour.closes_after_dot, server.behaviour.delay_after_dot = closes, 1
    with time_machine.travel(time.time()) as clock:
        sign_all(client, 3)
        work_for(worker, clock, hours=3)
    assert sorted(server.recipients) == sorted(addresses(3) * 2)
    assert len({it.message["Message-ID"] for it in server.received}) == 3
    assert jobs() == []


def test_it_waits_ten_minutes_for_the_reply_to_the_data() -> None:
    """As RFC 5321, 4.5.3.2.6 demands."""
    assert smtp.DATA_TIMEOUT == 10 * 60
    assert smtp.REPLY_DEADLINE > smtp.DATA_TIMEOUT


def test_it_waits_for_a_slow_reply_without_sending_a_copy(
    client: FlaskClient, server: SmtpServer, worker: Worker
) -> None:
    server.behaviour.delay_after_dot = 1.5
    sign(client)
    while worker.run_once():
        pass
    assert len(server.received) == 1
    assert jobs() == []


@pytest.mark.slow
def test_it_renews_the_lease_while_the_server_drips_its_replies(
    app: Flask,
    client: FlaskClient,
    server: SmtpServer,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    no_signals: None,
) -> None:
    monkeypatch.setattr(delivery, "LEASE", 2)
    monkeypatch.setattr(mail_sender, "RENEWAL_INTERVAL", 0.5)
    server.behaviour.delay_per_byte, server.behaviour.extensions = 0.05, ()
    sign(client)
    other = Worker()
    for it in (worker, other):
        it.send_interval = it.mail_sender.interval = 0.2
    with running(app, worker, other):
        wait_until(lambda: jobs() == [])
    assert len(server.received) == 1


@pytest.mark.slow
def test_it_gives_up_on_a_server_that_drips_its_replies_without_end(
    app: Flask,
    client: FlaskClient,
    server: SmtpServer,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    no_signals: None,
) -> None:
    monkeypatch.setattr(smtp, "TRANSACTION_DEADLINE", 0.5)
    worker.send_interval = worker.mail_sender.interval = 0.2
    server.behaviour.delay_per_byte = 0.1
    sign(client)
    with running(app, worker):
        wait_until(lambda: not worker.breaker.is_closed)
        server.behaviour.delay_per_byte = 0
        wait_until(lambda: jobs() == [])
    assert len(server.received) == 1


@pytest.mark.slow
@pytest.mark.parametrize("hours", [25, 49, 9 * 24])
def test_it_sends_one_email_with_links_that_work_after_an_outage(
    client: FlaskClient, server: SmtpServer, worker: Worker, hours: int
) -> None:
    server.stop()
    with time_machine.travel(time.time()) as clock:
        sign(client)
        work_for(worker, clock, hours=hours / 2, step=hours * 600)
        # Signing again in the meantime changes nothing: the e-mail is still waiting.
        sign(client)
        work_for(worker, clock, hours=hours / 2, step=hours * 600)
        actions.prune()
        server.start()
        work_for(worker, clock, hours=1)
        assert len(server.received) == 1
        clock.shift(46 * 3600)
        actions.prune()
        email = server.received[0].message
        assert client.get(link(email, "c")).status_code == 200
        response = client.post("/en/petition/mothers/code", data={"code": code(email)})
        assert response.status_code == 303
    assert db.session.scalars(select(Signature.state)).one() == "confirmed"


@pytest.mark.slow
def test_it_begins_the_48_hours_and_the_day_when_the_email_is_sent(
    client: FlaskClient, server: SmtpServer, worker: Worker
) -> None:
    server.stop()
    with time_machine.travel(time.time()) as clock:
        sign(client)
        work_for(worker, clock, hours=72, step=24 * 3600)
        server.start()
        work_for(worker, clock, hours=1)
        email = server.received[0].message
        clock.shift(21 * 3600)
        sign(client)
        while worker.run_once():
            pass
        assert len(server.received) == 1, "less than a day after the first"
        clock.shift(3 * 3600)
        sign(client)
        while worker.run_once():
            pass
        assert len(server.received) == 2
        assert "still waiting" in text(server.received[1].message)
        assert client.get(link(email, "c")).status_code == 404


def test_it_never_begins_a_code_that_was_replaced(client: FlaskClient, server: SmtpServer, worker: Worker) -> None:
    """An e-mail that waits for a signature that was erased in the meantime is not sent."""
    server.stop()
    with time_machine.travel(time.time()) as clock:
        sign(client)
        worker.run_once()
        with write_transaction():
            db.session.delete(db.session.scalars(select(Signature)).one())
        server.start()
        work_for(worker, clock, hours=1, step=600)
    assert server.received == []
    assert jobs() == []


@pytest.mark.slow
def test_it_sends_emails_while_signatures_keep_arriving(
    app: Flask,
    client: FlaskClient,
    server: SmtpServer,
    worker: Worker,
    no_signals: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker.send_interval = worker.mail_sender.interval = 0.2
    stop = threading.Event()

    def keep_signing() -> None:
        number = 0
        while not stop.is_set():
            sign(client, email=f"rush{number}@example.org", network=f"127.0.{number // 250}.{number % 250}")
            number += 1

    with running(app, worker):
        signing = threading.Thread(target=keep_signing)
        signing.start()
        try:
            wait_until(lambda: len(server.received) >= 20)
        finally:
            stop.set()
            signing.join()


@pytest.mark.slow
def test_it_sends_emails_to_editors_first(client: FlaskClient, server: SmtpServer, worker: Worker) -> None:
    sign_all(client, 60)
    worker._process_due()
    with write_transaction():
        mail.enqueue(to="editor@example.org", subject="Invitation", text="Welcome")
    worker.run_once()
    assert server.recipients[0] == "editor@example.org"
    assert len(server.received) == 61


@pytest.mark.slow
def test_it_sends_over_several_connections(
    app: Flask, client: FlaskClient, server: SmtpServer, worker: Worker, no_signals: None
) -> None:
    worker.send_interval = worker.mail_sender.interval = 0.2
    server.behaviour.delay = 0.1
    most = 0
    sign_all(client, 30)
    with running(app, worker):
        while jobs():
            most = max(most, server.connections)
            time.sleep(0.02)
    assert len(server.received) == 30
    assert 3 <= most <= len(worker.mailers)


@pytest.mark.slow
def test_it_sends_at_times_that_say_nothing_of_other_emails(worker: Worker, client: FlaskClient) -> None:
    """Each leaves at a random time within the next interval, however many others there are."""
    sign_all(client, 40)
    worker._process_due()
    times: list[float] = []
    worker.mail_sender.pool.submit = lambda _delivery, at: times.append(at)  # type: ignore[method-assign]
    begin = time.monotonic()
    worker.mail_sender._begin_interval()
    assert len(times) == 40
    assert times != sorted(times)
    assert min(times) >= begin + mail_sender.LEAD
    assert max(times) <= time.monotonic() + mail_sender.LEAD + worker.send_interval
    assert max(times) - min(times) > worker.send_interval / 2


def test_it_begins_intervals_at_fixed_times() -> None:
    for second in (0.0, 0.1, 1.9, 3.7):
        with time_machine.travel(1_800_000_000 + second, tick=False):
            assert (time.time() + seconds_to_next(2.0)) % 2.0 == pytest.approx(0, abs=1e-5)
            assert 0 < seconds_to_next(2.0) <= 2.0


def test_it_does_not_give_the_name_of_its_host(client: FlaskClient, server: SmtpServer, worker: Worker) -> None:
    sign(client)
    while worker.run_once():
        pass
    assert server.greetings == [worker.dispatcher.from_address.rpartition("@")[2]]


@pytest.mark.parametrize("supported", [True, False])
def test_it_knows_whether_the_server_accepts_addresses_outside_ascii(
    server: SmtpServer, worker: Worker, supported: bool
) -> None:
    if supported:
        server.behaviour.extensions += ("SMTPUTF8",)
    assert not mail.accepts_address("иван@xn--e1afmkfd.xn--p1ai"), "unknown yet"
    worker.mail_sender.probe(worker.mailers[0])
    worker.beat()
    db.session.rollback()
    assert mail.accepts_address("иван@xn--e1afmkfd.xn--p1ai") is supported
    assert mail.accepts_address("ivan@xn--e1afmkfd.xn--p1ai")


def test_it_sends_to_addresses_outside_ascii(client: FlaskClient, server: SmtpServer, worker: Worker) -> None:
    server.behaviour.extensions += ("SMTPUTF8",)
    with write_transaction():
        mail.enqueue(to="иван@xn--e1afmkfd.xn--p1ai", subject="Проверка", text="Точка\n.\n..и ещё одна\n")
    worker.run_once()
    (received,) = server.received
    assert received.recipient == "иван@xn--e1afmkfd.xn--p1ai"
    assert text(received.message) == "Точка\n.\n..и ещё одна\n"
