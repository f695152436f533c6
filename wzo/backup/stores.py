"""Stores of backups: a folder, or a folder in an S3-compatible bucket; and how long backups are kept there."""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, BinaryIO, NamedTuple

import obstore
from obstore.exceptions import BaseError

from wzo.backup.encryption import Writer
from wzo.clock import now
from wzo.config import settings
from wzo.media.store import StoreUnavailable, open_backend

NAME = re.compile(r"wzo-(\d{8}T\d{6}Z)\.backup")
TIME_FORMAT = "%Y%m%dT%H%M%SZ"
BUFFER_SIZE = 1024**2


class StoredBackup(NamedTuple):
    """A backup; `size` is in bytes."""

    name: str
    created_at: datetime
    size: int


class BackupStore:
    """The backups in a folder or bucket. Its methods raise StoreUnavailable if it cannot be reached."""

    def __init__(self, url: str) -> None:
        config = settings()
        self.backend = open_backend(url, config.backup_key_id, config.backup_secret)

    def all(self) -> list[StoredBackup]:
        """The backups in the store, newest first; files with other names are ignored."""
        try:
            files = [file for files in obstore.list(self.backend) for file in files]
        except FileNotFoundError:
            return []
        except (BaseError, OSError) as error:
            raise StoreUnavailable from error
        own = [file for file in files if NAME.fullmatch(file["path"])]
        return sorted((StoredBackup(it["path"], _time_in(it["path"]), it["size"]) for it in own), reverse=True)

    @contextmanager
    def writing(self, name: str) -> Iterator[Writer]:
        """Write a backup, which appears in the store once all of it has been written."""
        try:
            writer = obstore.open_writer(self.backend, name)
            yield writer
            writer.close()
        except (BaseError, OSError) as error:
            raise StoreUnavailable from error

    def open(self, name: str) -> BinaryIO:
        """Open a backup for reading; raises FileNotFoundError."""
        try:
            return io.BufferedReader(_StoredFile(obstore.open_reader(self.backend, name)), BUFFER_SIZE)
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as error:
            raise StoreUnavailable from error

    def prune(self, keep: int) -> list[str]:
        """Delete all backups but the newest of each of the last `keep` days that have one; returns their names.

        Old backups contain signatures that have been withdrawn since.
        """
        backups = self.all()
        kept = kept_names(backups, keep)
        names = [it.name for it in backups if it.name not in kept]
        try:
            if names:
                obstore.delete(self.backend, names)
        except (BaseError, OSError) as error:
            raise StoreUnavailable from error
        return names


def kept_names(backups: Sequence[StoredBackup], keep: int) -> set[str]:
    """The names of the backups to keep of these, which are sorted from the newest on."""
    newest_by_day: dict[object, str] = {}
    for backup in backups:
        newest_by_day.setdefault(backup.created_at.date(), backup.name)
    return {*list(newest_by_day.values())[:keep]}


def new_name() -> str:
    """The name of a backup that is made now."""
    return f"wzo-{now().strftime(TIME_FORMAT)}.backup"


def newest_backup_time() -> datetime | None:
    """When the newest backup in BACKUP_URL was made; None if there is none, or if BACKUP_URL is not set.

    Raises StoreUnavailable. It asks the bucket, so not every request should call it.
    """
    url: str = settings().backup_url
    return next((it.created_at for it in BackupStore(url).all()), None) if url else None


def _time_in(name: str) -> datetime:
    return datetime.strptime(NAME.fullmatch(name)[1], TIME_FORMAT).replace(tzinfo=UTC)  # type: ignore[index]


class _StoredFile(io.RawIOBase):
    """A file of the store, with the interface of Python's binary files."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        position: int = self._file.seek(offset, whence)
        return position

    def tell(self) -> int:
        position: int = self._file.tell()
        return position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = bytes(self._file.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data)
