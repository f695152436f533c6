"""The site's few cryptographic operations, all by libsodium or the standard library."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PublicKey, SealedBox
from nacl.secret import SecretBox

# Plaintexts are padded to whole blocks, so that the length of a ciphertext does not reveal the length of a name.
BLOCK_SIZE = 512


class CannotDecrypt(Exception):
    """The key is the wrong one, or the ciphertext was altered."""


def keyed_hash(key: bytes, purpose: str, *parts: str) -> bytes:
    """HMAC-SHA256 (RFC 2104) of a purpose and its parts, 32 bytes; the parts are encoded unambiguously."""
    message = json.dumps([purpose, *parts], ensure_ascii=False).encode()
    return hmac.new(key, message, hashlib.sha256).digest()


def encrypt(key: bytes, content: dict[str, Any]) -> bytes:
    """Encrypt a JSON object with a 32-byte key (XSalsa20-Poly1305, with a random nonce)."""
    return encrypt_text(key, _pad(content).decode())


def decrypt(key: bytes, ciphertext: bytes) -> dict[str, Any]:
    """Decrypt what `encrypt` returned; raises CannotDecrypt."""
    try:
        content: dict[str, Any] = json.loads(decrypt_text(key, ciphertext))
    except ValueError as error:
        raise CannotDecrypt from error
    return content


def decrypt_with_any(keys: Iterable[bytes], ciphertext: bytes) -> dict[str, Any]:
    """Decrypt with the first of the keys that does: after a change, the new one and the old. Raises CannotDecrypt."""
    for key in keys:
        try:
            return decrypt(key, ciphertext)
        except CannotDecrypt:
            continue
    raise CannotDecrypt


def encrypt_text(key: bytes, text: str) -> bytes:
    """Encrypt a text as `encrypt` does, but without padding: for texts of one length."""
    return bytes(SecretBox(key).encrypt(text.encode()))


def decrypt_text(key: bytes, ciphertext: bytes) -> str:
    """Decrypt what `encrypt_text` returned; raises CannotDecrypt."""
    try:
        return SecretBox(key).decrypt(ciphertext).decode()
    except (CryptoError, ValueError) as error:
        raise CannotDecrypt from error


def seal(public_key: bytes, content: dict[str, Any]) -> bytes:
    """Encrypt a JSON object so that only the holder of the private key can decrypt it (NaCl sealed box)."""
    return bytes(SealedBox(PublicKey(public_key)).encrypt(_pad(content)))


def _pad(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False).encode()
    return text + b" " * (-len(text) % BLOCK_SIZE)
