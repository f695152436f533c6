"""The lifecycle of a file: uploaded, titled, used, replaced, moved to the bin, restored or deleted permanently."""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from flask import current_app
from flask_babel import lazy_gettext
from sqlalchemy import delete, select, update
from werkzeug.datastructures import FileStorage

from wzo.audit import record
from wzo.clock import now
from wzo.content_version import bump_content_version
from wzo.errors import WzoError
from wzo.extensions import db, write_transaction
from wzo.files.checking.check import MAX_SIZE, check_file
from wzo.files.checking.refusals import CheckedFile, FileRefused
from wzo.files.checking.warnings import serialise_warnings
from wzo.files.formats import FORMATS
from wzo.files.models import File, FileText
from wzo.files.reference_index import file_uses
from wzo.media.actions import clean_file_name, uploads_enabled
from wzo.media.renditions import FALLBACK_WIDTH, nearest_width
from wzo.media.store import StoreUnavailable, store
from wzo.media.uploads import MAX_FILE_SIZE as PICTURE_MAX_FILE_SIZE
from wzo.transaction_retries import retry_transaction

# How long files in the bin can be restored.
TRASH_RETENTION = timedelta(days=30)
# The object type of files in the audit log.
OBJECT_TYPE = "files"


class FileInUse(WzoError):
    """A file that a live object uses cannot be deleted."""

    status = 409


def path_in_store(key: str, version: int, suffix: str) -> str:
    """The path of a version of a file in the media store."""
    return f"{key}/{version}.{suffix}"


def poster_in_store(key: str) -> str:
    """The path of the poster of a video in the media store."""
    return f"{key}/poster.jpg"


def add_file_from_upload(file: FileStorage, editor_id: int | None) -> File:
    """Add a file that was submitted with a form. Raises FileRefused or StoreUnavailable."""
    # One byte over the limit is enough to detect a file that is too large.
    return add_file(data=file.stream.read(MAX_SIZE + 1), name=file.filename or "", editor_id=editor_id)


def add_file(*, data: bytes, name: str, editor_id: int | None) -> File:
    """Check a file, store it without its metadata and record it. Raises FileRefused or StoreUnavailable."""
    checked = _check(data, name)
    key = secrets.token_hex(16)
    store().put({path_in_store(key, 1, checked.suffix): checked.data})
    try:
        return _record_file(key, clean_file_name(name), checked, editor_id)
    except BaseException:
        _delete_version(key, 1, checked.suffix)
        raise


def _check(data: bytes, name: str) -> CheckedFile:
    if not uploads_enabled():
        raise FileRefused(
            lazy_gettext(
                "You cannot upload files yet: this server’s disk is erased at every restart, and they would be lost. "
                "Ask the operator of the server to set MEDIA_URL."
            )
        )
    return check_file(data, name)


@retry_transaction
def _record_file(key: str, name: str, checked: CheckedFile, editor_id: int | None) -> File:
    with write_transaction():
        file = File(
            key=key,
            name=name,
            suffix=checked.suffix,
            size=len(checked.data),
            warnings=serialise_warnings(checked.warnings),
            created_by=editor_id,
        )
        db.session.add(file)
        db.session.flush()
        record(action="upload-file", object_type=OBJECT_TYPE, object_id=file.id)
    return file


def replace_file(file: File, upload: FileStorage) -> None:
    """Replace a file by a new version, under the same address. Raises FileRefused or StoreUnavailable."""
    name = upload.filename or ""
    checked = _check(upload.stream.read(MAX_SIZE + 1), name)
    if checked.suffix != file.suffix:
        raise FileRefused(
            lazy_gettext(
                "A new version must have the same format: %(format)s. To publish another format, upload it as a file "
                "of its own.",
                format=FORMATS[file.suffix].label,
            )
        )
    # The number is random, so that two editors who replace a file at once write to two places.
    file_id, key, version = file.id, file.key, secrets.randbelow(2**31 - 2) + 2
    store().put({path_in_store(key, version, checked.suffix): checked.data})
    try:
        replaced = _record_version(file_id, version, clean_file_name(name), checked)
    except BaseException:
        _delete_version(key, version, checked.suffix)
        raise
    _delete_version(key, replaced, checked.suffix)


