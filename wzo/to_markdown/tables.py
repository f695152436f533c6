"""Tables of pasted text."""

from collections.abc import Callable, Container
from itertools import chain

from wzo.to_markdown.tree import Element

_SIDES = {"right": "--:", "end": "--:", "center": ":-:"}
_MAX_SPAN = 50


def is_layout(table: Element, footnotes: Container[Element]) -> bool:
    """Whether a table has a single cell, another table, or footnotes: its content is read as text."""
    cells = list(chain.from_iterable(_rows(table)))
    return len(cells) <= 1 or any(it.tag == "table" or it in footnotes for it in table.walk() if it is not table)


def table_in_markdown(table: Element, words_of: Callable[..., str]) -> str:
    """A table; `words_of` gives the words of a cell, for that of a head without emphasis."""
    rows = []
    for cells in _rows(table):
        row = []
        for cell in cells:
            words = words_of(cell, is_plain=cell.tag == "th").replace("|", "\\|")
            row += [words, *[""] * (_span_of(cell) - 1)]
        rows.append(row)
    rows = [row for row in rows if any(row)]
    if not rows:
        return ""
    width = max(map(len, rows))
    sides = [_SIDES.get(_alignment_of(cell), "---") for cell in _rows(table)[-1]]
    rule = [*sides[:width], *["---"] * (width - len(sides))]
    lines = [[*row, *[""] * (width - len(row))] for row in rows]
    caption = next((words_of(it) for it in table.elements() if it.tag == "caption"), "")
    text = "\n".join(f"| {' | '.join(line)} |" for line in (lines[0], rule, *lines[1:]))
    return f"{caption}\n\n{text}" if caption else text


def _rows(table: Element) -> list[list[Element]]:
    rows = []
    for row in table.find("tr"):
        cells = [it for it in row.elements() if it.tag in ("td", "th")]
        if cells:
            rows.append(cells)
    return rows


def _span_of(cell: Element) -> int:
    span = cell.attributes.get("colspan", "1")
    return min(max(int(span), 1), _MAX_SPAN) if span.isdecimal() else 1


def _alignment_of(cell: Element) -> str:
    for element in (cell, *cell.find("p")):
        side = element.style.get("text-align") or element.attributes.get("align", "").lower()
        if side:
            return side
    return ""
