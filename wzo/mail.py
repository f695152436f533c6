"""Plain-text e-mail: put on the outbox, and sent by the worker or, in development, written to a folder."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self

from wzo import outbox
from wzo.config import Settings, settings
from wzo.heartbeat import get_heartbeat
from wzo.smtp import SmtpMailer

JOB_KIND = "mail"

# The payload of a job: an e-mail, or the values to compose it from.
Content = dict[str, Any]


class Mailer(Protocol):
    """Sends e-mails; used as a context manager, so that many of them can share one connection."""

    supports_utf8: bool | None
    # The server's last reply; it may contain an address, so it must not be logged.
    last_reply: str

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def connect(self) -> None:
        """Connect if there is no connection; raises MailUnavailable."""

    def send(self, message: EmailMessage) -> None:
        """Send one e-mail; raises NotSent."""

    def close(self) -> None:
        """Close the connection, if there is one."""

    def abort_if_late(self) -> None:
        """Break the connection if the e-mail has missed its deadline; called from another thread."""


class MailKind(NamedTuple):
    """How the worker treats the e-mails of one kind of job.

    - `compose` returns `to`, `subject`, `text` and `id` for the content of a job.
    - `find_obsolete` returns the positions of the contents that need not be sent any more.
    - `record_sent` records in the caller's transaction that the mail server has accepted e-mails.
    """

    compose: Callable[[Content], Content]
    find_obsolete: Callable[[Sequence[Content]], set[int]]
    record_sent: Callable[[Sequence[Content]], None]


# Not encoded: letters of every alphabet, and lines of any length.
READABLE = policy.SMTPUTF8.clone(max_line_length=None, linesep="\n")

# E-mails whose text is in the job.
READY = MailKind(
    compose=lambda content: content, find_obsolete=lambda _contents: set(), record_sent=lambda _contents: None
)


def create_mailer(settings: Settings) -> Mailer:
    """Create a mailer for the SMTP server if one is set, else for the folder `mail` in the instance folder."""
    if settings.smtp_url:
        return SmtpMailer(settings.smtp_url, ehlo_name=settings.mail_from.rpartition("@")[2])
    return FolderMailer(settings.instance_path / "mail")


def enqueue(*, to: str, subject: str, text: str) -> None:
    """Put an e-mail on the outbox, in the caller's transaction."""
    outbox.enqueue(JOB_KIND, {"id": generate_id(), "to": to, "subject": subject, "text": text})


def generate_id() -> str:
    """Generate the id of an e-mail, by which mail programs recognise a second copy of it."""
    return secrets.token_hex(12)


def accepts_address(address: str) -> bool:
    """Whether the mail server can deliver to an address: one outside ASCII needs SMTPUTF8 (RFC 6531).

    The domain of the address must be in ASCII.
    """
    if address.isascii() or settings().smtp_url is None:
        return True
    heartbeat = get_heartbeat()
    return bool(heartbeat and heartbeat.mail_supports_utf8)


def build_message(content: Content, *, from_address: str) -> EmailMessage:
    """Build the message of an e-mail with `id`, `to`, `subject` and `text`."""
    message = EmailMessage()
    message["From"] = from_address
    local, _, domain = content["to"].rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = content["subject"]
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{content['id']}@{from_address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(content["text"])
    return message


class FolderMailer:
    """Writes each e-mail to a file, for development."""

    supports_utf8: bool | None = True
    last_reply = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Do nothing: no connection is open."""

    def connect(self) -> None:
        """Create the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)

    def send(self, message: EmailMessage) -> None:
        """Write the e-mail to a file whose name sorts by time, so that it can be read without a mail program."""
        self.connect()
        message.set_content(message.get_content(), cte="8bit")
        self.last_reply = f"written to {self.folder}, since SMTP_URL is not set"
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        partial = self.folder / f"{stamp}-{secrets.token_hex(2)}.part"
        partial.write_bytes(message.as_bytes(policy=READABLE))
        partial.rename(partial.with_suffix(".eml"))

    def close(self) -> None:
        """Do nothing: no connection is open."""

    def abort_if_late(self) -> None:
        """Do nothing: writing a file is never late."""
