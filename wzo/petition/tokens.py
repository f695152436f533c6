"""The links, codes, tokens and receipts of signatures: how they are created and parsed.

The token of the link that confirms a signature and the code that can be typed instead are random; the database holds
only their keyed hashes. The tokens for withdrawing a signature and for "it was not me" are not stored at all: each is
the signature's id with a keyed hash of it. Each hash covers the language of the e-mail, so that a short URL implies its
language without naming it.
"""

import base64
import binascii
import hmac
import re

from wzo.crypto import keyed_hash
from wzo.i18n import LANGUAGES
from wzo.link_tokens import encode_token, generate_token

ID_BYTES = 8
# Ids have 63 bits, because database integers are signed.
MAX_ID = 2**63 - 1
HASH_BYTES = 12
# 128 bits, because the token opens what was submitted.
LINK_BYTES = 16
RECEIPT_HASH_BYTES = 2
RECEIPT = re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}")


def generate_link() -> str:
    """Generate the random token of a link that confirms a signature."""
    return generate_token(LINK_BYTES)


def hash_link(key: bytes, link: str, language: str) -> bytes:
    """Hash the token of a link for the database."""
    return keyed_hash(key, "link", language, link)


def hash_code(key: bytes, code: str, petition_id: int, language: str) -> bytes:
    """Hash a confirmation code for the database. It is valid for one petition."""
    return keyed_hash(key, "code", str(petition_id), language, code)


def derive_link_key(key: bytes, link: str) -> bytes:
    """Derive the key that encrypts a pending signature; it takes the link's token to derive it again."""
    return keyed_hash(key, "pending", link)


def derive_code_key(key: bytes, code: str) -> bytes:
    """Derive the key that encrypts the link's token; it takes the confirmation code to derive it again."""
    return keyed_hash(key, "link of code", code)


def create_token(key: bytes, purpose: str, signature_id: int, language: str) -> str:
    """Create a token of 32 characters that serves one purpose for one signature and never expires."""
    raw_id = signature_id.to_bytes(ID_BYTES, "big")
    return encode_token(raw_id + _token_hash(key, purpose, signature_id, language))


def parse_token(key: bytes, purpose: str, token: str) -> tuple[int, str] | None:
    """Return the signature's id and the language of the e-mail; None if the token is not genuine."""
    try:
        raw = base64.b32decode(token.upper())
    except (ValueError, binascii.Error):
        return None
    if len(raw) != ID_BYTES + HASH_BYTES:
        return None
    signature_id = int.from_bytes(raw[:ID_BYTES], "big")
    for language in LANGUAGES:
        if hmac.compare_digest(raw[ID_BYTES:], _token_hash(key, purpose, signature_id, language)):
            return signature_id, language
    return None


def create_receipt(key: bytes, signature_id: int) -> str:
    """Create the receipt that identifies a signature without saying whose it is; its last bytes are a checksum."""
    raw_id = signature_id.to_bytes(ID_BYTES, "big")
    text = base64.b32encode(raw_id + _receipt_hash(key, signature_id)).decode()
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def parse_receipt(key: bytes, receipt: str) -> int | None:
    """Return the id of a receipt's signature; None if the receipt is not genuine. It must match RECEIPT."""
    raw = base64.b32decode(receipt.replace("-", ""))
    signature_id = int.from_bytes(raw[:ID_BYTES], "big")
    genuine = hmac.compare_digest(raw[ID_BYTES:], _receipt_hash(key, signature_id)) and signature_id <= MAX_ID
    return signature_id if genuine else None


def key_fingerprint(key: bytes) -> bytes:
    """Return the fingerprint by which a petition recognises the key that its e-mail addresses are hashed with.

    It is stored with each petition, unlike those in key_fingerprints.py, which are of the whole site.
    """
    return keyed_hash(key, "fingerprint")


def _token_hash(key: bytes, purpose: str, signature_id: int, language: str) -> bytes:
    return keyed_hash(key, purpose, language, str(signature_id))[:HASH_BYTES]


def _receipt_hash(key: bytes, signature_id: int) -> bytes:
    return keyed_hash(key, "receipt", str(signature_id))[:RECEIPT_HASH_BYTES]
