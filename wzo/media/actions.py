"""What happens to pictures: they come, get words and a focal point, are used, thrown away, and erased in the end."""

import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import PurePosixPath

from flask import current_app
from flask_babel import lazy_gettext
from sqlalchemy import delete, insert, select, update
from werkzeug.datastructures import FileStorage

from wzo.accounts.models import User
from wzo.audit import log
from wzo.clock import now
from wzo.config import settings
from wzo.errors import WzoError
from wzo.extensions import db, write_transaction
from wzo.media import images
from wzo.media.files import MASTER
from wzo.media.images import PictureRefused
from wzo.media.models import Picture, PictureText, PictureUse
from wzo.media.queries import uses_of
from wzo.media.store import StoreUnavailable, store

# How long what was thrown away can be had back.
TRASH_KEPT = timedelta(days=30)
LONGEST_NAME = 200
# What the log of who did what calls them.
OBJECT_TYPE = "pictures"


class PictureInUse(WzoError):
    """A picture that something live shows cannot be thrown away."""

    status = 409


def uploads_open() -> bool:
    """Whether pictures can be taken: on a server whose disk does not last they would be lost with the next start."""
    persistent: bool = settings().media_is_persistent
    return persistent


def add_picture_from_upload(file: FileStorage, editor: User) -> Picture:
    """Take a picture that came with a form; raises PictureRefused with a sentence that says what to do."""
    # One byte more than we take is enough to know that it is too much.
    return add_picture(data=file.stream.read(images.LONGEST_FILE + 1), name=file.filename or "", editor_id=editor.id)


def add_picture(*, data: bytes, name: str, editor_id: int | None) -> Picture:
    """Clean a picture, keep its files and note it; raises PictureRefused or StoreUnavailable."""
    if not uploads_open():
        raise PictureRefused(
            lazy_gettext(
                "Pictures cannot be taken yet: this server’s disk is wiped at every start, and they would be lost. "
                "Ask whoever looks after the server to set MEDIA_URL."
            )
        )
    made = images.clean(data)
    key = secrets.token_hex(16)
    store().put({f"{key}/{file}": content for file, content in made.files.items()})
    try:
        with write_transaction():
            picture = Picture(
                key=key, name=plain_name(name), width=made.width, height=made.height, created_by=editor_id
            )
            db.session.add(picture)
            db.session.flush()
            log(action="upload", object_type=OBJECT_TYPE, object_id=picture.id)
    except BaseException:
        _erase_files(key)
        raise
    return picture


def describe(
    *,
    picture_id: int,
    alts: Mapping[str, str],
    captions: Mapping[str, str],
    credit: str,
    decorative: bool,
) -> None:
    """Write down what a picture shows and says, by language, and whose it is."""
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
        log(action="describe", object_type=OBJECT_TYPE, object_id=picture_id)


def set_focus(*, picture_id: int, x: int, y: int) -> None:
    """Cut a picture anew around another point, in percent from the left and the top."""
    key = db.session.scalars(select(Picture.key).where(Picture.id == picture_id)).one()
    master = store().get(f"{key}/{MASTER}")
    if master is None:
        raise StoreUnavailable
    store().put({f"{key}/{file}": content for file, content in images.crop(master, (x, y)).items()})
    with write_transaction():
        db.session.execute(update(Picture).where(Picture.id == picture_id).values(focus_x=x, focus_y=y))
        log(action="set-focus", object_type=OBJECT_TYPE, object_id=picture_id)


def delete_picture(*, picture_id: int) -> None:
    """Throw a picture away; it can be had back for thirty days. Raises PictureInUse while something live shows it."""
    with write_transaction():
        if any(use.live for use in uses_of(picture_id)):
            raise PictureInUse
        db.session.execute(update(Picture).where(Picture.id == picture_id).values(deleted_at=now()))
        log(action="move-to-trash", object_type=OBJECT_TYPE, object_id=picture_id)


def restore_picture(*, picture_id: int) -> None:
    """Take a picture back from the trash."""
    with write_transaction():
        db.session.execute(update(Picture).where(Picture.id == picture_id).values(deleted_at=None))
        log(action="restore", object_type=OBJECT_TYPE, object_id=picture_id)


def purge() -> int:
    """Erase for good what was thrown away more than thirty days ago; how many pictures. For the worker.

    The files go first: a picture whose files could not be erased is tried again.
    """
    due = select(Picture.id, Picture.key).where(Picture.deleted_at < now() - TRASH_KEPT)
    erased = 0
    for row in db.session.execute(due).all():
        try:
            store().delete(row.key)
        except StoreUnavailable:
            current_app.logger.warning("Pictures could not be erased: their place does not answer.")
            break
        with write_transaction():
            db.session.execute(delete(Picture).where(Picture.id == row.id))
            log(action="erase", object_type=OBJECT_TYPE, object_id=row.id)
        erased += 1
    return erased


def note_uses(*, content_type: str, object_id: int, locale: str, live: bool, keys: Iterable[str]) -> None:
    """Note which pictures a part of a thing shows, in the current transaction, in place of what was noted before.

    `live`: whether this is what the public sees, or the draft of it; the two are noted apart. `keys` are those in its
    picture fields and what `keys_in` finds in its texts. Nothing live shows them once this was called without keys.
    """
    of_part = (
        PictureUse.content_type == content_type,
        PictureUse.object_id == object_id,
        PictureUse.locale == locale,
        PictureUse.live.is_(live),
    )
    db.session.execute(delete(PictureUse).where(*of_part))
    ids = db.session.scalars(select(Picture.id).where(Picture.key.in_({*keys}))).all()
    if not ids:
        return
    use = {"content_type": content_type, "object_id": object_id, "locale": locale, "live": live}
    db.session.execute(insert(PictureUse), [{"picture_id": one, **use} for one in ids])
    if live:
        first = update(Picture).where(Picture.id.in_(ids), Picture.first_published_at.is_(None))
        db.session.execute(first.values(first_published_at=now()))


def forget_uses(*, content_type: str, object_id: int) -> None:
    """Note that a thing shows no pictures any more, in the current transaction: it was erased."""
    db.session.execute(
        delete(PictureUse).where(PictureUse.content_type == content_type, PictureUse.object_id == object_id)
    )


def plain_name(name: str) -> str:
    """The name of a file as it is shown: without folders, and without letters that could mislead or not be kept."""
    name = PurePosixPath(name.replace("\\", "/")).name
    letters = "".join(
        sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign)[0] not in "CZ" or sign == " "
    )
    return letters.strip()[-LONGEST_NAME:].strip()


def _erase_files(key: str) -> None:
    try:
        store().delete(key)
    except StoreUnavailable:
        current_app.logger.warning("The files of a picture that was not taken stay where they are.")
