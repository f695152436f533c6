"""The files of uploaded pictures: public if a live object uses them, otherwise for editors and readers of drafts."""

from flask import Blueprint, Response, abort, make_response, request
from flask.typing import ResponseReturnValue

from wzo.drawn_covers import COLOUR_NAMES, RHYTHM, draw
from wzo.headers import let_others_show
from wzo.media.renditions import WIDTHS
from wzo.media.serving import PRIVATE, PUBLIC, get_file_or_404, read_file_or_404

bp = Blueprint("media", __name__)

# A drawing follows from its URL; a later version of the site may draw it otherwise.
DRAWN = "public, max-age=86400"


@bp.get("/media/<key>.jpg")
def whole(key: str) -> ResponseReturnValue:
    """A picture in its largest size, under the path by which texts refer to it."""
    return _serve(key, f"{WIDTHS[-1]}.jpg")


@bp.get("/media/<key>/<name>")
def file(key: str, name: str) -> ResponseReturnValue:
    """A picture in one of its sizes or crops."""
    return _serve(key, name)


@bp.get(f"/covers/<any({','.join(COLOUR_NAMES)}):colour>/<rhythm>.svg")
def cover(colour: str, rhythm: str) -> ResponseReturnValue:
    """A cover that is drawn from a title."""
    if not RHYTHM.fullmatch(rhythm):
        abort(404)
    response = Response(draw(colour, rhythm), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = DRAWN
    return let_others_show(response)


def _serve(key: str, name: str) -> Response:
    file = get_file_or_404(key, name)
    response = make_response(b"")
    response.mimetype = file.media_type
    response.headers["Cache-Control"] = PUBLIC if file.is_public else PRIVATE
    response.set_etag(file.etag)
    if file.is_public:
        let_others_show(response)
    if response.make_conditional(request).status_code == 200:
        response.set_data(read_file_or_404(file))
    return response
