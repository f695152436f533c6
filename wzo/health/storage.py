"""Whether there is room on the disk, and whether pictures can be stored."""

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from flask_babel import lazy_gettext
from sqlalchemy import make_url

from wzo.config import settings
from wzo.health.findings import Finding, Severity, kind
from wzo.media.store import Store, StoreUnavailable

MEGABYTE = 1024**2
# Below the first the operator is warned; below the second, writing may fail at any time.
LOW, FULL = 512 * MEGABYTE, 32 * MEGABYTE
_MAKE_ROOM = lazy_gettext(
    "Delete what is not needed, such as old logs and backups, or enlarge the disk. Pages in the folder “page-cache” "
    "may be deleted at any time."
)
DISK_FULL = kind("disk-full", Severity.ERROR, lazy_gettext("The disk is full (%(subject)s left)."), _MAKE_ROOM)
DISK_LOW = kind(
    "disk-low", Severity.WARNING, lazy_gettext("The disk is nearly full (%(subject)s left)."), _MAKE_ROOM, alarm=True
)
NOT_WRITABLE = kind(
    "folder-not-writable",
    Severity.WARNING,
    lazy_gettext("The instance folder cannot be used (%(subject)s)."),
    lazy_gettext("Set INSTANCE_PATH to a folder that the program may write to."),
)
NO_BUCKET = kind(
    "media-store-unreachable",
    Severity.ERROR,
    lazy_gettext("Pictures cannot be written, read or deleted in %(subject)s."),
    lazy_gettext(
        "See whether the storage provider has an outage, and whether MEDIA_URL, MEDIA_KEY_ID and MEDIA_SECRET are "
        "right. The key must be allowed to write, read, list and delete."
    ),
)


def check_disk() -> Iterator[Finding]:
    """Whether there is room in the instance folder and, with SQLite, in the database's folder."""
    instance = settings().instance_path
    folders = [instance]
    url = make_url(settings().database_url)
    need = 0
    if url.get_backend_name() == "sqlite" and url.database:
        database = Path(url.database)
        if database.exists():
            folders.append(database.parent)
            # To rewrite the file, SQLite needs as much again.
            need = database.stat().st_size * 2
    try:
        if not os.access(instance, os.W_OK):
            raise PermissionError if instance.exists() else FileNotFoundError
        free = min(shutil.disk_usage(folder).free for folder in folders)
    except OSError as error:
        yield Finding(NOT_WRITABLE, type(error).__name__)
        return
    subject = f"{free // MEGABYTE} MB"
    if free < FULL:
        yield Finding(DISK_FULL, subject)
    elif free < max(LOW, need):
        yield Finding(DISK_LOW, subject)


def probe_media_store() -> Iterator[Finding]:
    """Whether a small file can be written, read and deleted where pictures are stored."""
    folder, content = f"health-{secrets.token_hex(8)}", secrets.token_bytes(16)
    try:
        # A connection of its own, as after a restart.
        store = Store(settings())
        store.put({f"{folder}/probe": content})
        is_same = store.get(f"{folder}/probe") == content
        store.delete_folder(folder)
        is_gone = store.get(f"{folder}/probe") is None
    except StoreUnavailable:
        is_same = is_gone = False
    if not (is_same and is_gone):
        yield Finding(NO_BUCKET, settings().media_url.partition("?")[0])
