"""The environment, read once, checked at start: one clear sentence for each wrong setting."""

import base64
import binascii
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from nacl.public import PrivateKey, PublicKey
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
KEY_BYTES = 32
DEVELOPMENT_KEYS = "development-keys.json"
DEVELOPMENT_PRIVATE_KEY = "signature-private-key.txt"


class SettingsError(Exception):
    """One or more settings are missing or wrong; the text holds a sentence a line and names each."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. Keys are raw 32 bytes; addresses carry no slash at the end."""

    database_url: str
    secret_key: str
    site_url: str
    mail_site_url: str
    onion_url: str | None
    smtp_url: str | None
    mail_from: str
    signature_public_key: bytes | None
    signature_hmac_key: bytes
    outbox_key: bytes
    port: int
    web_concurrency: int
    instance_path: Path

    @property
    def production(self) -> bool:
        """An https address means that strangers read the site."""
        return self.site_url.startswith("https://")

    @property
    def origins(self) -> frozenset[str]:
        """The origins under which our own pages, and so our own forms, are reached."""
        own = {self.site_url, self.mail_site_url, *([self.onion_url] if self.onion_url else [])}
        if not self.production:
            own |= {f"http://{host}:{self.port}" for host in ("127.0.0.1", "localhost")}
        return frozenset(own)

    @property
    def hosts(self) -> list[str]:
        """The host names, without ports, that a request may ask for."""
        return sorted({urlsplit(origin).hostname or "" for origin in self.origins})


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings; in development make the missing keys in the instance folder.

    Raises SettingsError with a sentence for each setting that is missing or wrong.
    """
    reader = _Reader(environ)
    instance_path = Path(environ.get("INSTANCE_PATH") or ROOT / "instance").resolve()
    port = reader.number("PORT", default=8000, lowest=1, highest=65535)
    site_url = reader.origin("SITE_URL") or f"http://127.0.0.1:{port}"
    production = site_url.startswith("https://")
    if not production and not reader.problems:
        reader.defaults = _development_keys(instance_path)
    settings = Settings(
        database_url=reader.database_url(instance_path),
        secret_key=reader.secret("SECRET_KEY"),
        site_url=site_url,
        mail_site_url=reader.origin("MAIL_SITE_URL") or site_url,
        onion_url=reader.origin("ONION_URL"),
        smtp_url=reader.smtp_url(required=production),
        mail_from=reader.mail_from(f"post@{urlsplit(site_url).hostname}"),
        signature_public_key=reader.public_key("SIGNATURE_PUBLIC_KEY"),
        signature_hmac_key=reader.key("SIGNATURE_HMAC_KEY"),
        outbox_key=reader.key("OUTBOX_KEY"),
        port=port,
        web_concurrency=reader.number("WEB_CONCURRENCY", default=2, lowest=1, highest=64),
        instance_path=instance_path,
    )
    if reader.problems:
        raise SettingsError("\n".join(reader.problems))
    return settings


def load_settings_or_exit() -> Settings:
    """Read the settings, or end the program with the sentences that say what is wrong."""
    try:
        return load_settings()
    except SettingsError as error:
        raise SystemExit(f"wzo cannot start.\n{error}") from None


def decode_key(text: str) -> bytes:
    """Turn 64 hexadecimal digits or base64 into the 32 bytes of a key; raises ValueError."""
    text = text.strip()
    try:
        raw = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise ValueError("not a key") from error
    if len(raw) != KEY_BYTES:
        raise ValueError("not a key")
    return raw


def encode_key(raw: bytes) -> str:
    """Write a key as base64, as the settings take it."""
    return base64.b64encode(raw).decode()


class _Reader:
    """Reads settings one by one and collects what is wrong, so that all of it is told at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.defaults: Mapping[str, str] = {}
        self.problems: list[str] = []

    def _text(self, name: str) -> str:
        return self.environ.get(name, "").strip() or self.defaults.get(name, "")

    def _wrong(self, name: str, why: str) -> None:
        self.problems.append(f"{name} {why}.")

    def number(self, name: str, *, default: int, lowest: int, highest: int) -> int:
        text = self._text(name)
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and lowest <= int(text) <= highest):
            self._wrong(name, f"must be a whole number from {lowest} to {highest}")
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
        plain = not (parts.path or parts.query or parts.fragment or parts.username)
        if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
            self._wrong(name, "must be an address like https://example.org, with nothing after the host")
            return None
        return f"{parts.scheme}://{parts.netloc.lower()}"

    def database_url(self, instance_path: Path) -> str:
        text = self._text("DATABASE_URL") or f"sqlite:///{instance_path / 'wzo.sqlite3'}"
        # Heroku still writes the name that SQLAlchemy gave up.
        text = text.replace("postgres://", "postgresql://", 1)
        try:
            backend = make_url(text).get_backend_name()
        except ArgumentError:
            backend = ""
        if backend not in ("sqlite", "postgresql"):
            self._wrong("DATABASE_URL", "must begin with sqlite:/// or postgresql:// and be a whole address")
        return text

    def secret(self, name: str) -> str:
        text = self._text(name)
        if len(text) < KEY_BYTES:
            self._wrong(name, f"must be set to at least {KEY_BYTES} random characters")
        return text

    def key(self, name: str) -> bytes:
        try:
            return decode_key(self._text(name))
        except ValueError:
            self._wrong(name, f"must be set to {KEY_BYTES} random bytes, written as base64 or as 64 hexadecimal digits")
            return b""

    def public_key(self, name: str) -> bytes | None:
        """A missing key closes the signing, not the site; a broken one is a mistake to be told."""
        text = self._text(name)
        if not text:
            return None
        try:
            return bytes(PublicKey(decode_key(text)))
        except ValueError:
            self._wrong(name, "must be the line that `flask petition keygen` printed")
            return None

    def smtp_url(self, *, required: bool) -> str | None:
        text = self._text("SMTP_URL")
        if not text:
            if required:
                # Captured mail holds names and addresses; it has no place on a server.
                self._wrong("SMTP_URL", "must be set when SITE_URL is https, since mail is not kept on a server's disk")
            return None
        try:
            parts = urlsplit(text)
            good = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good:
            self._wrong("SMTP_URL", "must look like smtp://user:password@host:port or smtps://user:password@host:port")
        return text

    def mail_from(self, default: str) -> str:
        text = self._text("MAIL_FROM") or default
        local, at, domain = text.partition("@")
        if not (local and at and domain) or any(c.isspace() or c in "<>,;" for c in text):
            self._wrong("MAIL_FROM", "must be one plain e-mail address")
        return text


