"""The health of mail, worker and keys, as the panel shows it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from wzo import heartbeat, mail, outbox
from wzo.config import settings, uses_development_keys
from wzo.extensions import AnyRow, db
from wzo.petition.models import Petition
from wzo.petition.tokens import key_fingerprint


class Health(NamedTuple):
    """How the mail goes: the worker's last sign, the letters that wait, and what was refused for good."""

    sign: heartbeat.Heartbeat | None
    letters: outbox.Backlog
    dead_letters: Sequence[AnyRow]

    @property
    def works(self) -> bool:
        """Whether the worker is running."""
        return self.sign is not None and self.sign.is_fresh


class Keys(NamedTuple):
    """How the keys are: whether there is one to seal to, for which petitions the other is wrong, and whose they are."""

    can_seal: bool
    wrong_for: list[str]
    development: bool
    production: bool


def get_health() -> Health:
    """How the mail goes now."""
    return Health(heartbeat.get_heartbeat(), outbox.get_backlog(mail.JOB), outbox.get_dead_letters())


def get_keys() -> Keys:
    """How the keys are now."""
    config = settings()
    mark = key_fingerprint(config.signature_hmac_key)
    begun = db.session.execute(
        select(Petition.slug, Petition.key_fingerprint).where(Petition.key_fingerprint.is_not(None))
    )
    return Keys(
        can_seal=config.signature_public_key is not None,
        wrong_for=[slug for slug, known in begun if known != mark],
        development=uses_development_keys(config),
        production=config.production,
    )
