"""Encrypts a backup to the organisers' public key: a server that makes backups cannot read its own.

wzo_offline/backup_file.py describes the format, and decrypts it.
"""

import base64
import hashlib
import json
from types import TracebackType
from typing import Protocol, Self

from nacl import bindings
from nacl.public import PublicKey, SealedBox

from wzo_offline.backup_file import CHUNK_SIZE, LAST, MAGIC

TAG_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE


class Writer(Protocol):
    """Anything that bytes can be written to."""

    def write(self, data: bytes, /) -> object:
        """Write all of the bytes."""


class EncryptedFile:
    """A file to write, as a context manager; without an error, its end is written on exit."""

    def __init__(self, writer: Writer, public_key: bytes) -> None:
        self._writer = writer
        self._digest = hashlib.sha256()
        self._buffer = bytearray()
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
        about = {
            "public_key": base64.b64encode(public_key).decode(),
            "sealed_key": base64.b64encode(SealedBox(PublicKey(public_key)).encrypt(key)).decode(),
        }
        self._context: bytes | None = MAGIC + json.dumps(about).encode() + b"\n"
        self._write(self._context)
        self._write(bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is None:
            self._encrypt(bytes(self._buffer), LAST)
            self._writer.write(self._digest.digest())

    @property
    def sha256(self) -> str:
        """The checksum of what was written, in hexadecimal digits."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> int:
        """Encrypt and write; returns how many bytes that were."""
        self._buffer += data
        # The last chunk, which may not be empty, is written at the end.
        while len(self._buffer) > CHUNK_SIZE:
            self._encrypt(bytes(self._buffer[:CHUNK_SIZE]), TAG_MESSAGE)
            del self._buffer[:CHUNK_SIZE]
        return len(data)

    def _encrypt(self, chunk: bytes, tag: int) -> None:
        self._write(bindings.crypto_secretstream_xchacha20poly1305_push(self._state, chunk, self._context, tag))
        self._context = None

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._writer.write(data)
