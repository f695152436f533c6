"""Print editions of stories: URLs become numbered references, covers become greyscale."""

import re
from urllib.parse import urljoin

from flask_babel import gettext
from markupsafe import Markup, escape

from wzo.covers import cover_svg
from wzo.extensions import AnyRow
from wzo.html_rewriter import PLAYERS, Attributes, HTMLRewriter
from wzo.media.renditions import fallback_url
from wzo.typography import NBSP

COLOUR = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)


class PrintedLinks:
    """The URLs that are listed at the end of a print edition, numbered in the order of their first references.

    `page_url` is the URL of the page that is printed, to which relative ones are resolved.
    """

    def __init__(self, page_url: str) -> None:
        self.page_url = page_url
        self.urls: list[str] = []

    def reference(self, url: str) -> str:
        """The reference to a URL in the list, such as "(address 3)"; adds the URL to the list if it is new."""
        url = urljoin(self.page_url, url).removeprefix("mailto:")
        if url not in self.urls:
            self.urls.append(url)
        label = str(gettext("(address %(number)s)", number=self.urls.index(url) + 1))
        return label.replace(" ", NBSP)

    def rewrite(self, html: str) -> Markup:
        """A text for print, with references in place of its links."""
        return _PrintRewriter(self).rewrite(html)


class _PrintRewriter(HTMLRewriter):
    def __init__(self, links: PrintedLinks) -> None:
        super().__init__()
        self.links = links
        # The reference to the link that is open, None if none is; it is written after the link's text.
        self.reference: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes: Attributes = dict(attrs)
        # A lazy picture would be missing if the page was printed before it was scrolled into view.
        attributes.pop("loading", None)
        if tag in ("track", *PLAYERS):
            # The link to the recording stays.
            return
        if tag == "details":
            attributes["open"] = ""
        href = attributes.get("href") or ""
        if tag == "a" and href and not href.startswith("#"):
            # The recipient of the letter cannot look up a term of the glossary.
            self.reference = "" if attributes.get("class") == "term" else f" {self.links.reference(href)}"
            return
        self.write_tag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.reference is not None:
            self.output.append(escape(self.reference))
            self.reference = None
        elif tag not in PLAYERS:
            super().handle_endtag(tag)


def greyscale_cover(it: AnyRow | None) -> Markup:
    """The cover of an object, which fills its container, in greyscale if it is a drawing; the default one without one.

    Dark areas of a drawing become a grey that shows their shapes and saves toner; light areas stay white.
    """
    if it and it.cover_picture:
        return Markup('<img src="{}" alt="">').format(fallback_url(it.cover_picture, it.cover_width))
    svg = cover_svg(it.cover, it.title) if it else cover_svg("")
    svg = svg.replace("<svg", '<svg preserveAspectRatio="xMidYMid slice"', 1)
    return Markup(COLOUR.sub(lambda colour: _grey(colour[0]), svg))  # noqa: S704


def _grey(colour: str) -> str:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    red, green, blue = bytes.fromhex(digits)
    # Luma after ITU-R BT.601; the power lifts the dark walls further than the light.
    luma = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    return "#" + f"{round(255 * luma**0.4):02x}" * 3
