"""Clipboards as programs fill them, in markup of our own, with the Markdown that must come and what must be told."""

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "clipboards"
_PART = re.compile(r"^=== (.+)\n", re.M)


class Clipboard(NamedTuple):
    """A text on a clipboard in a language, as HTML or plain; `told`: how many of what are left out."""

    name: str
    language: str
    content: str
    is_plain: bool
    markdown: str
    told: dict[str, int]


def read_clipboards() -> list[Clipboard]:
    """All samples, those of a program in a file."""
    found: list[Clipboard] = []
    for path in sorted(FOLDER.glob("*.txt")):
        parts = _PART.split(path.read_text())[1:]
        for title, body in zip(parts[::2], parts[1::2], strict=True):
            body = body.strip("\n")
            if title == "becomes":
                found[-1] = found[-1]._replace(markdown=body)
            elif title == "told":
                found[-1].told.update({kind: int(number) for kind, number in (it.split() for it in body.split("\n"))})
            else:
                name, language = title.removesuffix(")").rsplit(" (", 1)
                is_plain, content = body.startswith("plain: "), body.removeprefix("plain: ")
                found.append(Clipboard(f"{path.stem}: {name}", language, content, is_plain, "", {}))
    return found
