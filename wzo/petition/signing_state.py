"""Whether a petition can be signed, and if not, why: one answer for its pages, form and API, the panel and health."""

from datetime import date
from enum import StrEnum
from typing import Protocol

from wzo.config import settings
from wzo.key_fingerprints import changed_keys
from wzo.petition.tokens import key_fingerprint


class SigningState(StrEnum):
    """Whether a petition can be signed; all others say why it cannot."""

    OPEN = "open"
    CLOSED = "closed"
    PAUSED = "paused"
    NO_PUBLIC_KEY = "no-public-key"
    WRONG_PUBLIC_KEY = "wrong-public-key"
    WRONG_HMAC_KEY = "wrong-hmac-key"
    WRONG_OUTBOX_KEY = "wrong-outbox-key"

    @property
    def is_open(self) -> bool:
        """Whether signatures are accepted."""
        return self is SigningState.OPEN


class OpenOrNot(Protocol):
    """The columns of a petition that say whether it can be signed; a row of them or the model."""

    @property
    def closed_on(self) -> date | None:
        """The day it was closed."""

    @property
    def paused_on(self) -> date | None:
        """The day it was paused."""

    @property
    def key_fingerprint(self) -> bytes | None:
        """The fingerprint of the key that its e-mail addresses are hashed with; see tokens.py."""


def signing_state(petition: OpenOrNot) -> SigningState:
    """Whether a petition can be signed. What the editors decided comes before missing or wrong keys."""
    if petition.closed_on is not None:
        return SigningState.CLOSED
    if petition.paused_on is not None:
        return SigningState.PAUSED
    if settings().signature_public_key is None:
        return SigningState.NO_PUBLIC_KEY
    changed = changed_keys()
    if "SIGNATURE_PUBLIC_KEY" in changed:
        # Nobody might be able to open signatures sealed to it, or the wrong people might.
        return SigningState.WRONG_PUBLIC_KEY
    known = petition.key_fingerprint
    is_known = known is None or known == key_fingerprint(settings().signature_hmac_key)
    if not is_known or "SIGNATURE_HMAC_KEY" in changed:
        return SigningState.WRONG_HMAC_KEY
    if "OUTBOX_KEY" in changed:
        # The worker could not open what was submitted.
        return SigningState.WRONG_OUTBOX_KEY
    return SigningState.OPEN
