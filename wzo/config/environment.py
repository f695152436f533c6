"""Reads the settings from the environment and validates them, with one clear sentence for each invalid one."""

import os
import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from wzo.config.development_keys import KeysUnavailable, load_development_keys
from wzo.config.reader import EnvironmentReader
from wzo.config.schema import ROOT, Settings

STRIPE_KEY = re.compile(r"[sr]k_(live|test)_[A-Za-z0-9]{10,250}")
STRIPE_WEBHOOK_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_-]{10,250}")
MOST_LETTERS = 10_000_000
HTTPS_URL = re.compile(r"https://[A-Za-z0-9.-]+\.[A-Za-z]+(/[A-Za-z0-9._~/-]*)?")


class SettingsError(Exception):
    """Settings are missing or invalid; the text has one line for each, which names it."""


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and validate the settings; in development, generate missing keys in the instance folder.

    Raises SettingsError with a sentence for each setting that is missing or invalid.
    """
    reader = EnvironmentReader(environ)
    instance_path = Path(environ.get("INSTANCE_PATH") or ROOT / "instance").resolve()
    port = reader.number("PORT", default=8000, lowest=1, highest=65535)
    site_url = reader.origin("SITE_URL") or f"http://127.0.0.1:{port}"
    production = site_url.startswith("https://")
    if not production and not _is_private(site_url):
        # Development keys and captured e-mails have no place on a public server.
        reader.wrong("SITE_URL", "must start with https:// unless its host is this machine or on a private network")
    if not production and not reader.problems:
        try:
            reader.defaults = load_development_keys(instance_path)
        except KeysUnavailable as error:
            raise SettingsError(str(error)) from None
    media_url = reader.media_url(instance_path, production=production)
    bucket = media_url.startswith("s3:")
    settings = Settings(
        database_url=reader.database_url(instance_path),
        secret_key=reader.secret("SECRET_KEY"),
        site_url=site_url,
        mail_site_url=reader.origin("MAIL_SITE_URL") or site_url,
        onion_url=reader.origin("ONION_URL"),
        smtp_url=reader.smtp_url(required=production),
        smtp_connections=reader.number("SMTP_CONNECTIONS", default=10, lowest=1, highest=50),
        mail_from=reader.mail_from(f"post@{urlsplit(site_url).hostname}"),
        letters_per_hour=reader.number("LETTERS_PER_HOUR", default=20_000, lowest=1, highest=MOST_LETTERS),
        letters_per_hour_per_source=reader.number(
            "LETTERS_PER_HOUR_PER_SOURCE", default=500, lowest=1, highest=MOST_LETTERS
        ),
        signature_public_key=reader.public_key("SIGNATURE_PUBLIC_KEY"),
        signature_hmac_key=reader.key("SIGNATURE_HMAC_KEY"),
        outbox_key=reader.key("OUTBOX_KEY"),
        editors_key=reader.key("EDITORS_KEY"),
        stripe_secret_key=reader.matching(
            "STRIPE_SECRET_KEY", STRIPE_KEY, "sk_live_… or rk_live_…, as Stripe shows it"
        ),
        stripe_webhook_secret=reader.matching("STRIPE_WEBHOOK_SECRET", STRIPE_WEBHOOK_SECRET, "whsec_…"),
        stripe_api_url=reader.origin("STRIPE_API_URL"),
        stripe_portal_url=reader.matching("STRIPE_PORTAL_URL", HTTPS_URL, "https://billing.stripe.com/p/login/…"),
        media_url=media_url,
        media_key_id=reader.required("MEDIA_KEY_ID", when=bucket),
        media_secret=reader.required("MEDIA_SECRET", when=bucket),
        media_is_persistent=not production or bool(environ.get("MEDIA_URL", "").strip()),
        port=port,
        web_concurrency=reader.number("WEB_CONCURRENCY", default=2, lowest=1, highest=64),
        instance_path=instance_path,
    )
    for name, why in _conflicts(settings):
        if not reader.is_wrong(name):
            reader.wrong(name, why)
    if reader.problems:
        raise SettingsError("\n".join(reader.problems))
    return settings


def load_settings_or_exit() -> Settings:
    """Load the settings, or exit with the sentences that say what is wrong."""
    try:
        return load_settings()
    except SettingsError as error:
        raise SystemExit(f"wzo cannot start.\n{error}") from None


def _conflicts(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield each setting that conflicts with another one, and what it must be."""
    if settings.mail_site_url.startswith("http:") and settings.production:
        yield "MAIL_SITE_URL", "must start with https:// if SITE_URL does"
    if bool(settings.stripe_secret_key) != bool(settings.stripe_webhook_secret):
        missing = "STRIPE_WEBHOOK_SECRET" if settings.stripe_secret_key else "STRIPE_SECRET_KEY"
        yield missing, "must be set if the other Stripe secret is set"
    if settings.stripe_api_url and settings.production:
        yield "STRIPE_API_URL", "is for tests only and must not be set when SITE_URL starts with https://"
    if settings.onion_url and not settings.onion_url.endswith(".onion"):
        yield "ONION_URL", "must be an address ending in .onion"
    keys = [settings.signature_hmac_key, settings.outbox_key, settings.editors_key]
    for name, index in (("OUTBOX_KEY", 1), ("EDITORS_KEY", 2)):
        if keys[index] and keys[index] in keys[:index]:
            yield name, "must differ from the other keys"


def _is_private(url: str) -> bool:
    """Whether a URL's host is this machine or in a private network."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".local"):
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        return False