@retry_transaction
def _record_version(file_id: int, version: int, name: str, checked: CheckedFile) -> int:
    """Record a new version; returns the number of the one that it replaces."""
    values = {
        "version": version,
        "name": name,
        "size": len(checked.data),
        "warnings": serialise_warnings(checked.warnings),
        "updated_at": now(),
    }
    with write_transaction():
        bump_content_version()
        replaced = db.session.scalars(select(File.version).where(File.id == file_id)).one()
        db.session.execute(update(File).where(File.id == file_id).values(**values))
        record(action="replace-file", object_type=OBJECT_TYPE, object_id=file_id)
    return replaced


@retry_transaction
def describe_file(*, file_id: int, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Store the title, the captions and the transcript of a file, by language; those that are not given stay."""
    with write_transaction():
        known = {it.language: it for it in db.session.scalars(select(FileText).where(FileText.file_id == file_id))}
        for code, values in texts.items():
            text = known.get(code) or FileText(file_id=file_id, language=code)
            for name, value in values.items():
                setattr(text, name, value.strip())
            db.session.add(text)
        db.session.execute(update(File).where(File.id == file_id).values(updated_at=now()))
        record(action="describe-file", object_type=OBJECT_TYPE, object_id=file_id)


def set_poster(file: File, upload: FileStorage) -> None:
    """Set the picture that is shown before a video plays. Raises PictureRefused or StoreUnavailable."""
    from wzo.media import images

    processed = images.process(upload.stream.read(PICTURE_MAX_FILE_SIZE + 1))
    file_id, key = file.id, file.key
    poster = processed.files[f"{nearest_width(processed.width, FALLBACK_WIDTH)}.jpg"]
    store().put({poster_in_store(key): poster})
    _record_poster(file_id)


@retry_transaction
def _record_poster(file_id: int) -> None:
    with write_transaction():
        db.session.execute(update(File).where(File.id == file_id).values(has_poster=True, updated_at=now()))
        record(action="set-poster", object_type=OBJECT_TYPE, object_id=file_id)


@retry_transaction
def delete_file(*, file_id: int) -> None:
    """Move a file to the bin, from which it can be restored for 30 days. Raises FileInUse."""
    with write_transaction():
        if any(use.live for use in file_uses.get(file_id)):
            raise FileInUse
        db.session.execute(update(File).where(File.id == file_id).values(deleted_at=now()))
        record(action="move-to-trash", object_type=OBJECT_TYPE, object_id=file_id)


@retry_transaction
def restore_file(*, file_id: int) -> None:
    """Restore a file from the bin."""
    with write_transaction():
        db.session.execute(update(File).where(File.id == file_id).values(deleted_at=None))
        record(action="restore", object_type=OBJECT_TYPE, object_id=file_id)


def prune() -> int:
    """Delete files that have been in the bin for 30 days; returns how many. Run by the worker.

    What is in the store is deleted first, so that a file that could not be deleted is tried again.
    """
    due = select(File.id, File.key).where(File.deleted_at < now() - TRASH_RETENTION)
    deleted = 0
    for row in db.session.execute(due).all():
        try:
            store().delete_folder(row.key)
        except StoreUnavailable:
            current_app.logger.warning("Files could not be deleted: the media store cannot be reached.")
            break
        _erase(row.id)
        deleted += 1
    return deleted


@retry_transaction
def _erase(file_id: int) -> None:
    with write_transaction():
        db.session.execute(delete(File).where(File.id == file_id))
        record(action="erase", object_type=OBJECT_TYPE, object_id=file_id)


def _delete_version(key: str, version: int, suffix: str) -> None:
    """Delete one version alone: another editor may be storing the next one in the same folder."""
    try:
        store().delete(path_in_store(key, version, suffix))
    except StoreUnavailable:
        current_app.logger.warning(
            "A version of a file that is not used remains in the media store, which cannot be reached."
        )
