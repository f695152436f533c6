"""Blocks of Markdown, and how they are put together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Block:
    """Lines of Markdown. `kind`: paragraph, heading, quote, list, table or note.

    `joins`: a quotation that was typed as indented paragraphs, one block for each.
    """

    kind: str
    text: str
    joins: bool = False
    is_ordered: bool = False
    has_other_sign: bool = False


@dataclass
class Item:
    """An item of a list; those of a higher level are nested in the one before."""

    level: int
    is_ordered: bool
    number: int
    blocks: list[Block] = field(default_factory=list)


def join_blocks(blocks: Sequence[Block]) -> str:
    """The Markdown of a text."""
    return "\n\n".join(block.text for block in blocks)


def indent(text: str, width: int) -> str:
    """A text whose lines after the first are indented."""
    return re.sub(r"\n(?=[^\n])", "\n" + " " * width, text)


def quote(text: str) -> str:
    """A text as a quotation."""
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def take_list(items: list[Item], before: Block | None) -> Block:
    """Take the items of the first list from the front: one of the other kind at its level begins another list."""
    level, is_ordered = items[0].level, items[0].is_ordered
    others = (index for index, item in enumerate(items) if item.level <= level and item.is_ordered != is_ordered)
    end = next(others, len(items))
    # Two lists in a row would be one, without a sign of its own for the second.
    follows = before is not None and before.kind == "list" and before.is_ordered == is_ordered
    has_other_sign = follows and not (before and before.has_other_sign)
    taken, items[:] = items[:end], items[end:]
    return Block("list", _list_in_markdown(taken, has_other_sign), False, is_ordered, has_other_sign)


def _list_in_markdown(items: Sequence[Item], has_other_sign: bool = False) -> str:
    level, is_ordered, number = items[0].level, items[0].is_ordered, items[0].number
    groups: list[tuple[Item, list[Item]]] = []
    for item in items:
        if item.level <= level or not groups:
            groups.append((item, []))
        else:
            groups[-1][1].append(item)
    texts = []
    for index, (item, nested) in enumerate(groups):
        mark = f"{number + index}{'.)'[has_other_sign]} " if is_ordered else f"{'-*'[has_other_sign]} "
        text = ""
        blocks = list(item.blocks)
        while nested:
            blocks.append(take_list(nested, blocks[-1] if blocks else None))
        for block in blocks:
            text += ("\n" if block.kind == "list" else "\n\n") * bool(text) + block.text
        texts.append(mark + indent(text, len(mark)))
    is_loose = any(sum(block.kind != "list" for block in item.blocks) > 1 for item, _ in groups)
    return ("\n\n" if is_loose else "\n").join(texts)
