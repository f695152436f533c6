"""Clipboards as programs fill them, in markup of our own, with the expected Markdown and report."""

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "clipboards"
_PART = re.compile(r"^=== (.+)\n", re.M)


class Clipboard(NamedTuple):
    """A text on a clipboard in a language, as HTML or plain; `reported`: what is left out, counted by kind."""

    name: str
    language: str
    content: str
    is_plain: bool
    markdown: str
    reported: dict[str, int]


def read_clipboards() -> list[Clipboard]:
    """All samples, those of a program in a file."""
    found: list[Clipboard] = []
    for path in sorted(FOLDER.glob("*.txt")):
        parts = _PART.split(path.read_text())[1:]
        for title, body in zip(parts[::2], parts[1::2], strict=True):
            body = body.strip("\n")
            if title == "becomes":
                found[-1] = found[-1]._replace(markdown=body)
            elif title == "report":
                counts = (line.split() for line in body.split("\n"))
                found[-1].reported.update({kind: int(number) for kind, number in counts})
            else:
                name, language = title.removesuffix(")").rsplit(" (", 1)
                is_plain, content = body.startswith("plain: "), body.removeprefix("plain: ")
                found.append(Clipboard(f"{path.stem}: {name}", language, content, is_plain, "", {}))
    return found
