"""Whether a visitor may have a file, and its content, whole or in part."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from flask import abort
from flask_login import current_user

from wzo.extensions import AnyRow, db
from wzo.files.queries import get_file_for_serving
from wzo.media.store import Store, StoreUnavailable

# Functions that allow the visitor to have a file that is not public, such as readers of drafts, given its key.
access_checks: set[Callable[[str], bool]] = set()
# Bytes that are read and sent at once, and at most what one request for a part of a recording gets.
CHUNK = 1024 * 1024


class Part(NamedTuple):
    """The bytes of a file from `start` up to, not including, `stop`; `is_whole`: it was not asked for in parts."""

    start: int
    stop: int
    is_whole: bool


def get_served_file_or_404(key: str) -> AnyRow:
    """A file by its key. Aborts with 404 if there is none or the visitor may not have it; with 410 if it was public."""
    file = get_file_for_serving(key)
    if file is None:
        abort(404)
    # The visitor is identified only if the file is not public: responses that caches store depend on no cookie.
    if not is_public(file) and not _may_have(key):
        abort(410 if file.first_published_at else 404)
    return file


def is_public(file: AnyRow) -> bool:
    """Whether something live uses a file."""
    return bool(file.live) and file.deleted_at is None


def _may_have(key: str) -> bool:
    return current_user.is_authenticated or any(allows(key) for allows in access_checks)


def read_first_chunk_or_404(store: Store, path: str, part: Part) -> bytes:
    """The first bytes of a part of a file. Raises StoreUnavailable."""
    # No transaction stays open while we wait for the media store.
    db.session.rollback()
    data = store.get_range(path, part.start, min(part.start + CHUNK, part.stop))
    return abort(404) if data is None else data


def chunks(store: Store, path: str, part: Part, first: bytes) -> Iterator[bytes]:
    """A part of a file in chunks, of which the first has been read."""
    yield first
    for start in range(part.start + CHUNK, part.stop, CHUNK):
        data = store.get_range(path, start, min(start + CHUNK, part.stop))
        if data is None:
            raise StoreUnavailable
        yield data
