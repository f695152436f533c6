"""The file of an encrypted backup: anybody can check that it is whole, only the holder of the private key can read it.

    wzo-backup 1
    a line of JSON: `public_key`, and `sealed_key`, a random key in a NaCl sealed box to that public key, in base64
    24 bytes: the header of libsodium's secretstream (XChaCha20-Poly1305)
    chunks of 1 MiB, each 17 bytes longer when encrypted; the last may be shorter, and is marked as the last
    32 bytes: the SHA-256 of everything before

The two lines are authenticated with the first chunk. https://doc.libsodium.org/secret-key_cryptography/secretstream
"""

import base64
import hashlib
import io
import json
import os
from collections.abc import Iterator
from typing import BinaryIO

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

MAGIC = b"wzo-backup 1\n"
CHUNK_SIZE = 1024**2
OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
HEADER_SIZE = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
LAST = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
DIGEST_SIZE = 32
MAX_LINE = 4096


class DamagedBackup(ValueError):
    """The file is not a backup, is incomplete, or was changed; the text says which."""


def is_encrypted(file: BinaryIO) -> bool:
    """Whether a file is an encrypted backup, by its beginning; the position stays at the beginning."""
    file.seek(0)
    start = file.read(len(MAGIC))
    file.seek(0)
    return start == MAGIC


def verify_checksum(file: BinaryIO) -> str:
    """Check, without a key, that a file is complete and as it was written; returns its SHA-256 in hexadecimal digits.

    Somebody who changes a file on purpose can change its checksum too: only the key finds that out. Raises
    DamagedBackup.
    """
    _read_lines(file)
    file.seek(0)
    remaining = _size(file) - DIGEST_SIZE
    digest = hashlib.sha256()
    while remaining > 0 and (data := file.read(min(CHUNK_SIZE, remaining))):
        digest.update(data)
        remaining -= len(data)
    if file.read() != digest.digest():
        raise DamagedBackup("it is incomplete or was changed: its checksum is wrong")
    return digest.hexdigest()


def public_key(file: BinaryIO) -> bytes:
    """The public key that a backup is encrypted to. Raises DamagedBackup."""
    return _read_lines(file)[1]


def decrypt(file: BinaryIO, private_key: PrivateKey) -> BinaryIO:
    """The archive in an encrypted backup, to be read once, from its beginning to its end.

    Reading raises DamagedBackup where something was changed or is missing.
    """
    return io.BufferedReader(_ChunkReader(_decrypt_chunks(file, private_key)), CHUNK_SIZE)


def _decrypt_chunks(file: BinaryIO, private_key: PrivateKey) -> Iterator[bytes]:
    lines, _, sealed_key = _read_lines(file)
    try:
        key = SealedBox(private_key).decrypt(sealed_key)
    except CryptoError:
        raise DamagedBackup("it was encrypted to another key than the given one, or was changed") from None
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    header = file.read(HEADER_SIZE)
    remaining = _size(file) - file.tell() - DIGEST_SIZE
    tag = 0
    context: bytes | None = lines
    try:
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
        while remaining > 0:
            chunk = file.read(min(CHUNK_SIZE + OVERHEAD, remaining))
            remaining -= len(chunk)
            content, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, chunk, context)
            context = None
            if (tag == LAST) != (remaining <= 0):
                break
            yield content
    except (CryptoError, RuntimeError, ValueError, TypeError):
        raise DamagedBackup("a part of it was changed") from None
    if tag != LAST or remaining > 0:
        raise DamagedBackup("it is incomplete: its end is missing")


def _read_lines(file: BinaryIO) -> tuple[bytes, bytes, bytes]:
    """The first two lines, the public key and the sealed key; the position is behind them."""
    file.seek(0)
    magic, line = file.readline(MAX_LINE), file.readline(MAX_LINE)
    if magic != MAGIC:
        raise DamagedBackup("it is not a backup of this site")
    try:
        fields = json.loads(line)
        keys = [base64.b64decode(fields[name], validate=True) for name in ("public_key", "sealed_key")]
    except (ValueError, KeyError, TypeError):
        raise DamagedBackup("its beginning is damaged") from None
    return magic + line, keys[0], keys[1]


def _size(file: BinaryIO) -> int:
    position = file.tell()
    size = file.seek(0, os.SEEK_END)
    file.seek(position)
    return size


class _ChunkReader(io.RawIOBase):
    """Reads chunks as one stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """It can be read, but not written."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer as far as the current chunk goes; returns how many bytes that are, 0 at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        number = min(len(buffer), len(self._rest))
        buffer[:number] = self._rest[:number]
        self._rest = self._rest[number:]
        return number
