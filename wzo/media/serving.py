"""Serves the file of a picture that a visitor may see."""

from collections.abc import Callable
from typing import NamedTuple

from flask import abort
from flask_login import current_user

from wzo.extensions import AnyRow, db
from wzo.media.queries import get_picture_for_serving
from wzo.media.renditions import CROPS, TYPES, nearest_width
from wzo.media.store import StoreUnavailable, store

# Short, so that an unpublished picture disappears from all caches within a minute.
PUBLIC = "public, max-age=60"
PRIVATE = "private, no-cache"
# Functions that allow the visitor to see a picture that is not public, such as readers of drafts, given its key.
access_checks: set[Callable[[str], bool]] = set()


class PictureFile(NamedTuple):
    """A file of a picture; `path` is its path in the media store."""

    path: str
    media_type: str
    etag: str
    is_public: bool


def get_file_or_404(key: str, name: str) -> PictureFile:
    """A file of a picture, by the key and the name in its URL.

    Aborts with 404 if there is no such picture or file, or the visitor may not see it; with 410 if it was once public.
    """
    picture = get_picture_for_serving(key)
    if picture is None:
        abort(404)
    # The visitor is identified only if the picture is not public: responses that caches store depend on no cookie.
    if not _is_public(picture) and not _may_see(key):
        abort(410 if picture.first_published_at else 404)
    return _get_file(picture, name) or abort(404)


def read_file_or_404(file: PictureFile) -> bytes:
    """The content of a file. Raises StoreUnavailable."""
    # No transaction stays open while we wait for the media store.
    db.session.rollback()
    data = store().get(file.path)
    return abort(404) if data is None else data


def read_public_file(key: str, name: str) -> tuple[str, bytes] | None:
    """The media type and the content of a file of a public picture, for any visitor; None if there is none."""
    picture = get_picture_for_serving(key)
    file = _get_file(picture, name) if picture is not None and _is_public(picture) else None
    if file is None:
        return None
    try:
        data = store().get(file.path)
    except StoreUnavailable:
        return None
    return None if data is None else (file.media_type, data)


def _is_public(picture: AnyRow) -> bool:
    return bool(picture.live) and picture.deleted_at is None


def _may_see(key: str) -> bool:
    return current_user.is_authenticated or any(allows(key) for allows in access_checks)


def _get_file(picture: AnyRow, name: str) -> PictureFile | None:
    file_name = _existing_name(picture.width, name)
    if file_name is None:
        return None
    return PictureFile(
        path=f"{picture.key}/{file_name}",
        media_type=TYPES[file_name.rpartition(".")[2]],
        # The files of a key never change, except for the crops, which change with the focal point.
        etag=f"{picture.key}-{file_name}-{picture.focus_x}-{picture.focus_y}",
        is_public=_is_public(picture),
    )


def _existing_name(width: int, name: str) -> str | None:
    """The name of the file to serve: for a width that does not exist, that of the nearest width."""
    if name in CROPS:
        return name
    wanted, _, suffix = name.partition(".")
    if suffix not in TYPES or not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 4):
        return None
    return f"{nearest_width(width, int(wanted))}.{suffix}"
