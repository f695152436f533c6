"""The environment, read once, checked at start: one clear sentence for each wrong setting."""

import base64
import binascii
import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from flask import Flask, current_app
from nacl.public import PrivateKey, PublicKey, SealedBox
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
KEY_BYTES = 32
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*|[0-9a-f:]+")
ADDRESS = re.compile(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
STRIPE_KEY = re.compile(r"[sr]k_(live|test)_[A-Za-z0-9]{10,250}")
STRIPE_WEBHOOK_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_-]{10,250}")
HTTPS_LINK = re.compile(r"https://[A-Za-z0-9.-]+\.[A-Za-z]+(/[A-Za-z0-9._~/-]*)?")
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
DEFAULT_PORTS = {"http": 80, "https": 443}
DEVELOPMENT_KEYS = "development-keys.json"
DEVELOPMENT_PRIVATE_KEY = "signature-private-key.txt"


class SettingsError(Exception):
    """One or more settings are missing or wrong; the text holds a sentence a line and names each."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. Keys are raw 32 bytes; addresses carry no slash at the end.

    `media_url`: where pictures are kept, file:///folder or s3://bucket/folder?endpoint=…; `media_lasts`: whether they
    are still there after the next start, so that editors may upload some.
    """

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
    editors_key: bytes
    stripe_secret_key: str | None
    stripe_webhook_secret: str | None
    stripe_api_url: str | None
    stripe_portal_url: str | None
    media_url: str
    media_key_id: str
    media_secret: str
    media_lasts: bool
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
    if not production and not _is_at_home(site_url):
        # Development keys and captured mail have no place on a machine that strangers reach.
        reader.wrong("SITE_URL", "must start with https:// unless its host is this machine or on a private network")
    if not production and not reader.problems:
        reader.defaults = _development_keys(instance_path)
    media_url = reader.media_url(instance_path, production=production)
    bucket = media_url.startswith("s3:")
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
        editors_key=reader.key("EDITORS_KEY"),
        stripe_secret_key=reader.matching(
            "STRIPE_SECRET_KEY", STRIPE_KEY, "sk_live_… or rk_live_…, as Stripe shows it"
        ),
        stripe_webhook_secret=reader.matching("STRIPE_WEBHOOK_SECRET", STRIPE_WEBHOOK_SECRET, "whsec_…"),
        stripe_api_url=reader.origin("STRIPE_API_URL"),
        stripe_portal_url=reader.matching("STRIPE_PORTAL_URL", HTTPS_LINK, "https://billing.stripe.com/p/login/…"),
        media_url=media_url,
        media_key_id=reader.needed("MEDIA_KEY_ID", when=bucket),
        media_secret=reader.needed("MEDIA_SECRET", when=bucket),
        media_lasts=not production or bool(environ.get("MEDIA_URL", "").strip()),
        port=port,
        web_concurrency=reader.number("WEB_CONCURRENCY", default=2, lowest=1, highest=64),
        instance_path=instance_path,
    )
    if settings.mail_site_url.startswith("http:") and production:
        reader.wrong("MAIL_SITE_URL", "must start with https:// if SITE_URL does")
    if bool(settings.stripe_secret_key) != bool(settings.stripe_webhook_secret):
        missing = "STRIPE_WEBHOOK_SECRET" if settings.stripe_secret_key else "STRIPE_SECRET_KEY"
        if not any(problem.startswith(missing) for problem in reader.problems):
            reader.wrong(missing, "must be set if the other Stripe secret is set")
    if settings.stripe_api_url and production:
        reader.wrong("STRIPE_API_URL", "is for tests only and must not be set when SITE_URL starts with https://")
    if settings.onion_url and not settings.onion_url.endswith(".onion"):
        reader.wrong("ONION_URL", "must be an address ending in .onion")
    keys = [settings.signature_hmac_key, settings.outbox_key, settings.editors_key]
    for name, place in (("OUTBOX_KEY", 1), ("EDITORS_KEY", 2)):
        if keys[place] and keys[place] in keys[:place]:
            reader.wrong(name, "must differ from the other keys")
    if reader.problems:
        raise SettingsError("\n".join(reader.problems))
    return settings


def load_settings_or_exit() -> Settings:
    """Read the settings, or end the program with the sentences that say what is wrong."""
    try:
        return load_settings()
    except SettingsError as error:
        raise SystemExit(f"wzo cannot start.\n{error}") from None


