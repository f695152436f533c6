"""Plain-text e-mail, sent through an SMTP server or, in development, written to a folder."""

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

# Seconds to wait for each response. An e-mail takes at most ten, which stays well under the worker's lease on it.
TIMEOUT = 10
PORTS = {"smtp": 587, "smtps": 465}
JOB_KIND = "mail"
# The only hosts to which a password may be sent without encryption.
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


class MailRejected(Exception):
    """The mail server permanently rejects this e-mail; the text is its reply code."""


class MailDeferred(Exception):
    """The mail server temporarily rejects this e-mail."""


class MailUnavailable(Exception):
    """No mail server can be reached, or it rejects all our e-mails."""


class Mailer(Protocol):
    """Sends e-mails; used as a context manager, so that many of them can share one connection."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def send(self, message: EmailMessage) -> None:
        """Send one e-mail; raises MailRejected, MailDeferred or MailUnavailable."""


def create_mailer(settings: Settings) -> Mailer:
    """Create a mailer for the SMTP server if one is set, else for the folder `mail` in the instance folder."""
    return SmtpMailer(settings.smtp_url) if settings.smtp_url else FolderMailer(settings.instance_path / "mail")


def enqueue(*, to: str, subject: str, text: str) -> None:
    """Put an e-mail on the outbox, in the caller's transaction. Its id identifies a second copy of it."""
    outbox.enqueue(JOB_KIND, {"id": secrets.token_hex(12), "to": to, "subject": subject, "text": text})


def build_message(content: dict[str, Any], *, sender: str) -> EmailMessage:
    """Build the message from the payload of its job."""
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
    """Writes each e-mail to a file, for development."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *error: object) -> None:
        """Do nothing: no connection is open."""

    def send(self, message: EmailMessage) -> None:
        """Write the e-mail to a file whose name sorts by time."""
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        partial = self.folder / f"{stamp}.part"
        partial.write_bytes(bytes(message))
        partial.rename(partial.with_suffix(".eml"))


class SmtpMailer:
    """Sends through an SMTP server: `smtps://` uses TLS from the start, `smtp://` STARTTLS if it is offered."""

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
        """Send one e-mail over the open connection, connecting first if needed."""
        server = self.server or self._connect()
        self.server = server
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            self._raise_for_code(code)
        except smtplib.SMTPSenderRefused as error:
            # The server rejects us as the sender, and so would reject every e-mail.
            raise MailUnavailable(str(error.smtp_code)) from None
        except smtplib.SMTPServerDisconnected as error:
            self.server = None
            raise MailUnavailable("disconnected") from error
        except smtplib.SMTPResponseException as error:
            self._raise_for_code(error.smtp_code)
        except smtplib.SMTPNotSupportedError:
            # The server does not support addresses with non-ASCII characters.
            raise MailRejected("SMTPUTF8") from None
        except OSError as error:
            server.close()
            self.server = None
            raise MailUnavailable(type(error).__name__) from None

    def _raise_for_code(self, code: int) -> None:
        # The server's text may contain the address, so only the reply code is passed on.
        raise (MailRejected if code >= 500 else MailDeferred)(str(code)) from None

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
                if scheme == "smtp" and not isinstance(server.sock, ssl.SSLSocket) and host not in LOCAL_HOSTS:
                    raise MailUnavailable("no encryption offered")
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailable(type(error).__name__) from None
        return server
