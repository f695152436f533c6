"""Reads and validates single settings, and collects the problems."""

import re
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from nacl.public import PublicKey, SealedBox
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from wzo.config.keys import KEY_BYTES, decode_key

HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*|[0-9a-f:]+")
EMAIL = re.compile(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
CHOOSE_DATABASE = (
    "(postgresql://… or, for SQLite on a disk that outlasts restarts, sqlite:////absolute/path/wzo.sqlite3)"
)
DEFAULT_PORTS = {"http": 80, "https": 443}


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, so that nobody can listen between us and it."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class EnvironmentReader:
    """Reads settings one by one and collects the problems, so that all of them are reported together."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.defaults: Mapping[str, str] = {}
        self.problems: list[str] = []

    def _text(self, name: str) -> str:
        return self.environ.get(name, "").strip() or self.defaults.get(name, "")

    def wrong(self, name: str, why: str) -> None:
        """Report that a setting is invalid, and what it must be."""
        self.problems.append(f"{name} {why}.")

    def is_wrong(self, name: str) -> bool:
        """Whether a setting was reported as invalid."""
        return any(problem.startswith(f"{name} ") for problem in self.problems)

    def flag(self, name: str) -> bool:
        text = self._text(name).lower()
        if text not in ("", "true", "false"):
            self.wrong(name, "must be true or false")
        return text == "true"

    def number(self, name: str, *, default: int, lowest: int, highest: int) -> int:
        text = self._text(name)
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and lowest <= int(text) <= highest):
            self.wrong(name, f"must be a whole number from {lowest} to {highest}")
            return default
        return int(text)

    def ip_address(self, name: str, *, default: str) -> str:
        text = self._text(name) or default
        try:
            return str(ip_address(text))
        except ValueError:
            self.wrong(name, "must be an IP address, such as 127.0.0.1")
            return default

    def origin(self, name: str) -> str | None:
        text = self._text(name).rstrip("/")
        if not text:
            return None
        try:
            parts = urlsplit(text)
            parts.port  # noqa: B018 - reading it checks it
        except ValueError:
            parts = urlsplit("")
        plain = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not HOST.fullmatch(host) or not plain:
            self.wrong(name, "must be an address like https://example.org, with nothing after the host")
            return None
        # As browsers send it: without the default port.
        netloc = parts.netloc.lower().removesuffix(f":{DEFAULT_PORTS[parts.scheme]}")
        return f"{parts.scheme}://{netloc}"

    def database_url(self, instance_path: Path, *, production: bool) -> str:
        """The default is a file in the instance folder, which on a server may be gone after a restart."""
        text = self._text("DATABASE_URL")
        if not text:
            if production:
                self.wrong("DATABASE_URL", f"must be set when SITE_URL starts with https:// {CHOOSE_DATABASE}")
            text = f"sqlite:///{instance_path / 'wzo.sqlite3'}"
            production = False
        # Heroku still uses a scheme that SQLAlchemy has dropped.
        text = text.replace("postgres://", "postgresql://", 1)
        try:
            url = make_url(text)
            valid = url.drivername in ("sqlite", "postgresql", "postgresql+psycopg") and bool(url.database)
        except ArgumentError:
            valid = False
        if not valid:
            self.wrong("DATABASE_URL", "must be a complete URL starting with sqlite:/// or postgresql://")
        elif production and url.drivername == "sqlite":
            self._check_file_lasts(str(url.database))
        return text

    def _check_file_lasts(self, path: str) -> None:
        """Report a path of SQLite's file at which all data would be lost at a restart."""
        if not path.startswith("/") or not Path(path).parent.is_dir():
            self.wrong("DATABASE_URL", f"must name a file in a folder that exists {CHOOSE_DATABASE}")
        elif "DYNO" in self.environ:
            self.wrong("DATABASE_URL", "must be a PostgreSQL database on Heroku, where a restart deletes all files")

    def secret(self, name: str, *, required: bool = True) -> str:
        text = self._text(name)
        if len(text) < KEY_BYTES and (text or required):
            self.wrong(name, f"must be set to at least {KEY_BYTES} random characters")
        return text

    def key(self, name: str) -> bytes:
        try:
            return decode_key(self._text(name))
        except ValueError:
            self.wrong(name, f"must be set to {KEY_BYTES} random bytes, as base64 or 64 hexadecimal digits")
            return b""

    def old_key(self, name: str) -> bytes | None:
        """A key that was replaced and still decrypts what it encrypted; None if there is none."""
        return self.key(name) or None if self._text(name) else None

    def old_secret(self, name: str) -> str | None:
        """The same for a secret."""
        return self.secret(name) or None if self._text(name) else None

    def public_key(self, name: str) -> bytes | None:
        """Without this key nobody can sign, but the site runs; an invalid key is an error."""
        text = self._text(name)
        if not text:
            return None
        try:
            key = PublicKey(decode_key(text))
            # Not all 32 bytes are a valid key: it must be possible to seal to it.
            SealedBox(key).encrypt(b"")
            return bytes(key)
        except (ValueError, RuntimeError):
            self.wrong(name, "must be the line printed by `flask petition keygen`")
            return None

    def matching(self, name: str, pattern: re.Pattern[str], example: str) -> str | None:
        text = self._text(name)
        if text and not pattern.fullmatch(text):
            self.wrong(name, f"must look like {example}")
            return None
        return text or None

    def day(self, name: str) -> date | None:
        text = self._text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.wrong(name, "must be a day like 2027-11-30")
            return None

    def media_url(self, instance_path: Path, *, production: bool) -> str:
        """The default is a local folder, which on a server may be gone after a restart."""
        return self.store_url("MEDIA_URL", production=production) or (instance_path / "media").as_uri()

    def store_url(self, name: str, *, production: bool) -> str:
        """A folder or a bucket; empty if it is not set."""
        text = self._text(name)
        if not text:
            return ""
        try:
            parts = urlsplit(text)
            options = parse_qs(parts.query, strict_parsing=bool(parts.query))
            endpoint = urlsplit(options.get("endpoint", [""])[-1])
            local = is_loopback(endpoint.hostname or "")
            valid = not parts.fragment and (
                (parts.scheme == "file" and not parts.netloc and len(parts.path) > 1 and not parts.query)
                or (
                    parts.scheme == "s3"
                    and bool(BUCKET.fullmatch(parts.netloc))
                    and set(options) <= {"endpoint", "region"}
                    and bool(endpoint.hostname)
                    and (endpoint.scheme == "https" or (endpoint.scheme == "http" and (local or not production)))
                )
            )
        except ValueError:
            valid = False
        if not valid:
            self.wrong(
                name,
                "must look like file:///folder or s3://bucket?endpoint=https://host&region=eu-central-1"
                " (with http only on this machine: http://127.0.0.1:9000)",
            )
            return ""
        return text

    def required(self, name: str, *, when: str = "", default: str = "") -> str:
        """A setting without which another one, `when`, is of no use; a default stands in for it."""
        text = self._text(name) or default
        if when and not text:
            self.wrong(name, f"must be set when {when} is a bucket")
        return text

    def smtp_url(self, *, required: bool) -> str | None:
        text = self._text("SMTP_URL")
        if not text:
            if required:
                # Captured e-mails contain names and addresses; they have no place on a public server.
                self.wrong(
                    "SMTP_URL", "must be set when SITE_URL starts with https:// (a server keeps no mail on its disk)"
                )
            return None
        try:
            parts = urlsplit(text)
            valid = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            valid = False
        if not valid:
            self.wrong("SMTP_URL", "must look like smtp://user:password@host:port or smtps://user:password@host:port")
        return text

    def email(self, name: str, default: str = "") -> str:
        text = self._text(name) or default
        if text and not EMAIL.fullmatch(text):
            self.wrong(name, "must be one plain e-mail address")
        return text

    def webhook_url(self, name: str, *, production: bool) -> str | None:
        """An address that we post to; its path is often a secret, so that it must not go over plain HTTP."""
        text = self._text(name)
        try:
            parts = urlsplit(text)
            parts.port  # noqa: B018 - reading it checks it
            is_valid = parts.scheme in (("https",) if production else ("http", "https")) and bool(parts.hostname)
        except ValueError:
            is_valid = False
        if text and not (is_valid and text.isascii() and text.isprintable() and " " not in text):
            self.wrong(name, "must be a complete address that starts with https://")
        return text or None

    def choice(self, name: str, choices: tuple[str, ...], *, default: str) -> str:
        text = self._text(name) or default
        if text not in choices:
            self.wrong(name, f"must be {' or '.join(choices)}")
        return text
