"""Mail: a plain letter, handed to a mail server, or at home written into a folder."""

import secrets
import smtplib
import ssl
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import unquote, urlsplit

from wzo import outbox
from wzo.config import Settings

# A server that hangs is left after this time. A letter takes ten answers at most: well under the worker's lease on it.
TIMEOUT = 10
PORTS = {"smtp": 587, "smtps": 465}
JOB = "mail"
# Only here may a password travel without encryption.
LOCAL = ("localhost", "127.0.0.1", "::1")


class MailRefused(Exception):
    """The mail server will never take this letter; the text is its answer's number."""


class MailPostponed(Exception):
    """The mail server does not take this letter now."""


class MailUnavailable(Exception):
    """There is no mail server to speak with now, for any letter."""


class Mailer(Protocol):
    """Something that sends letters; used as a context, so that many letters can share one connection."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def send(self, message: EmailMessage) -> None:
        """Send one letter; raises MailRefused, MailPostponed or MailUnavailable."""


def make_mailer(settings: Settings) -> Mailer:
    """The mail server where one is set, else the folder `mail` in the instance folder."""
    return SmtpMailer(settings.smtp_url) if settings.smtp_url else FolderMailer(settings.instance_path / "mail")


def enqueue(*, to: str, subject: str, text: str) -> None:
    """Put a letter into the outbox, within the current transaction. Its id lets a second copy be recognised."""
    outbox.enqueue(JOB, {"id": secrets.token_hex(12), "to": to, "subject": subject, "text": text})


def make_message(content: dict[str, Any], *, sender: str) -> EmailMessage:
    """The letter that was put into the outbox."""
    message = EmailMessage()
    message["From"] = sender
    local, _, domain = content["to"].rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = content["subject"]
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{content['id']}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(content["text"])
    return message


class FolderMailer:
    """Writes each letter as a file, for development."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is held open."""

    def send(self, message: EmailMessage) -> None:
        """Write the letter; its name sorts by time."""
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        draft = self.folder / f"{stamp}.part"
        draft.write_bytes(bytes(message))
        draft.rename(draft.with_suffix(".eml"))


class SmtpMailer:
    """Speaks with a mail server: `smtps://` encrypted from the start, `smtp://` by STARTTLS where it is offered."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)
        self.server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self.server:
            try:
                self.server.quit()
            except (OSError, smtplib.SMTPException):
                self.server.close()
            self.server = None

    def send(self, message: EmailMessage) -> None:
        """Send one letter over the open connection, opening it where there is none."""
        server = self.server or self._connect()
        self.server = server
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as failure:
            number = next(iter(failure.recipients.values()))[0]
            self._judge(number)
        except smtplib.SMTPSenderRefused as failure:
            # It is we who are refused, so every letter would be.
            raise MailUnavailable(str(failure.smtp_code)) from None
        except smtplib.SMTPServerDisconnected as error:
            self.server = None
            raise MailUnavailable("disconnected") from error
        except smtplib.SMTPResponseException as failure:
            self._judge(failure.smtp_code)
        except smtplib.SMTPNotSupportedError:
            # The address has letters that this server cannot carry.
            raise MailRefused("SMTPUTF8") from None
        except OSError as error:
            server.close()
            self.server = None
            raise MailUnavailable(type(error).__name__) from None

    def _judge(self, number: int) -> None:
        # The server's words may hold the address: only the number is kept.
        raise (MailRefused if number >= 500 else MailPostponed)(str(number)) from None

    def _connect(self) -> smtplib.SMTP:
        scheme, host = self.parts.scheme, self.parts.hostname or ""
        port = self.parts.port or PORTS[scheme]
        context = ssl.create_default_context()
        try:
            if scheme == "smtps":
                server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
            else:
                server = smtplib.SMTP(host, port, timeout=TIMEOUT)
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=context)
                    server.ehlo()
            if self.parts.username:
                if scheme == "smtp" and not isinstance(server.sock, ssl.SSLSocket) and host not in LOCAL:
                    raise MailUnavailable("no encryption offered")
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailable(type(error).__name__) from None
        return server
