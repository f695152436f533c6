"""The settings and their types."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

# The folder that contains the package.
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings. Keys are raw 32 bytes; URLs have no trailing slash.

    `letters_per_hour` and `letters_per_hour_per_source`: how many signatures are accepted in an hour, since each may
    cause an e-mail.

    `media_url`: where pictures are stored, file:///folder or s3://bucket/folder?endpoint=…; `media_is_persistent`:
    whether they survive a restart, so that editors may upload some.
    """

    database_url: str
    secret_key: str
    site_url: str
    mail_site_url: str
    onion_url: str | None
    smtp_url: str | None
    smtp_connections: int
    mail_from: str
    letters_per_hour: int
    letters_per_hour_per_source: int
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
    media_is_persistent: bool
    port: int
    web_concurrency: int
    instance_path: Path

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
