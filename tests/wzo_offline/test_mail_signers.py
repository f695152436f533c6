"""The newsletter to signers: sent by real processes to a real mail server, stopped, killed and resumed."""

import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.running_site import free_port, wait_for
from tests.wzo_offline.exports import Export, command, receipt, run
from wzo.clock import today
from wzo.config import ROOT

TEXTS = {"ru": "Subject: Новости\n\nСуд отложил приговор.\n", "en": "Subject: News\n\nThe court has decided.\n"}
FAST = ("--per-minute", 100_000)


class Server:
    """A mail server that keeps what it accepts, and refuses some recipients or every message."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.refused: set[str] = set()
        self.reply = "250 OK"
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.reply.startswith("250"):
            self.messages.append(BytesParser(policy=default).parsebytes(envelope.content or b""))
        return self.reply

    @property
    def recipients(self) -> list[str]:
        return [str(message["To"]) for message in self.messages]

    @property
    def environ(self) -> dict[str, str]:
        return {"SMTP_URL": f"smtp://127.0.0.1:{self.port}"}


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.controller.start()
    yield server
    server.controller.stop()


class Mailing:
    """The texts of a newsletter, an export, and the arguments that send the one to the signers of the other."""

    def __init__(self, folder: Path, *signers: dict[str, Any]) -> None:
        self.export = Export(folder, *signers)
        self.paths = {language: folder / f"news.{language}.txt" for language in TEXTS}
        for language, path in self.paths.items():
            path.write_text(TEXTS[language])
        texts = [argument for code, path in self.paths.items() for argument in (f"--{code}", path)]
        self.arguments = (self.export.key, self.export.path, "--from", "group@example.net", *texts)

    def run(self, server: Server, *arguments: object) -> subprocess.CompletedProcess[str]:
        return run("mail_signers", *self.arguments, *arguments, **server.environ)


def signers(number: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"email": f"s{i}@example.org", **fields} for i in range(number)]


def test_it_sends_nothing_by_default(tmp_path: Path, server: Server) -> None:
    shown = Mailing(tmp_path, *signers(3)).run(server)
    assert "3 signers want news; 0 have it already." in shown.stdout
    assert "The court has decided." in shown.stdout
    assert "To: s0@example.org" in shown.stdout
    assert server.messages == []
    assert not list(tmp_path.glob("*.sent"))


def test_it_sends_each_who_asked_for_it_news_in_their_language(tmp_path: Path, server: Server) -> None:
    people = [
        {"email": "en@example.org"},
        {"email": "ru@example.org", "language": "ru"},
        {"email": "no@example.org", "wants_news": False},
        {"email": "stopped@example.org", "entry": {"unsubscribed": True}},
    ]
    sent = Mailing(tmp_path, *people).run(server, "--send", *FAST)
    assert "2 of 2 e-mails sent" in sent.stdout, sent.stderr
    assert server.recipients == ["en@example.org", "ru@example.org"]
    english, russian = server.messages
    assert (english["Subject"], russian["Subject"]) == ("News", "Новости")
    assert "Суд отложил приговор." in russian.get_content()  # type: ignore[attr-defined]
    assert russian["List-Unsubscribe"] == "<https://n.example.net/s/1?lang=ru>"
    assert russian["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://n.example.net/s/0?lang=en" in english.get_content()  # type: ignore[attr-defined]


@pytest.mark.slow
def test_it_goes_on_after_being_killed_with_one_copy_more_at_most(tmp_path: Path, server: Server) -> None:
    mailing = Mailing(tmp_path, *signers(12))
    arguments = command("mail_signers", *mailing.arguments, "--send", "--per-minute", 1_200)
    kills = 2
    for kill in range(1, kills + 1):
        process = subprocess.Popen(arguments, cwd=ROOT, env=server.environ, stdout=subprocess.DEVNULL)
        wait_for("some e-mails", lambda kill=kill: len(server.messages) >= 4 * kill)  # type: ignore[misc]
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = mailing.run(server, "--send", *FAST)
    assert done.returncode == 0, done.stderr
    received = Counter(server.recipients)
    assert set(received) == {f"s{i}@example.org" for i in range(12)}
    assert received.total() <= 12 + kills
    assert max(received.values()) <= 2
    # A second copy can be recognised.
    assert len({message["Message-ID"] for message in server.messages}) == 12
    again = mailing.run(server, "--send", *FAST)
    assert "12 have it already" in again.stdout
    assert Counter(server.recipients) == received


def test_it_sends_again_what_was_cut_short_in_the_log(tmp_path: Path, server: Server) -> None:
    mailing = Mailing(tmp_path, *signers(2))
    log = Path(f"{mailing.paths['en']}.sent")
    log.write_text(f"{receipt(0)}\n{receipt(1)[:7]}")
    mailing.run(server, "--send", *FAST)
    assert server.recipients == ["s1@example.org"]
    assert log.read_text() == f"{receipt(0)}\n{receipt(1)}\n"


@pytest.mark.slow
def test_it_goes_on_with_a_fresh_export(tmp_path: Path, server: Server) -> None:
    mailing = Mailing(tmp_path, *signers(2))
    mailing.run(server, "--send", *FAST)
    (tmp_path / "fresh").mkdir()
    fresh = Export(tmp_path / "fresh", *signers(3))
    run("mail_signers", fresh.key, fresh.path, *mailing.arguments[2:], "--send", *FAST, **server.environ)
    assert server.recipients == ["s0@example.org", "s1@example.org", "s2@example.org"]


def test_it_leaves_out_an_address_that_is_refused(tmp_path: Path, server: Server) -> None:
    server.refused = {"s1@example.org"}
    sent = Mailing(tmp_path, *signers(3)).run(server, "--send", *FAST)
    assert "2 of 3 e-mails sent" in sent.stdout
    assert f"refuses the address of {receipt(1)}" in sent.stderr
    assert "s1@" not in sent.stderr


def test_it_stops_when_the_server_refuses_everybody(tmp_path: Path, server: Server) -> None:
    server.refused = {f"s{i}@example.org" for i in range(20)}
    sent = Mailing(tmp_path, *signers(20)).run(server, "--send", *FAST)
    assert sent.returncode == 1
    assert "may be us" in sent.stderr
    assert sent.stderr.count("refuses the address") == 5


@pytest.mark.slow
@pytest.mark.parametrize("reply", ["554 5.7.1 suspected spam", "452 4.2.2 over quota"])
def test_it_holds_the_rest_when_a_message_is_refused(tmp_path: Path, server: Server, reply: str) -> None:
    mailing = Mailing(tmp_path, *signers(3))
    server.reply = reply
    held = mailing.run(server, "--send", *FAST)
    assert held.returncode == 1
    assert "Run the same command again" in held.stderr
    server.reply = "250 OK"
    mailing.run(server, "--send", *FAST)
    assert sorted(server.recipients) == [f"s{i}@example.org" for i in range(3)]


@pytest.mark.slow
def test_it_refuses_an_old_export_by_default(tmp_path: Path, server: Server) -> None:
    old = {"exported_on": (today() - timedelta(3)).isoformat()}
    mailing = Mailing(tmp_path, *signers(1, entry=old))
    refused = mailing.run(server, "--send", *FAST)
    assert refused.returncode == 1
    assert "download it again, or add --allow-old-export" in refused.stderr
    assert server.messages == []
    mailing.run(server, "--send", "--allow-old-export", *FAST)
    assert server.recipients == ["s0@example.org"]


@pytest.mark.slow
def test_it_sends_no_password_without_encryption(tmp_path: Path) -> None:
    mailing = Mailing(tmp_path, *signers(1))
    for url in ("", "smtp.example.org", "http://user@example.org"):
        refused = run("mail_signers", *mailing.arguments, "--send", SMTP_URL=url)
        assert refused.returncode == 1
        assert "set SMTP_URL" in refused.stderr


@pytest.mark.parametrize("text", ["", "Hello\n\nText", "Subject:\n\nText", "Subject: News\n\n "])
def test_it_explains_a_text_that_cannot_be_sent(tmp_path: Path, server: Server, text: str) -> None:
    mailing = Mailing(tmp_path, *signers(1))
    mailing.paths["en"].write_text(text)
    refused = mailing.run(server, "--send")
    assert refused.returncode == 1
    assert "news.en.txt" in refused.stderr
    assert "Traceback" not in refused.stderr
