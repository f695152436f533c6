"""What a pasted text has that is no text: pictures, videos, frames and what was struck out."""

import re
import unicodedata
from collections.abc import Callable

from wzo.to_markdown.links import clean_address, video_address
from wzo.to_markdown.losses import Losses
from wzo.to_markdown.tree import Element

# Stores a picture, given its source and alternative text; returns its Markdown, or "" if it cannot be had.
SavePicture = Callable[[str, str], str]

_LOSSES = {
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


def loss_of(element: Element) -> str:
    """What is left out with an element (see losses.py); empty if it is text, or a picture that shows nothing."""
    loss = _LOSSES.get(element.tag, "")
    if "line-through" in (element.style.get("text-decoration", "") + element.style.get("text-decoration-line", "")):
        loss = "struck"
    if loss == "picture" and (emoji_of(element) or _is_spacer(element)):
        return ""
    # Icons have no name; a picture has one, or a size.
    if element.tag == "svg" and not any(element.find("title", "image")) and element.attributes.get("role") != "img":
        return ""
    return loss


def emoji_of(element: Element) -> str:
    """The emoji that a picture stands for; empty if it does not."""
    alt = element.attributes.get("alt", "") if element.tag == "img" else ""
    is_emoji = 0 < len(alt) <= 12 and all(unicodedata.category(c) in ("So", "Sk", "Mn", "Cf") for c in alt)
    return alt if is_emoji else ""


def is_empty(element: Element, loss: str) -> bool:
    """Whether nothing is lost with an element: what is struck out has no words."""
    return loss == "struck" and not element.text().strip() and not any(element.find("img"))


def read_media(element: Element, save_picture: SavePicture, losses: Losses, loss: str) -> str:
    """The Markdown of a picture or video, if it can be had; otherwise what is lost is noted."""
    if is_empty(element, loss):
        return ""
    sources = [it.attributes["src"] for it in element.walk() if it.attributes.get("src")]
    if loss in ("video", "embedded"):
        videos = [address for source in sources if (address := video_address(source))]
        if videos:
            return f"<{videos[0]}>"
    if loss == "picture":
        image = next(element.find("img"), element)
        markdown = save_picture(image.attributes.get("src", ""), " ".join(image.attributes.get("alt", "").split()))
        if markdown:
            losses.added += 1
            return markdown
    if loss == "video" and sources and (address := clean_address(sources[0])):
        # The file itself can be linked, but not shown; the loss is told all the same.
        losses.add(loss)
        return f"<{address}>"
    losses.add(loss)
    return ""


def _is_spacer(element: Element) -> bool:
    for name in ("width", "height"):
        size = re.match(r"\d+(?!\d*%)", element.style.get(name) or element.attributes.get(name, ""))
        if size and int(size[0]) <= _MAX_SPACER:
            return True
    return False
