"""The connection to the organisers' mail account."""

import smtplib
import ssl
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 587, "smtps": 465}
# RFC 5321 lets a server take ten minutes to accept a message.
TIMEOUT = 600
# The only hosts to which a password may be sent without encryption.
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def connect(url: str, ask_password: Callable[[], str]) -> smtplib.SMTP:
    """Connect to `smtps://user:password@host:port`, or `smtp://…` with STARTTLS. Raises ValueError for a bad URL."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("set SMTP_URL to your mail account, such as smtps://user@mail.example.org")
    port, context = parts.port or PORTS[parts.scheme], ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            parts.hostname, port, local_hostname="localhost", context=context, timeout=TIMEOUT
        )
    else:
        server = smtplib.SMTP(parts.hostname, port, local_hostname="localhost", timeout=TIMEOUT)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif parts.hostname not in LOCAL_HOSTS:
            raise ValueError("the mail server offers no encryption; use an smtps:// address")
    if parts.username:
        password = unquote(parts.password) if parts.password else ask_password()
        server.login(unquote(parts.username), password)
    return server
