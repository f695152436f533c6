"""Uploaded files: public if a live object uses them, otherwise for editors and readers of drafts."""

from flask import Blueprint, Response, abort, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.http import dump_options_header

from wzo.extensions import AnyRow
from wzo.files import serving
from wzo.files.actions import path_in_store, poster_in_store
from wzo.files.formats import FORMATS
from wzo.files.queries import get_captions, get_download_title
from wzo.files.serving import Part
from wzo.i18n import LANGUAGES
from wzo.media.serving import PRIVATE, PUBLIC
from wzo.media.store import store
from wzo.slugs import slugify

bp = Blueprint("files", __name__)


@bp.get(f"/files/<key>.<any({', '.join(FORMATS)}):suffix>")
def file(key: str, suffix: str) -> ResponseReturnValue:
    """A file in its current version, whole or the part that a player asks for."""
    found = serving.get_served_file_or_404(key)
    if found.suffix != suffix:
        abort(404)
    title = slugify(get_download_title(found.id)) or "file"
    response = _start(found, f"{found.key}-{found.version}", FORMATS[suffix].media_type)
    disposition = "inline" if FORMATS[suffix].inline else "attachment"
    response.headers["Content-Disposition"] = dump_options_header(disposition, {"filename": f"{title}.{suffix}"})
    response.headers["Accept-Ranges"] = "bytes"
    return _send(response, path_in_store(found.key, found.version, suffix), found.size)


@bp.get(f"/files/<key>/<any({', '.join(LANGUAGES)}):language>.vtt")
def captions(key: str, language: str) -> ResponseReturnValue:
    """The captions of a recording in a language."""
    found = serving.get_served_file_or_404(key)
    text = get_captions(found.id, language) or abort(404)
    response = _start(found, f"{found.key}-{language}-{found.updated_at.timestamp()}", "text/vtt")
    if response.make_conditional(request).status_code == 200:
        response.set_data(text)
    return response


@bp.get("/files/<key>/poster.jpg")
def poster(key: str) -> ResponseReturnValue:
    """The picture that is shown before a video plays."""
    found = serving.get_served_file_or_404(key)
    if not found.has_poster:
        abort(404)
    response = _start(found, f"{found.key}-poster-{found.updated_at.timestamp()}", "image/jpeg")
    if response.make_conditional(request).status_code == 200:
        response.set_data(store().get(poster_in_store(found.key)) or abort(404))
    return response


def _start(found: AnyRow, etag: str, media_type: str) -> Response:
    response = make_response(b"")
    response.mimetype = media_type
    response.headers["Cache-Control"] = PUBLIC if serving.is_public(found) else PRIVATE
    response.set_etag(etag)
    return response


def _send(response: Response, path: str, size: int) -> Response:
    """The response with the whole file or the part that was asked for, read from the store piece by piece."""
    part = _requested_part(response, size)
    if part is None:
        response.status_code = 416
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    if part.is_whole and response.make_conditional(request).status_code != 200:
        return response
    if not part.is_whole:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    if request.method == "GET" and size:
        opened = store()
        first = serving.read_first_chunk_or_404(opened, path, part)
        response.response = serving.chunks(opened, path, part, first)
    response.content_length = part.stop - part.start
    return response


def _requested_part(response: Response, size: int) -> Part | None:
    """The part of a file that was asked for; None if the file has no such part (RFC 9110, 14)."""
    asked = request.range if request.method == "GET" else None
    known = request.if_range.etag
    is_other_version = request.if_range.date is not None or (known and known != response.get_etag()[0])
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or is_other_version:
        return Part(0, size, is_whole=True)
    # The last thousand bytes of a file that has fewer are all of it.
    bounds = (0, size) if 0 < size < -asked.ranges[0][0] else asked.range_for_length(size)
    # A shorter part than was asked for is allowed; players ask for the next. So no request holds much memory.
    return None if bounds is None else Part(bounds[0], min(bounds[1], bounds[0] + serving.CHUNK), is_whole=False)
