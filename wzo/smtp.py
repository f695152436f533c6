"""Sends e-mails to an SMTP server, and distinguishes the results (RFC 5321, RFC 3463)."""

import math
import re
import smtplib
import socket
import ssl
import time
from contextlib import suppress
from email.generator import BytesGenerator
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from typing import Any, NoReturn, Self
from urllib.parse import unquote, urlsplit

# Seconds. The server may take five minutes to reply to a command, and ten to the end of the data (RFC 5321, 4.5.3.2).
CONNECT_TIMEOUT = 30
COMMAND_TIMEOUT = 5 * 60
DATA_TIMEOUT = 10 * 60
# A server that sends its replies byte by byte never exceeds a timeout, so there is also one for everything before the
# end of the data, and one for the reply to it.
TRANSACTION_DEADLINE = 10 * 60
REPLY_DEADLINE = 11 * 60
PORTS = {"smtp": 587, "smtps": 465}
# The only hosts to which a password may be sent without encryption.
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
# Enhanced status codes about the address: it is wrong (5.1.x), or its mailbox cannot be used (5.2.x).
ABOUT_THE_ADDRESS = re.compile(rb"5\.[12]\.\d{1,3}\b")
ENHANCED_CODE = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")


class NotSent(Exception):
    """An e-mail was not sent; the text is a reply code or the type of an error, never what the server wrote."""


class AddressRejected(NotSent):
    """The recipient's address is wrong or cannot receive e-mail."""


class MailRefused(NotSent):
    """The server permanently refuses the e-mail for a reason that has nothing to do with the address."""


class MailDeferred(NotSent):
    """The server temporarily refuses the e-mail."""


class MailUnavailable(NotSent):
    """No mail server can be reached, or the connection broke before the e-mail was sent."""


class MailUnanswered(NotSent):
    """The whole e-mail was sent, but the server did not reply: it may or may not have accepted it."""


