"""Confirmed signatures, encrypted to the organisers' key, with the id of that key in front.

After SIGNATURE_PUBLIC_KEY was replaced, the export says which of the private keys opens which signature. A signature
from before there were ids is the sealed box alone, which its length shows.
"""

import hashlib
from typing import Any

from wzo.crypto import BLOCK_SIZE, seal

ID_SIZE = 8
# The bytes that a sealed box adds to its content, whose length is a multiple of BLOCK_SIZE.
BOX_OVERHEAD = 48


def key_id(public_key: bytes) -> bytes:
    """The id of a key pair, by which wzo-unseal recognises the private key: the first bytes of a SHA-256."""
    return hashlib.sha256(public_key).digest()[:ID_SIZE]


def seal_signature(public_key: bytes, content: dict[str, Any]) -> bytes:
    """Encrypt what only the organisers may read."""
    return key_id(public_key) + seal(public_key, content)


def split_sealed(sealed: bytes) -> tuple[str, bytes]:
    """The id of the key in hexadecimal digits, empty if there is none, and the sealed box."""
    if len(sealed) % BLOCK_SIZE == BOX_OVERHEAD:
        return "", sealed
    return sealed[:ID_SIZE].hex(), sealed[ID_SIZE:]
