"""The files with private keys, which are generated on the organisers' own computer."""

import os
from pathlib import Path

from nacl.public import PrivateKey

from wzo.config.keys import decode_key, encode_key


def write_private_key(path: Path) -> bytes:
    """Generate a key pair, write the private key to a new file that only its owner can read, and return the public key.

    Raises FileExistsError and OSError.
    """
    private = PrivateKey.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(encode_key(bytes(private)) + "\n")
    return bytes(private.public_key)


def parse_private_key(text: str) -> PrivateKey:
    """Parse the content of such a file; raises ValueError."""
    return PrivateKey(decode_key(text))
