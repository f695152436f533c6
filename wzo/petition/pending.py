"""Pending signatures: what was submitted, encrypted so that only the e-mail opens it, until somebody confirms it.

The link in the e-mail holds a token from which the key is derived. The code that can be typed instead is shorter; it
opens the token, which is stored encrypted with it.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, select

from wzo.clock import is_recent
from wzo.codes import generate_code
from wzo.config import settings
from wzo.crypto import CannotDecrypt, decrypt, decrypt_text, encrypt, encrypt_text
from wzo.extensions import AnyRow, db
from wzo.i18n import LANGUAGES
from wzo.petition.models import Signature
from wzo.petition.tokens import derive_code_key, derive_link_key, generate_link, hash_code, hash_link

# Without the ORM, a statement that is built once takes a sixth of the time.
_signatures = Signature.__table__.c
_COLUMNS = (
    _signatures.id,
    _signatures.petition_id,
    _signatures.state,
    _signatures.confirmed_on,
    _signatures.link_hash,
    _signatures.pending_ciphertext,
)
_HASHES: BindParameter[list[bytes]] = bindparam("hashes", expanding=True)
_BY_LINK = select(*_COLUMNS).where(_signatures.link_hash.in_(_HASHES))
_BY_CODE = select(*_COLUMNS, _signatures.code_hash, _signatures.link_ciphertext).where(
    _signatures.code_hash.in_(_HASHES)
)


# How long the link and the code can be used, once the e-mail has been sent.
LINK_LIFETIME = timedelta(hours=48)


class UnknownCode(Exception):
    """No signature has this link or confirmation code, or no longer has it."""


class PendingSecrets(NamedTuple):
    """What the e-mail must contain: the token of the link, and the code that can be typed instead."""

    link: str
    code: str


class FoundSignature(NamedTuple):
    """A signature found by its link or code, with the link's token and the language of the e-mail."""

    id: int
    petition_id: int
    state: str
    confirmed_on: date | None
    link_hash: bytes
    pending_ciphertext: bytes | None
    link: str
    language: str


def set_pending(signature: Signature, pending: dict[str, Any]) -> PendingSecrets:
    """Make a signature pending, in the caller's transaction, with a new link and a new code.

    `pending` is what was submitted, and `expires_at`; see `is_expired`.
    """
    key, language = settings().signature_hmac_key, pending["language"]
    link, code = generate_link(), generate_code()
    signature.link_hash = hash_link(key, link, language)
    signature.code_hash = hash_code(key, code, signature.petition_id, language)
    signature.link_ciphertext = encrypt_text(derive_code_key(key, code), link)
    signature.pending_ciphertext = encrypt(derive_link_key(key, link), pending)
    return PendingSecrets(link, code)


def decrypt_pending(found: FoundSignature, ciphertext: bytes | None = None) -> dict[str, Any]:
    """Decrypt what was submitted, from `ciphertext` if it was read later. Raises UnknownCode."""
    key = derive_link_key(settings().signature_hmac_key, found.link)
    try:
        return decrypt(key, ciphertext or found.pending_ciphertext or b"")
    except CannotDecrypt as error:
        raise UnknownCode from error


def is_expired(pending: dict[str, Any]) -> bool:
    """Whether the link and the code have expired; not before the e-mail was sent (`expires_at` is None)."""
    expires_at = pending["expires_at"]
    return expires_at is not None and not is_recent(expires_at - LINK_LIFETIME.total_seconds(), LINK_LIFETIME)


def find_by_link(link: str) -> FoundSignature | None:
    """The signature with this link, or None."""
    key = settings().signature_hmac_key
    languages = {hash_link(key, link, language): language for language in LANGUAGES}
    row = db.session.execute(_BY_LINK, {"hashes": list(languages)}).first()
    return _found(row, link, languages[row.link_hash]) if row else None


def find_by_code(code: str, petition_id: int) -> FoundSignature | None:
    """A petition's signature with this confirmation code, or None."""
    key = settings().signature_hmac_key
    languages = {hash_code(key, code, petition_id, language): language for language in LANGUAGES}
    row = db.session.execute(_BY_CODE, {"hashes": list(languages)}).first()
    if row is None:
        return None
    try:
        link = decrypt_text(derive_code_key(key, code), row.link_ciphertext)
    except CannotDecrypt:
        return None
    return _found(row, link, languages[row.code_hash])


def _found(row: AnyRow, link: str, language: str) -> FoundSignature:
    return FoundSignature._make((*row[: len(_COLUMNS)], link, language))
