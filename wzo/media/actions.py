"""The lifecycle of a picture: uploaded, described, used, moved to the bin, restored or deleted permanently."""

import secrets
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from pathlib import PurePosixPath

from flask import current_app
from flask_babel import gettext, lazy_gettext
from sqlalchemy import delete, insert, select, update
from werkzeug.datastructures import FileStorage

from wzo.accounts.models import User
from wzo.audit import record
from wzo.clock import now
from wzo.config import settings
from wzo.errors import WzoError
from wzo.extensions import db, write_transaction
from wzo.media.models import Picture, PictureText
from wzo.media.reference_index import picture_uses
from wzo.media.renditions import MASTER
from wzo.media.store import StoreUnavailable, store
from wzo.media.uploads import MAX_FILE_SIZE, PictureRefused
from wzo.transaction_retries import retry_transaction

# How long pictures in the bin can be restored.
TRASH_RETENTION = timedelta(days=30)
MAX_NAME_LENGTH = 200
# The object type of pictures in the audit log.
OBJECT_TYPE = "pictures"


class PictureInUse(WzoError):
    """A picture that a live object uses cannot be deleted."""

    status = 409


def uploads_enabled() -> bool:
    """Whether pictures can be uploaded: on a server with an ephemeral disk they would be lost at the next start."""
    is_persistent: bool = settings().media_is_persistent
    return is_persistent


def add_picture_from_upload(file: FileStorage, editor: User) -> Picture:
    """Add a picture that was submitted with a form. Raises PictureRefused or StoreUnavailable."""
    # One byte over the limit is enough to detect a file that is too large.
    return add_picture(data=file.stream.read(MAX_FILE_SIZE + 1), name=file.filename or "", editor_id=editor.id)


def add_picture(*, data: bytes, name: str, editor_id: int | None) -> Picture:
    """Process a picture, store its files and record it. Raises PictureRefused or StoreUnavailable."""
    # Pillow takes 5 MB, and few processes ever see an upload.
    from wzo.media import images

    if not uploads_enabled():
        raise PictureRefused(
            lazy_gettext(
                "You cannot upload pictures yet: this server’s disk is erased at every restart, and they would "
                "be lost. Ask the operator of the server to set MEDIA_URL."
            )
        )
    processed = images.process(data)
    key = secrets.token_hex(16)
    store().put({f"{key}/{file}": content for file, content in processed.files.items()})
    try:
        picture = _record_picture(key, clean_file_name(name), (processed.width, processed.height), editor_id)
    except BaseException:
        _delete_files(key)
        raise
    picture.was_animated = processed.was_animated
    return picture


def upload_notice(picture: Picture) -> str:
    """A sentence about what a picture has lost in its upload, just afterwards; "" if nothing."""
    return gettext("Only the first frame of the animation is kept.") if picture.was_animated else ""


@retry_transaction
def _record_picture(key: str, name: str, size: tuple[int, int], editor_id: int | None) -> Picture:
    width, height = size
    with write_transaction():
        picture = Picture(key=key, name=name, width=width, height=height, created_by=editor_id)
        db.session.add(picture)
        db.session.flush()
        record(action="upload", object_type=OBJECT_TYPE, object_id=picture.id)
    return picture


@retry_transaction
def describe(
    *,
    picture_id: int,
    alts: Mapping[str, str],
    captions: Mapping[str, str],
    credit: str,
    decorative: bool,
) -> None:
    """Store the alternative texts and captions of a picture, by language, and its credit."""
    with write_transaction():
        db.session.execute(
            update(Picture).where(Picture.id == picture_id).values(credit=credit.strip(), decorative=decorative)
        )
        db.session.execute(delete(PictureText).where(PictureText.picture_id == picture_id))
        rows = [
            {"picture_id": picture_id, "language": code, "alt": alts[code].strip(), "caption": captions[code].strip()}
            for code in alts
        ]
        db.session.execute(insert(PictureText), rows)
        record(action="describe", object_type=OBJECT_TYPE, object_id=picture_id)


def set_focus(*, picture_id: int, x: int, y: int) -> None:
    """Set the focal point of a picture, in percent from the left and the top, and replace its crops."""
    from wzo.media import images

    key = db.session.scalars(select(Picture.key).where(Picture.id == picture_id)).one()
    master = store().get(f"{key}/{MASTER}")
    if master is None:
        raise StoreUnavailable
    store().put({f"{key}/{file}": content for file, content in images.make_crops(master, (x, y)).items()})
    _record_focus(picture_id, x, y)


@retry_transaction
def _record_focus(picture_id: int, x: int, y: int) -> None:
    with write_transaction():
        db.session.execute(update(Picture).where(Picture.id == picture_id).values(focus_x=x, focus_y=y))
        record(action="set-focus", object_type=OBJECT_TYPE, object_id=picture_id)


@retry_transaction
def delete_picture(*, picture_id: int) -> None:
    """Move a picture to the bin, from which it can be restored for 30 days. Raises PictureInUse."""
    with write_transaction():
        if any(use.live for use in picture_uses.get(picture_id)):
            raise PictureInUse
        db.session.execute(update(Picture).where(Picture.id == picture_id).values(deleted_at=now()))
        record(action="move-to-trash", object_type=OBJECT_TYPE, object_id=picture_id)


@retry_transaction
def restore_picture(*, picture_id: int) -> None:
    """Restore a picture from the bin."""
    with write_transaction():
        db.session.execute(update(Picture).where(Picture.id == picture_id).values(deleted_at=None))
        record(action="restore", object_type=OBJECT_TYPE, object_id=picture_id)


def prune() -> int:
    """Delete pictures that have been in the bin for 30 days; returns how many. Run by the worker.

    The files are deleted first, so that a picture whose files could not be deleted is tried again.
    """
    due = select(Picture.id, Picture.key).where(Picture.deleted_at < now() - TRASH_RETENTION)
    deleted = 0
    for row in db.session.execute(due).all():
        try:
            store().delete_folder(row.key)
        except StoreUnavailable:
            current_app.logger.warning("Pictures could not be deleted: the media store cannot be reached.")
            break
        _erase(row.id)
        deleted += 1
    return deleted


@retry_transaction
def _erase(picture_id: int) -> None:
    with write_transaction():
        db.session.execute(delete(Picture).where(Picture.id == picture_id))
        record(action="erase", object_type=OBJECT_TYPE, object_id=picture_id)


def clean_file_name(name: str) -> str:
    """The name of a file without its folders, and without characters that are invisible or misleading."""
    name = PurePosixPath(name.replace("\\", "/")).name
    visible = "".join(
        c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] not in "CZ" or c == " "
    )
    return visible.strip()[-MAX_NAME_LENGTH:].strip()


def _delete_files(key: str) -> None:
    try:
        store().delete_folder(key)
    except StoreUnavailable:
        current_app.logger.warning("The files of a picture that was not added remain in the media store.")
