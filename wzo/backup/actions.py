"""Makes a backup, in a file or in a store that keeps several."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from wzo.backup.creating import ArchiveSummary, Progress, write_archive
from wzo.backup.encryption import EncryptedFile, Writer
from wzo.backup.stores import BackupStore, new_name
from wzo.config import settings

Start = Callable[[int], Progress]


def no_progress(total: int) -> Progress:
    """Show no progress."""
    return lambda number: None  # noqa: ARG005


class NoPublicKey(Exception):
    """There is no key to encrypt a backup to."""


@dataclass(frozen=True)
class BackupResult:
    """A backup that was made: its name, checksum and content, and the old ones that were deleted for it."""

    name: str
    sha256: str
    summary: ArchiveSummary
    deleted: list[str] = field(default_factory=list)


def back_up_to_file(path: Path, start: Start) -> BackupResult:
    """Make a backup in a new file. Raises NoPublicKey, FileExistsError and OSError; then there is no such file."""
    key = _public_key()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            result = _write(str(path), file, key, start)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            # A part of a backup would look like a whole one.
            path.unlink()
            raise
    return result


def back_up_to_store(store: BackupStore, *, keep: int, start: Start = no_progress) -> BackupResult:
    """Make a backup in a store, and delete the old ones there. Raises NoPublicKey and StoreUnavailable."""
    key, name = _public_key(), new_name()
    with store.writing(name) as writer:
        result = _write(name, writer, key, start)
    result.deleted.extend(store.prune(keep))
    return result


def _write(name: str, writer: Writer, key: bytes, start: Start) -> BackupResult:
    with EncryptedFile(writer, key) as file:
        summary = write_archive(file, start)
    return BackupResult(name, file.sha256, summary)


def _public_key() -> bytes:
    key: bytes | None = settings().backup_public_key
    if key is None:
        raise NoPublicKey
    return key
