"""The renditions of an uploaded picture: the names of its files, derived from its key and size, and their URLs."""

import re
from collections.abc import Iterable

WIDTHS = (480, 960, 1600)
# The width of the file for browsers that do not choose from several.
FALLBACK_WIDTH = 960
# The formats that browsers choose from, the smallest first; JPEG is the fallback.
MODERN_TYPES = {"avif": "image/avif", "webp": "image/webp"}
TYPES = {**MODERN_TYPES, "jpg": "image/jpeg"}
SQUARE, WIDE = (320, 320), (1200, 630)
CROPS = ("square.webp", "square.jpg", "wide.jpg")
MASTER = "master.webp"
# The `sizes` attribute of a picture in the column of a text.
TEXT_SIZES = "(min-width: 42rem) 38rem, 92vw"
# That of a cover in most lists and at the top of its page.
COVER_SIZES = "(min-width: 66rem) 30rem, (min-width: 42rem) 44vw, 92vw"

KEY = r"[0-9a-f]{32}"
_KEY_IN_TEXT = re.compile(rf"/media/({KEY})\b")
_PICTURE_URL = re.compile(rf"/media/({KEY})\.jpg")


def widths(width: int) -> list[int]:
    """The widths, in pixels, of the files of a picture of this width: at least one, and none wider than it is."""
    largest = min(width, WIDTHS[-1])
    # A file that is hardly smaller than the largest would save nothing.
    return [*(it for it in WIDTHS if it < 0.9 * largest), largest]


def nearest_width(width: int, wanted: int) -> int:
    """The width, among those of the files of a picture of this width, that is nearest to the wanted one."""
    return min(widths(width), key=lambda it: abs(it - wanted))


def height_at(size: tuple[int, int], width: int) -> int:
    """The height in pixels of a picture of this size when it is scaled to a width."""
    return max(1, round(size[1] * width / size[0]))


def rendition_url(key: str, name: str) -> str:
    """The URL, without the host, of a file of a picture."""
    return f"/media/{key}/{name}"


def srcset(key: str, width: int, suffix: str) -> str:
    """The `srcset` attribute of a picture in a format: avif, webp or jpg."""
    return ", ".join(f"{rendition_url(key, f'{it}.{suffix}')} {it}w" for it in widths(width))


def fallback_url(key: str, width: int) -> str:
    """The URL of the file for browsers that do not choose from several."""
    return rendition_url(key, f"{nearest_width(width, FALLBACK_WIDTH)}.jpg")


def picture_url(key: str) -> str:
    """The URL by which texts refer to a picture; it serves the largest file."""
    return f"/media/{key}.jpg"


def key_from_url(url: str) -> str:
    """The key of the picture with this `picture_url`; empty for another URL."""
    found = _PICTURE_URL.fullmatch(url)
    return found[1] if found else ""


def keys_in(text: str) -> set[str]:
    """The keys of the pictures in a Markdown text."""
    return set(_KEY_IN_TEXT.findall(text))


def picture_markdown(key: str, size: tuple[int, int], alt: str = "", caption: str = "") -> str:
    """The Markdown of a picture: `![alt](/media/KEY.jpg#1600x1067 "caption")`."""
    title = f' "{_escaped(_one_line(caption), chr(34))}"' if caption.strip() else ""
    return f"![{_escaped(_one_line(alt), '[]')}]({picture_url(key)}#{size[0]}x{size[1]}{title})"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str, characters: Iterable[str]) -> str:
    for character in ("\\", *characters):
        text = text.replace(character, f"\\{character}")
    return text
