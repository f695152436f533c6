"""Converts HTML that editors paste to the Markdown of our texts, and records what was left out."""

from typing import NamedTuple

from wzo.to_markdown.blocks import join_blocks
from wzo.to_markdown.conversion_report import ConversionReport
from wzo.to_markdown.footnotes import find_footnotes
from wzo.to_markdown.inline import Marks
from wzo.to_markdown.inline_reader import Conversion
from wzo.to_markdown.media import SavePicture
from wzo.to_markdown.reader import Reader
from wzo.to_markdown.tree import parse_html


class Converted(NamedTuple):
    """A text in Markdown, and the report of what was left out."""

    markdown: str
    report: ConversionReport


def no_pictures(source: str, alt: str) -> str:
    """Keep no picture."""
    return ""


def html_to_markdown(
    html: str, language: str, *, first_note: int = 1, save_picture: SavePicture = no_pictures
) -> Converted:
    """The Markdown of an HTML document or fragment in a language; its first footnote gets the number `first_note`."""
    body = parse_html(html)
    conversion = Conversion(language, find_footnotes(body, first_note), save_picture)
    blocks = Reader(conversion).read(body, Marks()).finish()
    return Converted(join_blocks(blocks), conversion.report)
