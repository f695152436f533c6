"""The settings and their types."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

# The folder that contains the package.
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings. Keys are raw 32 bytes; URLs have no trailing slash.

    `signatures_per_hour` and `signatures_per_hour_per_network`: how many submissions of the petition's form are
    accepted in an hour, since each may cause an e-mail.

    `source_url`: where readers get the source code of this site, as the AGPL asks of changed ones.

    `alarm_email`, `alarm_webhook_url`: where the operator is notified of problems; `metrics_token`: who may
    read `/metrics`; `log_format`: json or plain.
    `web_host`: the IP address at which the web process listens.
    `security_contact`: an e-mail address or https URL for reports of vulnerabilities, valid until the end of the
    day `security_contact_expires`; both or neither.

    `passkeys_only`: whether editors sign in with passkeys alone, and passwords and codes are refused.

    `trusted_proxies`: how many proxies of ours, one behind the other, pass requests on to the site.

    `media_url`: where uploaded pictures, documents and recordings are stored, file:///folder or
    s3://bucket/folder?endpoint=…; `media_is_persistent`: whether they survive a restart, so that editors may upload
    some.

    `…_old`: keys from before a change, which decrypt and verify what was written with them, and write nothing new.

    `backup_url`: where the worker puts a backup each night, as `media_url`; empty if it makes none. `backup_keep`: the
    number of daily backups to keep.

    `directory_check_months`: how often editors must check the entries of the directory of help.
    """

    database_url: str
    secret_key: str
    secret_key_old: str | None
    site_url: str
    mail_site_url: str
    onion_url: str | None
    source_url: str | None
    security_contact: str | None
    security_contact_expires: date | None
    smtp_url: str | None
    smtp_connections: int
    mail_from: str
    signatures_per_hour: int
    signatures_per_hour_per_network: int
    signature_public_key: bytes | None
    signature_hmac_key: bytes
    outbox_key: bytes
    outbox_key_old: bytes | None
    editors_key: bytes
    passkeys_only: bool
    editors_key_old: bytes | None
    stripe_secret_key: str | None
    stripe_webhook_secret: str | None
    stripe_api_url: str | None
    stripe_portal_url: str | None
    media_url: str
    media_key_id: str
    media_secret: str
    media_is_persistent: bool
    backup_url: str
    backup_key_id: str
    backup_secret: str
    backup_public_key: bytes | None
    backup_keep: int
    directory_check_months: int
    alarm_email: str | None
    alarm_webhook_url: str | None
    metrics_token: str | None
    log_format: str
    web_host: str
    port: int
    trusted_proxies: int
    web_concurrency: int
    instance_path: Path

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """SECRET_KEY, and the one before it while that is still accepted; likewise below."""
        return (self.secret_key, *([self.secret_key_old] if self.secret_key_old else []))

    @property
    def outbox_keys(self) -> tuple[bytes, ...]:
        return (self.outbox_key, *([self.outbox_key_old] if self.outbox_key_old else []))

    @property
    def editors_keys(self) -> tuple[bytes, ...]:
        return (self.editors_key, *([self.editors_key_old] if self.editors_key_old else []))

    @property
    def production(self) -> bool:
        """Whether the site is public: its URL is https."""
        return self.site_url.startswith("https://")

    @property
    def origins(self) -> frozenset[str]:
        """The origins of the site's own pages, and so of its own forms."""
        own = {self.site_url, self.mail_site_url, *([self.onion_url] if self.onion_url else [])}
        if not self.production:
            own |= {f"http://{host}:{self.port}" for host in ("127.0.0.1", "localhost")}
        return frozenset(own)

    @property
    def hosts(self) -> list[str]:
        """The host names, without ports, that requests may be addressed to."""
        return sorted({urlsplit(origin).hostname or "" for origin in self.origins})
