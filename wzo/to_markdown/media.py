"""Pictures, videos, frames and struck-out passages of a pasted text."""

import re
import unicodedata
from collections.abc import Callable

from wzo.to_markdown.conversion_report import ConversionReport
from wzo.to_markdown.links import clean_address, video_address
from wzo.to_markdown.tree import Element

# Stores a picture, given its source and alternative text; returns its Markdown, or "" if there is none.
SavePicture = Callable[[str, str], str]

_KINDS = {
    "img": "picture",
    "picture": "picture",
    "svg": "picture",
    "canvas": "picture",
    "v:imagedata": "picture",
    "video": "video",
    "audio": "audio",
    "iframe": "embedded",
    "embed": "embedded",
    "object": "embedded",
    "math": "formula",
    "m:omath": "formula",
    "del": "struck",
    "s": "struck",
    "strike": "struck",
}
# Pictures of this size and below only count visits, or make room.
_MAX_SPACER = 3


def media_kind(element: Element) -> str:
    """The kind of an element that is not plain text (see conversion_report.py); empty for text and for spacers."""
    kind = _KINDS.get(element.tag, "")
    if "line-through" in (element.style.get("text-decoration", "") + element.style.get("text-decoration-line", "")):
        kind = "struck"
    if kind == "picture" and (emoji_of(element) or _is_spacer(element)):
        return ""
    # Icons have no name; a picture has one, or a size.
    if element.tag == "svg" and not any(element.find("title", "image")) and element.attributes.get("role") != "img":
        return ""
    return kind


def emoji_of(element: Element) -> str:
    """The emoji that a picture represents; empty if it does not."""
    alt = element.attributes.get("alt", "") if element.tag == "img" else ""
    is_emoji = 0 < len(alt) <= 12 and all(unicodedata.category(c) in ("So", "Sk", "Mn", "Cf") for c in alt)
    return alt if is_emoji else ""


def is_empty(element: Element, kind: str) -> bool:
    """Whether an element has no content to report: a struck-out passage without words."""
    return kind == "struck" and not element.text().strip() and not any(element.find("img"))


def read_media(element: Element, save_picture: SavePicture, report: ConversionReport, kind: str) -> str:
    """The Markdown of a picture or video, if there is one; otherwise it is reported as left out."""
    if is_empty(element, kind):
        return ""
    sources = [it.attributes["src"] for it in element.walk() if it.attributes.get("src")]
    if kind in ("video", "embedded"):
        videos = [address for source in sources if (address := video_address(source))]
        if videos:
            return f"<{videos[0]}>"
    if kind == "picture":
        image = next(element.find("img"), element)
        markdown = save_picture(image.attributes.get("src", ""), " ".join(image.attributes.get("alt", "").split()))
        if markdown:
            report.added += 1
            return markdown
    if kind == "video" and sources and (address := clean_address(sources[0])):
        # The file itself can be linked, but not shown, so it is reported all the same.
        report.add(kind)
        return f"<{address}>"
    report.add(kind)
    return ""


def _is_spacer(element: Element) -> bool:
    for name in ("width", "height"):
        size = re.match(r"\d+(?!\d*%)", element.style.get(name) or element.attributes.get(name, ""))
        if size and int(size[0]) <= _MAX_SPACER:
            return True
    return False
