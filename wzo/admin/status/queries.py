"""Reads the status of the worker, the mail and the keys."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from wzo import mail, outbox
from wzo.config import settings, uses_development_keys
from wzo.extensions import AnyRow, db
from wzo.heartbeat import Heartbeat, get_heartbeat
from wzo.petition import emails as petition_emails
from wzo.petition.models import Petition
from wzo.petition.tokens import key_fingerprint

MAIL_KINDS = (mail.JOB_KIND, petition_emails.JOB_KIND)


class Health(NamedTuple):
    """The worker's last heartbeat, the e-mails that are waiting, and those that were permanently rejected."""

    heartbeat: Heartbeat | None
    waiting_emails: outbox.Backlog
    dead_letters: Sequence[AnyRow]

    @property
    def worker_is_running(self) -> bool:
        """Whether the worker is running."""
        return self.heartbeat is not None and self.heartbeat.is_fresh


class Keys(NamedTuple):
    """Whether signatures can be sealed, the slugs of petitions with another HMAC key, and the kind of the keys."""

    can_seal: bool
    wrong_for: list[str]
    development: bool
    production: bool


def get_health() -> Health:
    """The current status of the worker and the mail."""
    return Health(get_heartbeat(), outbox.get_backlog(*MAIL_KINDS), outbox.get_dead_letters())


def get_keys() -> Keys:
    """The current status of the keys."""
    config = settings()
    fingerprint = key_fingerprint(config.signature_hmac_key)
    rows = db.session.execute(
        select(Petition.slug, Petition.key_fingerprint).where(Petition.key_fingerprint.is_not(None))
    )
    return Keys(
        can_seal=config.signature_public_key is not None,
        wrong_for=[slug for slug, known in rows if known != fingerprint],
        development=uses_development_keys(config),
        production=config.production,
    )
