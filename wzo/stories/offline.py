"""A page as one file: its pictures are inside, and it needs no connection."""

import base64

from flask import current_app
from markupsafe import Markup
from werkzeug.test import Client

from wzo.rewriting import Attributes, Rewriter


def pack(html: str) -> Markup:
    """A page of ours with its pictures put into it, and with links that lead to us from anywhere."""
    return _Packer(current_app.config["SETTINGS"].site_url).rewrite(html)


class _Packer(Rewriter):
    def __init__(self, site_url: str) -> None:
        super().__init__()
        self.site_url = site_url

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes: Attributes = dict(attrs)
        if tag == "img":
            attributes["src"] = self._picture(attributes.pop("src") or "")
            attributes.pop("srcset", None)
        elif (attributes.get("href") or "").startswith("/"):
            attributes["href"] = f"{self.site_url}{attributes['href']}"
        self.write_tag(tag, attributes)

    def _picture(self, path: str) -> str:
        """A picture as a data address. We ask ourselves for it, since its path alone tells where it is kept."""
        answer = Client(current_app).get(path, base_url=self.site_url)
        if answer.status_code != 200:
            # The words that describe it stand in for it.
            return "data:,"
        return f"data:{answer.mimetype};base64,{base64.b64encode(answer.data).decode()}"
