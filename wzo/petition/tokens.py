"""The codes and tokens in our mail: how they are made, written and read.

A code confirms. It is random, and the server keeps only its keyed hash. The tokens for withdrawing and for "it was not
me" are not kept at all: they are the signature's number with a keyed hash over it. Into each hash goes the language of
the mail, so that a short address tells its language without saying it.
"""

import base64
import binascii
import hmac
import re

from wzo.crypto import keyed_hash
from wzo.i18n import LANGUAGES

ID_BYTES = 8
# Numbers have 63 bits, since databases count with a sign.
HIGHEST_ID = 2**63 - 1
HASH_BYTES = 12
RECEIPT_END = 2
RECEIPT = re.compile(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}")


def code_hash(key: bytes, code: str, language: str) -> bytes:
    """What the server keeps of a code."""
    return keyed_hash(key, "code", language, code)


def code_key(key: bytes, code: str) -> bytes:
    """The key, held only by whoever has the code, with which a signature waits for its confirmation."""
    return keyed_hash(key, "pending", code)


def make_token(key: bytes, purpose: str, signature_id: int, language: str) -> str:
    """A token for a signature, 32 letters; it does one thing and never lapses."""
    number = signature_id.to_bytes(ID_BYTES, "big")
    return base64.b32encode(number + _token_hash(key, purpose, signature_id, language)).decode().lower()


def read_token(key: bytes, purpose: str, token: str) -> tuple[int, str] | None:
    """The signature's number and the mail's language; None where the token is not ours."""
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


def make_receipt(key: bytes, signature_id: int) -> str:
    """A number that finds a signature, without saying whose it is; its end tells a mistyped one."""
    number = signature_id.to_bytes(ID_BYTES, "big")
    text = base64.b32encode(number + _receipt_end(key, signature_id)).decode()
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def read_receipt(key: bytes, text: str) -> int | None:
    """The signature's number in a receipt, written as RECEIPT says; None where it is none of ours."""
    raw = base64.b32decode(text.replace("-", ""))
    signature_id = int.from_bytes(raw[:ID_BYTES], "big")
    ours = hmac.compare_digest(raw[ID_BYTES:], _receipt_end(key, signature_id)) and signature_id <= HIGHEST_ID
    return signature_id if ours else None


def key_fingerprint(key: bytes) -> bytes:
    """What a petition keeps of the key with which it began, to recognise it."""
    return keyed_hash(key, "mark")


def _token_hash(key: bytes, purpose: str, signature_id: int, language: str) -> bytes:
    return keyed_hash(key, purpose, language, str(signature_id))[:HASH_BYTES]


def _receipt_end(key: bytes, signature_id: int) -> bytes:
    return keyed_hash(key, "receipt", str(signature_id))[:RECEIPT_END]
