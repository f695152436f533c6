"""Stories on paper: addresses become notes at the end, pictures become grey."""

import re
from urllib.parse import urljoin

from flask_babel import gettext
from markupsafe import Markup, escape

from wzo.html_rewriter import Attributes, Rewriter
from wzo.static_files import FOLDER, cover_file
from wzo.text import NO_BREAK

COLOUR = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)


class Notes:
    """The addresses that stand at the end of a print edition, numbered in the order in which they are met.

    `page` is the full address of the page that is printed, from which relative ones lead on.
    """

    def __init__(self, page: str) -> None:
        self.page = page
        self.addresses: list[str] = []

    def refer(self, address: str) -> str:
        """The words that lead to an address at the end: (address 3)."""
        address = urljoin(self.page, address).removeprefix("mailto:")
        if address not in self.addresses:
            self.addresses.append(address)
        words = str(gettext("(address %(number)s)", number=self.addresses.index(address) + 1))
        return words.replace(" ", NO_BREAK)

    def on_paper(self, html: str) -> Markup:
        """A text as it is printed."""
        return _OnPaper(self).rewrite(html)


class _OnPaper(Rewriter):
    def __init__(self, notes: Notes) -> None:
        super().__init__()
        self.notes = notes
        # A link that has begun, as it will be referred to where it ends.
        self.reference = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes: Attributes = dict(attrs)
        # A picture further down would be missing where a page is printed before it was scrolled to.
        attributes.pop("loading", None)
        href = attributes.get("href") or ""
        if tag == "a" and href and not href.startswith("#"):
            self.reference = self.notes.refer(href)
            return
        self.write_tag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.reference:
            self.written.append(f" {escape(self.reference)}")
            self.reference = ""
        else:
            super().handle_endtag(tag)


def grey_cover(name: str) -> Markup:
    """A cover drawing for the printer, filling whatever room it is given.

    What is dark becomes a grey that shows its shapes and spares the toner, what is light stays paper.
    """
    svg = (FOLDER / cover_file(name)).read_text(encoding="utf-8")
    svg = svg.replace("<svg", '<svg preserveAspectRatio="xMidYMid slice"', 1)
    return Markup(COLOUR.sub(lambda colour: _grey(colour[0]), svg))  # noqa: S704


def _grey(colour: str) -> str:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    red, green, blue = bytes.fromhex(digits)
    # Luma after ITU-R BT.601; the power lifts the dark walls further than the light.
    luma = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    return "#" + f"{round(255 * luma**0.4):02x}" * 3
