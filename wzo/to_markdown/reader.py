"""Reads the tree of a pasted text and writes Markdown, with only what our texts have."""

import re
from functools import partial

from wzo.to_markdown.blocks import Block, Item, indent, join_blocks, quote, take_list
from wzo.to_markdown.element_meaning import (
    first_number,
    heading_level,
    is_control,
    is_hidden,
    is_indented,
    item_level,
    list_level,
    marks_of,
    typed_number,
)
from wzo.to_markdown.footnotes import strip_label
from wzo.to_markdown.inline import Marks, escape_line, line_in_markdown, split_lines
from wzo.to_markdown.inline_reader import Conversion, InlineReader, words_of
from wzo.to_markdown.media import media_kind, read_media
from wzo.to_markdown.tables import is_layout, table_in_markdown
from wzo.to_markdown.tree import Element


class Reader(InlineReader):
    """Collects the blocks of an element."""

    def __init__(self, conversion: Conversion) -> None:
        super().__init__(conversion)
        self.blocks: list[Block] = []
        self.items: list[Item] = []

    def blocks_of(self, element: Element, marks: Marks) -> list[Block]:
        """The blocks of an element that is read apart from the rest."""
        return Reader(self.conversion).read(element, marks).finish()

    def finish(self) -> list[Block]:
        """End the paragraph and the lists that are being read; returns all blocks."""
        self.end_paragraph()
        self.end_list()
        return self.blocks

    def _media(self, element: Element, kind: str) -> None:
        if markdown := read_media(element, self.conversion.save_picture, self.report, kind):
            self.end_paragraph()
            self._push(Block("media", markdown))

    def _block(self, element: Element, marks: Marks) -> None:
        self.end_paragraph()
        level, word_level = heading_level(element), list_level(element)
        inner = marks_of(element, marks)
        if element in self.footnotes.blocks:
            self._note(element, marks)
        elif level:
            self._heading(element, level)
        elif word_level:
            self._word_item(element, word_level)
        elif element.tag in ("ul", "ol", "menu"):
            self._list(element, marks)
        elif element.tag == "table" and not is_layout(element, self.footnotes.blocks):
            if text := table_in_markdown(element, partial(words_of, self.conversion)):
                self._push(Block("table", text))
        elif element.tag == "blockquote" or is_indented(element):
            # Its blocks are read by themselves, so that what is in it is not indented for us again.
            if blocks := self.blocks_of(element, inner):
                self._push(Block("quote", quote(join_blocks(blocks)), joins=element.tag != "blockquote"))
        else:
            self.read(element, inner)
            self.end_paragraph()

    def end_paragraph(self) -> None:
        """Write the paragraph that was being read."""
        self.report.record_text(" ")
        runs, self.runs = self.runs, []
        lines: list[str] = []
        for line in [*split_lines(runs), []]:
            text = escape_line(line_in_markdown(line).strip(), self.conversion.language)
            if text:
                lines.append(text)
            elif lines:
                self._push(Block("paragraph", "\\\n".join(lines)))
                lines = []

    def _push(self, block: Block) -> None:
        self.end_list()
        last = self.blocks[-1] if self.blocks else None
        if block.joins and last and last.joins:
            last.text += f"\n>\n{block.text}"
        else:
            self.blocks.append(block)

    def _heading(self, element: Element, level: int) -> None:
        if text := words_of(self.conversion, element, is_plain=True):
            # Signs at the end would close the heading.
            self._push(Block("heading", "#" * level + " " + re.sub(r"#+$", r"\\\g<0>", text)))

    def _note(self, element: Element, marks: Marks) -> None:
        number = self.footnotes.blocks[element]
        inner = self.blocks_of(element, marks)
        if text := strip_label(join_blocks(inner), self.footnotes.labels[element]):
            self._push(Block("note", indent(f"[^{number}]: {text}", 4)))

    def _word_item(self, element: Element, level: int) -> None:
        """Word exports the items of a list as paragraphs with a level, and the bullet as text."""
        is_ordered, number = typed_number(element)
        if blocks := self.blocks_of(element, marks_of(element, Marks())):
            self.items.append(Item(level, is_ordered, number, blocks))

    def _list(self, element: Element, marks: Marks) -> None:
        items: list[Item] = []
        levels = [item_level(child) for child in element.elements()]
        for child, level in zip(element.elements(), levels, strict=True):
            if child.tag != "li":
                blocks = Reader(self.conversion).read(Element("div", children=[child]), marks).finish()
                (items[-1].blocks if items else self.blocks).extend(blocks)
            elif child in self.footnotes.blocks:
                self._note(child, marks)
            elif is_hidden(child) or is_control(child) or media_kind(child):
                self.element(child, marks)
            elif blocks := self.blocks_of(child, marks_of(child, marks)):
                items.append(Item(level or 1, element.tag == "ol", first_number(element), blocks))
        # The items of Word Online go on in the next list.
        if not any(levels):
            self.end_list()
        self.items += items
        if not any(levels):
            self.end_list()

    def end_list(self) -> None:
        """Write the lists that were being read."""
        items, self.items = self.items, []
        while items:
            self.blocks.append(take_list(items, self.blocks[-1] if self.blocks else None))
