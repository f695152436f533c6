"""The styles that pages contain: the first view then waits for the page alone, without another round trip."""

import base64
import hashlib
from functools import cache

import rcssmin
from markupsafe import Markup

from wzo.static_files import FOLDER

# `site` is in every public page, beside the one that its template names.
NAMES = ("site", "card", "donate", "home", "petition", "reading", "stories")


@cache
def inline_styles() -> dict[str, Markup]:
    """The content of the style elements by name, minified."""
    return {name: Markup(rcssmin.cssmin(read_stylesheet(name))) for name in NAMES}  # noqa: S704


def allowed_styles() -> str:
    """The sources of `style-src` that allow these style elements, and no others (CSP Level 3, 2.3.1)."""
    digests = (hashlib.sha256(style.encode()).digest() for style in inline_styles().values())
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def read_stylesheet(name: str) -> str:
    """A style sheet of `static/css/` as it is written."""
    return (FOLDER / "css" / f"{name}.css").read_text(encoding="utf-8")
