"""Whether a petition can be signed, and if not, why: one answer for its pages, its form, the API and the panel."""

from datetime import date
from enum import StrEnum
from typing import Protocol

from wzo.config import settings
from wzo.petition.tokens import key_fingerprint


class SigningState(StrEnum):
    """Whether a petition can be signed; everything but OPEN says why it cannot."""

    OPEN = "open"
    CLOSED = "closed"
    PAUSED = "paused"
    NO_PUBLIC_KEY = "no-public-key"
    WRONG_HMAC_KEY = "wrong-hmac-key"

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
    known = petition.key_fingerprint
    if known is not None and known != key_fingerprint(settings().signature_hmac_key):
        return SigningState.WRONG_HMAC_KEY
    return SigningState.OPEN
