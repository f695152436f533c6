"""Reads and validates single settings, and collects the problems."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from nacl.public import PublicKey, SealedBox
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from wzo.config.keys import KEY_BYTES, decode_key

HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*|[0-9a-f:]+")
EMAIL = re.compile(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
DEFAULT_PORTS = {"http": 80, "https": 443}


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

    def number(self, name: str, *, default: int, lowest: int, highest: int) -> int:
        text = self._text(name)
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and lowest <= int(text) <= highest):
            self.wrong(name, f"must be a whole number from {lowest} to {highest}")
            return default
        return int(text)

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

    def database_url(self, instance_path: Path) -> str:
        text = self._text("DATABASE_URL") or f"sqlite:///{instance_path / 'wzo.sqlite3'}"
        # Heroku still uses a scheme that SQLAlchemy has dropped.
        text = text.replace("postgres://", "postgresql://", 1)
        try:
            url = make_url(text)
            valid = url.drivername in ("sqlite", "postgresql", "postgresql+psycopg") and bool(url.database)
        except ArgumentError:
            valid = False
        if not valid:
            self.wrong("DATABASE_URL", "must be a complete URL starting with sqlite:/// or postgresql://")
        return text

    def secret(self, name: str) -> str:
        text = self._text(name)
        if len(text) < KEY_BYTES:
            self.wrong(name, f"must be set to at least {KEY_BYTES} random characters")
        return text

    def key(self, name: str) -> bytes:
        try:
            return decode_key(self._text(name))
        except ValueError:
            self.wrong(name, f"must be set to {KEY_BYTES} random bytes, as base64 or 64 hexadecimal digits")
            return b""

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

    def media_url(self, instance_path: Path, *, production: bool) -> str:
        """The default is a local folder, which on a server may be gone after a restart."""
        text = self._text("MEDIA_URL")
        if not text:
            return (instance_path / "media").as_uri()
        try:
            parts = urlsplit(text)
            options = parse_qs(parts.query, strict_parsing=bool(parts.query))
            endpoint = urlsplit(options.get("endpoint", [""])[-1])
            valid = not parts.fragment and (
                (parts.scheme == "file" and not parts.netloc and len(parts.path) > 1 and not parts.query)
                or (
                    parts.scheme == "s3"
                    and bool(BUCKET.fullmatch(parts.netloc))
                    and set(options) <= {"endpoint", "region"}
                    and endpoint.scheme in (("https",) if production else ("http", "https"))
                    and bool(endpoint.hostname)
                )
            )
        except ValueError:
            valid = False
        if not valid:
            self.wrong(
                "MEDIA_URL", "must look like file:///folder or s3://bucket?endpoint=https://host&region=eu-central-1"
            )
            return ""
        return text

    def required(self, name: str, *, when: bool) -> str:
        """A setting that is required when pictures are stored in a bucket."""
        text = self._text(name)
        if when and not text:
            self.wrong(name, "must be set when MEDIA_URL is a bucket")
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

    def mail_from(self, default: str) -> str:
        text = self._text("MAIL_FROM") or default
        if not EMAIL.fullmatch(text):
            self.wrong("MAIL_FROM", "must be one plain e-mail address")
        return text
