"""A page as one file: its pictures are inside, and it needs no connection."""

import base64
import re
from urllib.parse import urljoin

from flask import current_app
from markupsafe import Markup
from werkzeug.test import Client

from wzo.html_rewriter import Attributes, Rewriter
from wzo.media.files import KEY, WIDTHS

FILES = ("/static/", "/media/")
# An uploaded picture, in whatever size the page shows it: the smallest goes into the file.
_UPLOADED = re.compile(rf"(/media/{KEY})(?:/\d+)?\.jpg")


def pack(html: str, page: str) -> Markup:
    """A page of ours with its pictures put into it; its links lead from anywhere to where they lead from `page`."""
    return _Packer(page).rewrite(html)


class _Packer(Rewriter):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes: Attributes = dict(attrs)
        if tag == "source":
            # One file of each picture is enough to take along.
            return
        if tag == "img":
            attributes["src"] = self._picture(attributes.pop("src") or "")
            attributes.pop("srcset", None)
        elif not (attributes.get("href") or "#").startswith("#"):
            attributes["href"] = urljoin(self.page, attributes["href"])
        self.write_tag(tag, attributes)

    def _picture(self, path: str) -> str:
        """A picture as a data address. We ask ourselves for it, since its path alone tells where it is kept."""
        # A page of ours would hold pictures again, perhaps itself: only files are asked for.
        if not path.startswith(FILES):
            return "data:,"
        answer = Client(current_app).get(_UPLOADED.sub(rf"\1/{WIDTHS[0]}.jpg", path), base_url=urljoin(self.page, "/"))
        if answer.status_code != 200 or not (answer.mimetype or "").startswith("image/"):
            # The words that describe it stand in for it.
            return "data:,"
        return f"data:{answer.mimetype};base64,{base64.b64encode(answer.data).decode()}"
