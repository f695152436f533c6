"""The files that a picture consists of: their names, which a page can tell from the picture's size alone."""

import re
from collections.abc import Iterable

WIDTHS = (480, 960, 1600)
# Where the picture stands in a text without a choice of files, this width is enough.
PLAIN_WIDTH = 960
# What browsers are offered, the smallest first, and what those take that know neither.
MODERN = {"avif": "image/avif", "webp": "image/webp"}
TYPES = {**MODERN, "jpg": "image/jpeg"}
SQUARE, WIDE = (320, 320), (1200, 630)
CROPS = ("square.webp", "square.jpg", "wide.jpg")
MASTER = "master.webp"
# How much room a picture is given in the column of a text.
IN_TEXT = "(min-width: 42rem) 38rem, 92vw"

KEY = r"[0-9a-f]{32}"
_IN_TEXT = re.compile(rf"/media/({KEY})\b")
_WHOLE = re.compile(rf"/media/({KEY})\.jpg")


def widths(width: int) -> list[int]:
    """The widths, in pixels, in which a picture of a width is kept: at least one, and none larger than it is."""
    largest = min(width, WIDTHS[-1])
    # One that is hardly smaller than the largest would save nobody anything.
    return [*(one for one in WIDTHS if one < 0.9 * largest), largest]


def nearest(width: int, wanted: int) -> int:
    """Of the widths in which a picture of a width is kept, the one that is nearest to the wanted one."""
    return min(widths(width), key=lambda one: abs(one - wanted))


def height_at(size: tuple[int, int], width: int) -> int:
    """How high a picture of a size is at another width, in pixels."""
    return max(1, round(size[1] * width / size[0]))


def address(key: str, name: str) -> str:
    """The path of a picture's file."""
    return f"/media/{key}/{name}"


def srcset(key: str, width: int, kind: str) -> str:
    """The files of a kind ("avif", "webp", "jpg") that there are of a picture, as browsers choose from them."""
    return ", ".join(f"{address(key, f'{one}.{kind}')} {one}w" for one in widths(width))


def plain(key: str, width: int) -> str:
    """The path of the file for whoever does not choose."""
    return address(key, f"{nearest(width, PLAIN_WIDTH)}.jpg")


def whole(key: str) -> str:
    """The path that stands for a picture where it is named in a text; it leads to the largest file."""
    return f"/media/{key}.jpg"


def key_of(path: str) -> str:
    """The key of the picture that a path of `whole` names; empty where it names none."""
    found = _WHOLE.fullmatch(path)
    return found[1] if found else ""


def keys_in(text: str) -> set[str]:
    """The keys of the pictures that a Markdown text shows."""
    return set(_IN_TEXT.findall(text))


def in_markdown(key: str, size: tuple[int, int], alt: str = "", caption: str = "") -> str:
    """The line by which a Markdown text shows a picture: `![alt](/media/KEY.jpg#1600x1067 "caption")`."""
    title = f' "{_escaped(_one_line(caption), chr(34))}"' if caption.strip() else ""
    return f"![{_escaped(_one_line(alt), '[]')}]({whole(key)}#{size[0]}x{size[1]}{title})"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str, signs: Iterable[str]) -> str:
    for sign in ("\\", *signs):
        text = text.replace(sign, f"\\{sign}")
    return text
