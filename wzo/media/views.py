"""The files of uploaded pictures, for those who may see them."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, make_response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from wzo.extensions import AnyRow, db
from wzo.media.files import CROPS, TYPES, nearest
from wzo.media.queries import get_shown
from wzo.media.store import store

bp = Blueprint("media", __name__)

# What is taken down must be gone everywhere within a minute.
PUBLIC = "public, max-age=60"
PRIVATE = "private, no-cache"

# Who else may see a picture that nothing live shows, such as the readers of a draft: asked with its key.
may_see: set[Callable[[str], bool]] = set()


@bp.get("/media/<key>.jpg")
def whole(key: str) -> ResponseReturnValue:
    """A picture in the largest size, as its address in a text has it."""
    return _show(key, "1600.jpg")


@bp.get("/media/<key>/<name>")
def file(key: str, name: str) -> ResponseReturnValue:
    """A picture in one of its sizes or crops."""
    return _show(key, name)


def _show(key: str, name: str) -> Response:
    picture = get_shown(key)
    if picture is None:
        abort(404)
    public = picture.live and picture.deleted_at is None
    # Who asks is looked at only where it matters, so that what everybody may see depends on no cookie.
    if not public and not current_user.is_authenticated and not any(may(key) for may in may_see):
        abort(410 if picture.first_published_at else 404)
    kept = _file_of(picture, name)
    answer = make_response(b"")
    answer.mimetype = TYPES[kept.rpartition(".")[2]]
    answer.headers["Cache-Control"] = PUBLIC if public else PRIVATE
    # The files of a key never change but for the crops, and these change with the focal point alone.
    answer.set_etag(f"{key}-{kept}-{picture.focus_x}-{picture.focus_y}")
    if answer.make_conditional(request).status_code != 200:
        return answer
    # Nothing in the database shall wait for a bucket.
    db.session.rollback()
    data = store().get(f"{key}/{kept}")
    if data is None:
        abort(404)
    answer.set_data(data)
    return answer


def _file_of(picture: AnyRow, name: str) -> str:
    """The file that is meant: of a width that there is not, the nearest. Whatever is no such name is a 404."""
    if name in CROPS:
        return name
    width, _, kind = name.partition(".")
    if kind not in TYPES or not (width.isascii() and width.isdigit() and len(width) <= 4):
        abort(404)
    return f"{nearest(picture.width, int(width))}.{kind}"
