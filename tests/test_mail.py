"""E-mail through a real mail server: up, down, hung, refusing."""

import asyncio
import dataclasses
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.certificates import Authority
from tests.petition.signing import sign
from wzo import mail, outbox, smtp
from wzo.crypto import CannotDecrypt
from wzo.delivery import LEASE, RETRY_DELAYS
from wzo.extensions import db, write_transaction
from wzo.outbox import Job
from wzo.smtp import MailUnavailable, SmtpMailer
from wzo.worker import Worker

pytestmark = pytest.mark.usefixtures("petition")


class Server:
    """A mail server that stores what it receives, and replies to recipients as configured."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.replies: dict[str, str] = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.controller: Controller | None = None

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        reply = self.replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(0)
        self.messages.append(BytesParser(policy=default).parsebytes(envelope.content or b""))
        self.messages[-1]["X-Recipients"] = ",".join(envelope.rcpt_tos)
        return "250 OK"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=True)
        self.controller.start()

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()
            self.controller = None


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def worker(app: Flask, server: Server, monkeypatch: pytest.MonkeyPatch) -> Worker:
    changed = dataclasses.replace(app.extensions["settings"], smtp_url=f"smtp://127.0.0.1:{server.port}")
    monkeypatch.setitem(app.extensions, "settings", changed)
    return Worker()


def jobs() -> list[Job]:
    db.session.rollback()
    return list(db.session.scalars(select(Job).order_by(Job.id)))


def make_email(to: str = "a@example.org") -> EmailMessage:
    return mail.build_message({"id": "1", "to": to, "subject": "", "text": ""}, from_address="b@example.org")


@pytest.mark.slow
def test_it_sends_each_email_once_to_one_recipient(client: FlaskClient, server: Server, worker: Worker) -> None:
    server.start()
    for number in range(20):
        sign(client, lang="ru", email=f"person{number}@example.org")
    while worker.run_once():
        pass
    assert sorted(message["X-Recipients"] for message in server.messages) == sorted(
        f"person{number}@example.org" for number in range(20)
    )
    assert len({message["Message-ID"] for message in server.messages}) == 20
    assert server.messages[0]["Subject"] == "Ваше подтверждение"
    assert server.messages[0]["From"] == "post@127.0.0.1"
    assert jobs() == []


@pytest.mark.slow
def test_it_loses_and_repeats_nothing_while_the_server_is_down(
    client: FlaskClient, server: Server, worker: Worker
) -> None:
    for number in range(200):
        assert sign(client, email=f"person{number}@example.org", network=f"127.0.0.{number}").status_code == 303
    for _ in range(3):
        worker.breaker.try_now()
        worker.run_once()
    assert len(jobs()) == 200
    assert worker.breaker.pause == 4
    server.start()
    worker.breaker.try_now()
    # The one that was tried waits as long as the pause.
    with time_machine.travel(time.time() + 10):
        while worker.run_once():
            pass
    assert len(server.messages) == 200
    assert len({message["X-Recipients"] for message in server.messages}) == 200
    assert worker.breaker.pause == 0


def test_it_gives_up_on_a_server_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "CONNECT_TIMEOUT", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with (
            SmtpMailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}", ehlo_name="example.org") as mailer,
            pytest.raises(MailUnavailable),
        ):
            mailer.send(make_email())


def test_it_sends_no_password_without_encryption(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    server.start()
    monkeypatch.setattr(smtp, "LOCAL_HOSTS", ())
    with (
        SmtpMailer(f"smtp://user:secret@127.0.0.1:{server.port}", ehlo_name="example.org") as mailer,
        pytest.raises(MailUnavailable),
    ):
        mailer.send(make_email())


def test_it_retries_a_temporary_refusal_with_growing_delays(
    client: FlaskClient, server: Server, worker: Worker
) -> None:
    server.start()
    server.replies = {"busy@example.org": "450 try later"}
    with time_machine.travel(time.time()) as clock:
        sign(client, email="busy@example.org")
        sign(client, email="other@example.org")
        worker.run_once()
        assert [message["X-Recipients"] for message in server.messages] == ["other@example.org"]
        for wait in RETRY_DELAYS[1:3]:
            clock.shift(wait)
            worker.run_once()
        assert jobs()[0].attempts == 3
        server.replies = {}
        clock.shift(RETRY_DELAYS[2] - 60)
        worker.run_once()
        assert len(server.messages) == 1
        clock.shift(61)
        worker.run_once()
    assert len(server.messages) == 2
    assert jobs() == []


def test_it_repeats_at_most_one_email_after_a_crash(
    client: FlaskClient, server: Server, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.start()

    def die(message: Any) -> None:
        raise SystemExit

    with time_machine.travel(time.time()) as clock:
        sign(client)
        with monkeypatch.context() as patch:
            patch.setattr(worker.mailers[0], "send", die)
            with pytest.raises(SystemExit):
                worker.run_once()
        db.session.rollback()
        assert Worker().run_once() is False
        clock.shift(LEASE + 1)
        while worker.run_once():
            pass
    assert len(server.messages) == 1
    assert jobs() == []


def test_it_continues_after_an_email_that_cannot_be_composed(
    client: FlaskClient, server: Server, worker: Worker
) -> None:
    server.start()
    with write_transaction():
        outbox.enqueue(mail.JOB_KIND, {"to": "no e-mail at all"})
    sign(client)
    while worker.run_once():
        pass
    assert len(server.messages) == 1
    assert len(jobs()) == 1


def test_it_continues_after_a_job_of_a_lost_key(
    app: Flask, client: FlaskClient, server: Server, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.start()
    sign(client, email="old@example.org")
    settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, outbox_key=b"x" * 32))
    sign(client, email="new@example.org")
    while worker.run_once():
        pass
    assert [message["X-Recipients"] for message in server.messages] == ["new@example.org"]
    with pytest.raises(CannotDecrypt):
        jobs()[0].decrypt()
    monkeypatch.setitem(app.extensions, "settings", settings)
    with time_machine.travel(time.time() + RETRY_DELAYS[0] + 1):
        while worker.run_once():
            pass
    assert len(server.messages) == 2


def test_it_marks_emails_as_automatic_and_reveals_nothing_of_the_server(
    client: FlaskClient, server: Server, worker: Worker
) -> None:
    """So that no auto-reply responds (RFC 3834), and no header identifies the server."""
    server.start()
    sign(client)
    while worker.run_once():
        pass
    (message,) = server.messages
    assert message["Auto-Submitted"] == "auto-generated"
    assert {*message.keys()} - {"X-Recipients"} == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }


class TlsController(Controller):
    """aiosmtpd's controller, but without checking the certificate in its own start-up probe."""

    def _trigger_server(self) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection((self.hostname, self.port), 5) as plain:
            if self.ssl_context is None:
                plain.recv(1024)
                return
            with context.wrap_socket(plain) as wrapped:
                wrapped.recv(1024)