class SmtpMailer:
    """Sends through an SMTP server: `smtps://` uses TLS from the start, `smtp://` STARTTLS if it is offered.

    `ehlo_name` is how the client introduces itself; the worker's host name must not reach the mail provider.
    `supports_utf8` says whether the server accepts addresses outside ASCII (RFC 6531), once it has connected.
    `last_reply`: the server's last reply to an e-mail, only for an operator who sends a test e-mail.
    """

    def __init__(self, url: str, *, ehlo_name: str) -> None:
        self.parts = urlsplit(url)
        self.ehlo_name = ehlo_name
        self.server: smtplib.SMTP | None = None
        self.supports_utf8: bool | None = None
        self.last_reply = ""
        self.deadline = math.inf

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, if there is one."""
        server, self.server = self.server, None
        if server:
            try:
                _set_timeout(server, CONNECT_TIMEOUT)
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()

    def abort_if_late(self) -> None:
        """Break the connection if the e-mail has missed its deadline; called from another thread."""
        server = self.server
        if time.monotonic() > self.deadline and server and server.sock:
            with suppress(OSError):
                server.sock.shutdown(socket.SHUT_RDWR)

    def connect(self) -> None:
        """Connect if there is no connection; raises MailUnavailable."""
        self.deadline = time.monotonic() + TRANSACTION_DEADLINE
        try:
            self._connected()
        finally:
            self.deadline = math.inf

    def _connected(self) -> smtplib.SMTP:
        """The open connection, made first if there is none."""
        if self.server is None:
            try:
                self._connect()
            except (OSError, smtplib.SMTPException) as error:
                self._drop()
                if isinstance(error, smtplib.SMTPResponseException):
                    self._note_reply(error.smtp_code, error.smtp_error)
                raise MailUnavailable(type(error).__name__) from None
            except MailUnavailable:
                self._drop()
                raise
        assert self.server is not None  # noqa: S101 - for the type checker
        return self.server

    def send(self, message: EmailMessage) -> None:
        """Send one e-mail over the open connection, connecting first if needed; raises NotSent."""
        is_reused = self.server is not None
        try:
            self._send(message)
        except MailUnavailable:
            if not is_reused:
                raise
            # Servers close connections that were idle.
            self._send(message)

    def _send(self, message: EmailMessage) -> None:
        self.deadline = time.monotonic() + TRANSACTION_DEADLINE
        try:
            server = self._connected()
            _set_timeout(server, COMMAND_TIMEOUT)
            self._begin(server, message)
            self._send_data(server, message)
        except smtplib.SMTPServerDisconnected:
            self._drop()
            raise MailUnavailable("disconnected") from None
        except (MailUnavailable, MailUnanswered):
            self._drop()
            raise
        except OSError as error:
            self._drop()
            raise MailUnavailable(type(error).__name__) from None
        finally:
            self.deadline = math.inf

    def _begin(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        """Send the envelope, up to the server's permission to send the data."""
        sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        if not recipient.isascii() and not self.supports_utf8:
            raise AddressRejected("SMTPUTF8")
        code, reply = server.mail(sender, [] if recipient.isascii() else ["SMTPUTF8"])
        if code != 250:
            self._refuse(server, code, reply)
        code, reply = server.rcpt(recipient)
        if code not in (250, 251):
            self._refuse(server, code, reply, is_recipient=True)
        code, reply = server.docmd("DATA")
        if code != 354:
            self._refuse(server, code, reply)

    def _send_data(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        # An error here means that the final dot was not sent, so that the server cannot have accepted the e-mail.
        server.send(_flatten(message))
        _set_timeout(server, DATA_TIMEOUT)
        self.deadline = time.monotonic() + REPLY_DEADLINE
        try:
            code, reply = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnanswered(type(error).__name__) from None
        self._note_reply(code, reply)
        if code != 250:
            self._refuse(server, code, reply)

    def _note_reply(self, code: int, reply: bytes | str) -> None:
        text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
        self.last_reply = " ".join(f"{code} {text}".split())

    def _refuse(self, server: smtplib.SMTP, code: int, reply: bytes, *, is_recipient: bool = False) -> NoReturn:
        """Raise the exception for a reply that refuses the e-mail."""
        self._note_reply(code, reply)
        # The server's text may contain the address, so only the codes are passed on.
        enhanced = ENHANCED_CODE.match(reply)
        reason = f"{code} {enhanced[0].decode()}" if enhanced else str(code)
        if code == 421:
            raise MailUnavailable(reason)
        server.rset()
        if code < 500:
            raise MailDeferred(reason)
        raise (AddressRejected if is_recipient and ABOUT_THE_ADDRESS.match(reply) else MailRefused)(reason)

    def _drop(self) -> None:
        server, self.server = self.server, None
        if server:
            server.close()

    def _connect(self) -> None:
        scheme, host = self.parts.scheme, self.parts.hostname or ""
        own: dict[str, Any] = {"local_hostname": self.ehlo_name, "timeout": CONNECT_TIMEOUT}
        is_encrypted = scheme == "smtps"
        # Known before it is connected, so that another thread can break it off.
        self.server = server = (
            smtplib.SMTP_SSL(context=ssl.create_default_context(), **own) if is_encrypted else smtplib.SMTP(**own)
        )
        # For the check of the certificate.
        server._host = host  # type: ignore[attr-defined]
        server.connect(host, self.parts.port or PORTS[scheme])
        server.ehlo()
        if not is_encrypted and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            is_encrypted = True
        if self.parts.username:
            if not is_encrypted and host not in LOCAL_HOSTS:
                raise MailUnavailable("no encryption offered")
            server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        self.supports_utf8 = server.has_extn("smtputf8")


def _set_timeout(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock:
        server.sock.settimeout(seconds)


def _flatten(message: EmailMessage) -> bytes:
    """The e-mail as it is sent after DATA, with the final dot (RFC 5321, 4.5.2)."""
    content = BytesIO()
    BytesGenerator(content, policy=SMTP.clone(utf8=not str(message["To"]).isascii())).flatten(message)
    data = re.sub(rb"(?m)^\.", b"..", content.getvalue())
    return data + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n"
