"""Makes a backup, in a file or in a place where several are kept."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from wzo.backup.creating import Created, Progress, write_archive
from wzo.backup.encryption import EncryptedFile, Out
from wzo.backup.places import Place, new_name
from wzo.config import settings

Start = Callable[[int], Progress]


def unseen(total: int) -> Progress:
    """Nobody is shown how far it is."""
    return lambda number: None  # noqa: ARG005


class NoPublicKey(Exception):
    """There is no key to encrypt a backup to."""


@dataclass(frozen=True)
class Made:
    """A backup that was made: its name, its checksum, what it holds, and the old ones that were deleted for it."""

    name: str
    sha256: str
    created: Created
    deleted: list[str] = field(default_factory=list)


def back_up_to_file(path: Path, start: Start) -> Made:
    """Make a backup in a new file. Raises NoPublicKey, FileExistsError and OSError; then there is no such file."""
    key = _public_key()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            made = _write(str(path), file, key, start)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            # A part of a backup would look like a whole one.
            path.unlink()
            raise
    return made


def back_up_to_place(place: Place, *, keep: int, start: Start = unseen) -> Made:
    """Make a backup in a place, and delete the old ones there. Raises NoPublicKey and StoreUnavailable."""
    key, name = _public_key(), new_name()
    with place.writing(name) as out:
        made = _write(name, out, key, start)
    made.deleted.extend(place.prune(keep))
    return made


def _write(name: str, out: Out, key: bytes, start: Start) -> Made:
    with EncryptedFile(out, key) as file:
        created = write_archive(file, start)
    return Made(name, file.sha256, created)


def _public_key() -> bytes:
    key: bytes | None = settings().backup_public_key
    if key is None:
        raise NoPublicKey
    return key