def _development_keys(instance_path: Path) -> dict[str, str]:
    """Give this machine's own keys, made at the first start: a developer never has to ask for one."""
    instance_path.mkdir(parents=True, exist_ok=True)
    path = instance_path / DEVELOPMENT_KEYS
    if not path.exists():
        private = PrivateKey.generate()
        keys = {
            "SECRET_KEY": secrets.token_hex(KEY_BYTES),
            "SIGNATURE_PUBLIC_KEY": encode_key(bytes(private.public_key)),
            "SIGNATURE_HMAC_KEY": encode_key(secrets.token_bytes(KEY_BYTES)),
            "OUTBOX_KEY": encode_key(secrets.token_bytes(KEY_BYTES)),
        }
        # Web and worker may start at once: whoever links its file first has made the keys.
        if _create(path, json.dumps(keys, indent=1)):
            (instance_path / DEVELOPMENT_PRIVATE_KEY).unlink(missing_ok=True)
            _create(instance_path / DEVELOPMENT_PRIVATE_KEY, encode_key(bytes(private)) + "\n")
    try:
        loaded: dict[str, str] = json.loads(path.read_text())
    except ValueError:
        raise SettingsError(f"{path} is damaged; delete it and new development keys will be made.") from None
    return loaded


def _create(path: Path, text: str) -> bool:
    """Write a new private file whole; False where it was there already."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.write_text(text)
    draft.chmod(stat.S_IRUSR | stat.S_IWUSR)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def flask_config(settings: Settings) -> dict[str, object]:
    """The settings as Flask and its extensions want them; our own code reads SETTINGS."""
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # A failing statement must not write names or addresses into the log.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, "pool_pre_ping": True},
        "TRUSTED_HOSTS": settings.hosts,
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "MAX_FORM_PARTS": 100,
        "MAX_FORM_MEMORY_SIZE": 64 * 1024,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 5,
    }
