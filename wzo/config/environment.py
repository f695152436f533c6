"""Reads the settings from the environment and validates them, with one clear sentence for each invalid one."""

import os
import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from wzo.config.development_keys import KeysUnavailable, load_development_keys
from wzo.config.reader import EMAIL, EnvironmentReader
from wzo.config.schema import ROOT, Settings

STRIPE_KEY = re.compile(r"[sr]k_(live|test)_[A-Za-z0-9]{10,250}")
STRIPE_WEBHOOK_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_-]{10,250}")
ADDRESS = "address"
MOST_SIGNATURES = 10_000_000
HTTPS_URL = re.compile(r"https://[A-Za-z0-9.-]+\.[A-Za-z]+(/[A-Za-z0-9._~/-]*)?")

CONTACT = re.compile(f"{EMAIL.pattern}|{HTTPS_URL.pattern}")


class SettingsError(Exception):
    """Settings are missing or invalid; the text has one line for each, which names it."""


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and validate the settings; in development, generate missing keys in the instance folder.

    Raises SettingsError with a sentence for each setting that is missing or invalid.
    """
    reader = EnvironmentReader(environ)
    instance_path = Path(environ.get("INSTANCE_PATH") or ROOT / "instance").resolve()
    port = reader.number("PORT", default=8000, lowest=1, highest=65535)
    if not environ.get("PORT"):
        reader.defaults = {"SITE_URL": _last_address(instance_path)}
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
    media_bucket = "MEDIA_URL" if media_url.startswith("s3:") else ""
    media_key_id = reader.required("MEDIA_KEY_ID", when=media_bucket)
    media_secret = reader.required("MEDIA_SECRET", when=media_bucket)
    backup_url = reader.store_url("BACKUP_URL", production=production)
    backup_bucket = "BACKUP_URL" if backup_url.startswith("s3:") else ""
    signature_public_key = reader.public_key("SIGNATURE_PUBLIC_KEY")
    settings = Settings(
        database_url=reader.database_url(instance_path, production=production),
        secret_key=reader.secret("SECRET_KEY"),
        site_url=site_url,
        mail_site_url=reader.origin("MAIL_SITE_URL") or site_url,
        onion_url=reader.origin("ONION_URL"),
        source_url=reader.matching("SOURCE_URL", HTTPS_URL, "https://git.example.org/group/site"),
        security_contact=reader.matching(
            "SECURITY_CONTACT", CONTACT, "security@example.org or https://example.org/report"
        ),
        security_contact_expires=reader.day("SECURITY_CONTACT_EXPIRES"),
        smtp_url=reader.smtp_url(required=production),
        smtp_connections=reader.number("SMTP_CONNECTIONS", default=10, lowest=1, highest=50),
        mail_from=reader.email("MAIL_FROM", f"post@{urlsplit(site_url).hostname}"),
        signatures_per_hour=reader.number("SIGNATURES_PER_HOUR", default=20_000, lowest=1, highest=MOST_SIGNATURES),
        signatures_per_hour_per_network=reader.number(
            "SIGNATURES_PER_HOUR_PER_NETWORK", default=500, lowest=1, highest=MOST_SIGNATURES
        ),
        secret_key_old=reader.old_secret("SECRET_KEY_OLD"),
        signature_public_key=signature_public_key,
        signature_hmac_key=reader.key("SIGNATURE_HMAC_KEY"),
        outbox_key=reader.key("OUTBOX_KEY"),
        outbox_key_old=reader.old_key("OUTBOX_KEY_OLD"),
        editors_key=reader.key("EDITORS_KEY"),
        passkeys_only=reader.flag("PASSKEYS_ONLY"),
        editors_key_old=reader.old_key("EDITORS_KEY_OLD"),
        stripe_secret_key=reader.matching(
            "STRIPE_SECRET_KEY", STRIPE_KEY, "sk_live_… or rk_live_…, as Stripe shows it"
        ),
        stripe_webhook_secret=reader.matching("STRIPE_WEBHOOK_SECRET", STRIPE_WEBHOOK_SECRET, "whsec_…"),
        stripe_api_url=reader.origin("STRIPE_API_URL"),
        stripe_portal_url=reader.matching("STRIPE_PORTAL_URL", HTTPS_URL, "https://billing.stripe.com/p/login/…"),
        media_url=media_url,
        media_key_id=media_key_id,
        media_secret=media_secret,
        media_is_persistent=not production or bool(environ.get("MEDIA_URL", "").strip()),
        backup_url=backup_url,
        backup_key_id=reader.required("BACKUP_KEY_ID", when=backup_bucket, default=media_key_id),
        backup_secret=reader.required("BACKUP_SECRET", when=backup_bucket, default=media_secret),
        backup_public_key=reader.public_key("BACKUP_PUBLIC_KEY") or signature_public_key,
        backup_keep=reader.number("BACKUP_KEEP", default=7, lowest=1, highest=366),
        directory_check_months=reader.number("DIRECTORY_CHECK_MONTHS", default=6, lowest=1, highest=60),
        alarm_email=reader.email("ALARM_EMAIL") or None,
        alarm_webhook_url=reader.webhook_url("ALARM_WEBHOOK_URL", production=production),
        metrics_token=reader.secret("METRICS_TOKEN", required=False) or None,
        log_format=reader.choice("LOG_FORMAT", ("json", "plain"), default="json" if production else "plain"),
        web_host=reader.ip_address("WEB_HOST", default="0.0.0.0" if production else "127.0.0.1"),  # noqa: S104
        port=port,
        # In production, a router or a proxy is the least.
        trusted_proxies=reader.number("TRUSTED_PROXIES", default=int(production), lowest=0, highest=8),
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
    if bool(settings.security_contact) != bool(settings.security_contact_expires):
        missing = "SECURITY_CONTACT_EXPIRES" if settings.security_contact else "SECURITY_CONTACT"
        yield missing, "must be set if the other setting of security.txt is set"
    if settings.stripe_api_url and settings.production:
        yield "STRIPE_API_URL", "is for tests only and must not be set when SITE_URL starts with https://"
    if settings.onion_url and not settings.onion_url.endswith(".onion"):
        yield "ONION_URL", "must be an address ending in .onion"
    keys = [settings.signature_hmac_key, settings.outbox_key, settings.editors_key]
    for name, index in (("OUTBOX_KEY", 1), ("EDITORS_KEY", 2)):
        if keys[index] and keys[index] in keys[:index]:
            yield name, "must differ from the other keys"
    for name, key, old in (
        ("OUTBOX_KEY_OLD", settings.outbox_key, settings.outbox_key_old),
        ("EDITORS_KEY_OLD", settings.editors_key, settings.editors_key_old),
        ("SECRET_KEY_OLD", settings.secret_key, settings.secret_key_old),
    ):
        if old and old == key:
            yield name, f"must be the key from before the change, not that of {name.removesuffix('_OLD')}"
    if settings.backup_url and settings.backup_public_key is None:
        yield "BACKUP_URL", "needs BACKUP_PUBLIC_KEY or SIGNATURE_PUBLIC_KEY: backups are encrypted to it"


def _last_address(instance_path: Path) -> str:
    """Where `make run` last served this instance folder, for the links that commands print; empty if it never did."""
    try:
        text = (instance_path / ADDRESS).read_text().strip()
        return text if text.startswith("http://") and _is_private(text) else ""
    except (OSError, ValueError):
        return ""


def _is_private(url: str) -> bool:
    """Whether a URL's host is this machine or in a private network."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".local"):
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        return False
