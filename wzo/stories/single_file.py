"""A page as a single file: its pictures are embedded, and it needs no connection."""

import base64
import mimetypes
import re
from urllib.parse import unquote, urljoin, urlsplit

from markupsafe import Markup

from wzo.drawn_covers import DRAWN_PATH, draw
from wzo.html_rewriter import PLAYERS, Attributes, HTMLRewriter
from wzo.media.renditions import KEY, WIDTHS
from wzo.media.serving import read_public_file
from wzo.static_files import static_path

EMPTY = "data:,"
# An uploaded picture in any of its sizes, or one of its other files.
_UPLOADED = re.compile(rf"/media/(?P<key>{KEY})(?:(?:/\d+)?\.jpg|/(?P<name>[^/]+))")


def make_single_file(html: str, page_url: str) -> Markup:
    """A page of ours with its pictures embedded, and its links, relative to `page_url`, made absolute."""
    return _SingleFileRewriter(page_url).rewrite(html)


class _SingleFileRewriter(HTMLRewriter):
    def __init__(self, page_url: str) -> None:
        super().__init__()
        self.page_url = page_url

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes: Attributes = dict(attrs)
        if tag in ("source", "track", *PLAYERS):
            # The file embeds each picture once, as its img element, and of a recording keeps the link to it.
            return
        if tag == "img":
            attributes["src"] = _data_url(attributes.pop("src") or "")
            attributes.pop("srcset", None)
        elif not (attributes.get("href") or "#").startswith("#"):
            attributes["href"] = urljoin(self.page_url, attributes["href"])
        self.write_tag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag not in PLAYERS:
            super().handle_endtag(tag)


def _data_url(src: str) -> str:
    """A picture of ours as a data URL; an empty one if it does not exist, so that its alternative text is shown."""
    media_type, data = _read_picture(unquote(urlsplit(src).path)) or ("", b"")
    if not media_type.startswith("image/"):
        return EMPTY
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _read_picture(path: str) -> tuple[str, bytes] | None:
    """The media type and content of a static file or an uploaded picture, in the smallest size that there is of it."""
    if file := static_path(path):
        return mimetypes.guess_type(file.name)[0] or "", file.read_bytes()
    if drawn := DRAWN_PATH.fullmatch(path):
        return "image/svg+xml", draw(drawn["colour"], drawn["rhythm"]).encode()
    uploaded = _UPLOADED.fullmatch(path)
    return read_public_file(uploaded["key"], uploaded["name"] or f"{WIDTHS[0]}.jpg") if uploaded else None