class TlsServer(Server):
    """A mail server with TLS and any certificate, which records the passwords that it receives."""

    def __init__(self, context: ssl.SSLContext, scheme: str) -> None:
        super().__init__()
        self.context = context
        self.url = f"{scheme}://user:secret@localhost:{self.port}"
        self.passwords: list[bytes] = []

    def start(self) -> None:
        own: dict[str, Any] = {"ssl_context": self.context}
        if self.url.startswith("smtp:"):
            own = {"tls_context": self.context}
        self.controller = TlsController(
            self, hostname="127.0.0.1", port=self.port, authenticator=self.authenticate, auth_require_tls=False, **own
        )
        self.controller.start()

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        self.passwords.append(data.password)
        return AuthResult(success=True)


CERTIFICATES: dict[str, dict[str, Any]] = {
    "of another host": {"host": "mail.example.org"},
    "signed by itself": {"host": "localhost", "self_signed": True},
    "expired": {"host": "localhost", "expired": True},
}


@pytest.fixture(params=["smtp", "smtps"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The only certificate authority that this machine trusts."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    return authority


@contextmanager
def tls_server(context: ssl.SSLContext, scheme: str) -> Iterator[TlsServer]:
    server = TlsServer(context, scheme)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def test_it_sends_to_a_server_with_a_valid_certificate(authority: Authority, scheme: str) -> None:
    with tls_server(authority.server_context("localhost"), scheme) as server:
        with SmtpMailer(server.url, ehlo_name="example.org") as mailer:
            mailer.send(make_email())
        assert [message["X-Recipients"] for message in server.messages] == ["a@example.org"]
        assert server.passwords == [b"secret"]


@pytest.mark.parametrize("certificate", CERTIFICATES)
def test_it_sends_nothing_to_a_server_with_an_invalid_certificate(
    authority: Authority, scheme: str, certificate: str
) -> None:
    with tls_server(authority.server_context(**CERTIFICATES[certificate]), scheme) as server:
        with SmtpMailer(server.url, ehlo_name="example.org") as mailer, pytest.raises(MailUnavailable):
            mailer.send(make_email())
        assert (server.messages, server.passwords) == ([], [])


def test_it_sends_nothing_to_a_server_with_an_unknown_authority(
    authority: Authority, scheme: str, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "stranger")
    with tls_server(stranger.server_context("localhost"), scheme) as server:
        with SmtpMailer(server.url, ehlo_name="example.org") as mailer, pytest.raises(MailUnavailable):
            mailer.send(make_email())
        assert (server.messages, server.passwords) == ([], [])


def test_it_keeps_emails_while_the_certificate_is_invalid(
    app: Flask, client: FlaskClient, authority: Authority, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    with tls_server(authority.server_context("mail.example.org"), scheme) as server:
        changed = dataclasses.replace(app.extensions["settings"], smtp_url=server.url)
        monkeypatch.setitem(app.extensions, "settings", changed)
        sign(client)
        one = Worker()
        while one.run_once():
            pass
        assert server.messages == []
        assert len(jobs()) == 1
        assert one.breaker.reason == "SSLCertVerificationError"


def test_it_sends_no_password_if_starttls_is_stripped(monkeypatch: pytest.MonkeyPatch, authority: Authority) -> None:
    """An attacker on the network can strip STARTTLS from the server's offer."""
    with tls_server(authority.server_context("localhost"), "smtp") as server:
        monkeypatch.setattr(smtp, "LOCAL_HOSTS", ())
        offers = smtplib.SMTP.has_extn
        monkeypatch.setattr(smtplib.SMTP, "has_extn", lambda self, name: name != "starttls" and offers(self, name))
        with SmtpMailer(server.url, ehlo_name="example.org") as mailer, pytest.raises(MailUnavailable):
            mailer.send(make_email())
        assert (server.messages, server.passwords) == ([], [])


@pytest.mark.one_database
def test_it_captures_emails_that_can_be_read_in_russian(tmp_path: Path) -> None:
    text = f"Здравствуйте! {'Очень длинная строка. ' * 20}\n.\nhttp://127.0.0.1:8000/c/{'a' * 80}\n"
    content = {"id": "1", "to": "мария@example.org", "subject": f"Подтвердите {'подпись ' * 20}", "text": text}
    message = mail.build_message(content, from_address="post@example.org")
    with mail.FolderMailer(tmp_path) as mailer:
        mailer.send(message)
    (file,) = tmp_path.glob("*.eml")
    written = file.read_text()
    assert text in written
    assert f"Subject: {content['subject'].rstrip()}" in written
    assert "To: мария@example.org\n" in written
    read = BytesParser(policy=default).parsebytes(file.read_bytes())
    assert read.get_content() == text
