"""Reads inline content: text with its marks, links, footnotes and pictures; and whole elements into one line."""

import re
from dataclasses import dataclass, field, replace
from typing import Self

from wzo.to_markdown.conversion_report import ConversionReport
from wzo.to_markdown.element_meaning import is_control, is_hidden, link_address, marks_of, quotation_marks
from wzo.to_markdown.footnotes import Footnotes
from wzo.to_markdown.inline import BREAK, Marks, Run, line_in_markdown, split_lines
from wzo.to_markdown.media import SavePicture, emoji_of, is_empty, media_kind
from wzo.to_markdown.superscripts import raise_or_lower
from wzo.to_markdown.tree import BLOCKS, Element


@dataclass
class Conversion:
    """The state that all parts of one conversion share."""

    language: str
    footnotes: Footnotes
    save_picture: SavePicture
    report: ConversionReport = field(default_factory=ConversionReport)


class InlineReader:
    """Collects the pieces of a text; blocks and pictures are read into the same line."""

    def __init__(self, conversion: Conversion) -> None:
        self.conversion = conversion
        self.footnotes = conversion.footnotes
        self.report = conversion.report
        self.runs: list[Run] = []

    def read(self, element: Element, marks: Marks) -> Self:
        """Read what is in an element."""
        for child in element.children:
            if isinstance(child, str):
                self._text(child, marks)
            else:
                self.element(child, marks)
        return self

    def element(self, element: Element, marks: Marks) -> None:
        """Read an element."""
        kind = media_kind(element)
        if element in self.footnotes.backlinks or is_hidden(element) or (element.tag == "svg" and not kind):
            return
        if is_control(element):
            self.report.add("control")
        elif kind:
            self._media(element, kind)
        elif emoji_of(element):
            self._text(emoji_of(element), marks)
        elif element in self.footnotes.numbers:
            self.runs.append(Run(note=self.footnotes.numbers[element]))
        elif element in self.footnotes.lost:
            self.report.add("note")
        elif element.tag == "br":
            self.runs.append(BREAK)
        elif element.tag in BLOCKS:
            self._block(element, marks)
        else:
            self._inline(element, marks)

    def _block(self, element: Element, marks: Marks) -> None:
        self._space()
        self.read(element, marks_of(element, marks))
        self._space()

    def _space(self) -> None:
        self._text(" ", Marks())

    def _media(self, element: Element, kind: str) -> None:
        if not is_empty(element, kind):
            self.report.add(kind)

    def _text(self, text: str, marks: Marks) -> None:
        if marks.script and text.strip():
            text, is_complete = raise_or_lower(text, marks.script)
            if not is_complete:
                self.report.flattened.append(text.strip().lstrip("^"))
        self.report.record_text(text)
        self.runs.append(Run(text, marks))

    def _inline(self, element: Element, marks: Marks) -> None:
        inner = marks_of(element, marks)
        if element.tag == "a":
            inner = replace(inner, href=link_address(element, self.footnotes))
        if element.tag == "q":
            self._quotation(element, inner)
            return
        if inner.script and not re.sub(r"[\W_\d]", "", element.text()):
            # Commas and brackets around references are not text.
            references = [it for it in element.walk() if it in self.footnotes.numbers or it in self.footnotes.lost]
            for reference in references:
                self.element(reference, marks)
            if references:
                return
        self.read(element, inner)

    def _quotation(self, element: Element, marks: Marks) -> None:
        pair = quotation_marks(self.conversion.language, marks.quote_depth)
        self.runs.append(Run(pair[0], marks))
        self.read(element, replace(marks, quote_depth=marks.quote_depth + 1))
        self.runs.append(Run(pair[1], marks))


def words_of(conversion: Conversion, element: Element, *, is_plain: bool = False) -> str:
    """The content of an element in one line, whatever blocks it has; `is_plain`: without bold and italics."""
    flat = InlineReader(conversion).read(element, Marks())
    runs = [Run(" ") if run.is_break else run for run in flat.runs]
    if is_plain:
        runs = [replace(run, marks=replace(run.marks, is_bold=False, is_italic=False)) for run in runs]
    runs = [replace(run, marks=replace(run.marks, is_preformatted=False)) for run in runs]
    return line_in_markdown(split_lines(runs)[0]).strip()