def uses_development_keys(settings: Settings) -> bool:
    """Whether signatures are sealed to the key that this machine made for itself, and so can be read on it."""
    path = settings.instance_path / DEVELOPMENT_KEYS
    if settings.signature_public_key is None or not path.exists():
        return False
    try:
        keys: dict[str, str] = json.loads(path.read_text())
        return decode_key(keys["SIGNATURE_PUBLIC_KEY"]) == settings.signature_public_key
    except (OSError, ValueError, KeyError):
        return False


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

    def wrong(self, name: str, why: str) -> None:
        """Note that a setting is wrong, and what it must be."""
        self.problems.append(f"{name} {why}.")

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
        # As browsers write it: without the port that goes without saying.
        netloc = parts.netloc.lower().removesuffix(f":{DEFAULT_PORTS[parts.scheme]}")
        return f"{parts.scheme}://{netloc}"

    def database_url(self, instance_path: Path) -> str:
        text = self._text("DATABASE_URL") or f"sqlite:///{instance_path / 'wzo.sqlite3'}"
        # Heroku still writes the name that SQLAlchemy gave up.
        text = text.replace("postgres://", "postgresql://", 1)
        try:
            url = make_url(text)
            good = url.drivername in ("sqlite", "postgresql", "postgresql+psycopg") and bool(url.database)
        except ArgumentError:
            good = False
        if not good:
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
        """A missing key closes the signing, not the site; a broken one is a mistake to be told."""
        text = self._text(name)
        if not text:
            return None
        try:
            key = PublicKey(decode_key(text))
            # Some 32 bytes are no key: it must be possible to seal to it.
            SealedBox(key).encrypt(b"")
            return bytes(key)
        except (ValueError, RuntimeError):
            self.wrong(name, "must be the line printed by `flask petition keygen`")
            return None

    def matching(self, name: str, pattern: re.Pattern[str], like: str) -> str | None:
        text = self._text(name)
        if text and not pattern.fullmatch(text):
            self.wrong(name, f"must look like {like}")
            return None
        return text or None

    def media_url(self, instance_path: Path, *, production: bool) -> str:
        """Without an address a folder of this machine; on a server that may be gone with the next start."""
        text = self._text("MEDIA_URL")
        if not text:
            return (instance_path / "media").as_uri()
        try:
            parts = urlsplit(text)
            options = parse_qs(parts.query, strict_parsing=bool(parts.query))
            endpoint = urlsplit(options.get("endpoint", [""])[-1])
            good = not parts.fragment and (
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
            good = False
        if not good:
            self.wrong(
                "MEDIA_URL", "must look like file:///folder or s3://bucket?endpoint=https://host&region=eu-central-1"
            )
            return ""
        return text

    def needed(self, name: str, *, when: bool) -> str:
        """A word that must be there in one case alone."""
        text = self._text(name)
        if when and not text:
            self.wrong(name, "must be set when MEDIA_URL is a bucket")
        return text

    def smtp_url(self, *, required: bool) -> str | None:
        text = self._text("SMTP_URL")
        if not text:
            if required:
                # Captured mail holds names and addresses; it has no place on a server.
                self.wrong(
                    "SMTP_URL", "must be set when SITE_URL starts with https:// (a server keeps no mail on its disk)"
                )
            return None
        try:
            parts = urlsplit(text)
            good = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good:
            self.wrong("SMTP_URL", "must look like smtp://user:password@host:port or smtps://user:password@host:port")
        return text

    def mail_from(self, default: str) -> str:
        text = self._text("MAIL_FROM") or default
        if not ADDRESS.fullmatch(text):
            self.wrong("MAIL_FROM", "must be one plain e-mail address")
        return text


def _development_keys(instance_path: Path) -> dict[str, str]:
    """Give this machine's own keys, made at the first start: a developer never has to ask for one."""
    path = instance_path / DEVELOPMENT_KEYS
    try:
        instance_path.mkdir(parents=True, exist_ok=True)
        _make_development_keys(path)
    except OSError:
        raise SettingsError(f"INSTANCE_PATH must be a writable folder; {instance_path} is not.") from None
    try:
        loaded: dict[str, str] = json.loads(path.read_text())
    except ValueError:
        raise SettingsError(f"{path} is damaged. Delete it, and new development keys will be generated.") from None
    # Derived, so that keys which were made before there were editors go on working.
    digest = hashlib.sha256(f"EDITORS_KEY {loaded['SECRET_KEY']}".encode()).digest()
    return {"EDITORS_KEY": encode_key(digest), **loaded}


def _make_development_keys(path: Path) -> None:
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
            path.with_name(DEVELOPMENT_PRIVATE_KEY).unlink(missing_ok=True)
            _create(path.with_name(DEVELOPMENT_PRIVATE_KEY), encode_key(bytes(private)) + "\n")


def _is_at_home(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".local"):
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        return False


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


def settings() -> Settings:
    """The settings of the current application."""
    found: Settings = current_app.extensions["settings"]
    return found


def init_app(app: Flask, settings: Settings) -> None:
    """Store the settings for `settings()`, and configure Flask and its extensions with them."""
    app.extensions["settings"] = settings
    app.config.from_mapping(flask_config(settings))


def flask_config(settings: Settings) -> dict[str, object]:
    """The settings of Flask and its extensions."""
    # A database that does not answer is given up soon, so that its absence is told instead of waited for.
    waits = (
        {"connect_args": {"connect_timeout": 5}, "pool_timeout": 10} if "postgresql" in settings.database_url else {}
    )
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # A failing statement must not write names or addresses into the log.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, "pool_pre_ping": True, **waits},
        "TRUSTED_HOSTS": settings.hosts,
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "MAX_FORM_PARTS": 100,
        "MAX_FORM_MEMORY_SIZE": 64 * 1024,
        # An editor's session; visitors have none. The name's beginning ties it to one host and to https.
        "SESSION_COOKIE_NAME": "__Host-wzo" if settings.production else "wzo",
        "SESSION_COOKIE_SECURE": settings.production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        # The panel's guard asks for the token, where it has seen who asks; public forms have no cookie to keep it in.
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 5,
    }
