"""The few cryptographic steps that the site takes, each from libsodium or the standard library."""

import hashlib
import hmac
import json
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox
from nacl.secret import SecretBox

# Texts are padded to whole blocks, so that a length does not tell how long a name is.
BLOCK = 512


class CannotDecrypt(Exception):
    """The key is not the one with which this was encrypted, or the text was altered."""


def keyed_hash(key: bytes, purpose: str, *parts: str) -> bytes:
    """HMAC-SHA256 (RFC 2104) over a purpose and its parts, 32 bytes; no two lists of parts give one text."""
    message = json.dumps([purpose, *parts], ensure_ascii=False).encode()
    return hmac.new(key, message, hashlib.sha256).digest()


def encrypt(key: bytes, content: dict[str, Any]) -> bytes:
    """Encrypt a JSON object with a 32-byte key (XSalsa20-Poly1305, a fresh nonce each time)."""
    return bytes(SecretBox(key).encrypt(_pad(content)))


def decrypt(key: bytes, box: bytes) -> dict[str, Any]:
    """Open what `encrypt` made; raises CannotDecrypt."""
    try:
        content: dict[str, Any] = json.loads(SecretBox(key).decrypt(box))
    except (CryptoError, ValueError) as error:
        raise CannotDecrypt from error
    return content


def seal(public_key: bytes, content: dict[str, Any]) -> bytes:
    """Encrypt a JSON object so that only the holder of the private key can read it (NaCl sealed box)."""
    return bytes(SealedBox(PublicKey(public_key)).encrypt(_pad(content)))


def _pad(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False).encode()
    return text + b" " * (-len(text) % BLOCK)
