"""An annual account as readers see it: its lines, and a bar chart of them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from wzo.donate.editor_amounts import Line, parse_lines
from wzo.extensions import AnyRow

# The size of the SVG in its own units; the page stretches it.
WIDTH, HEIGHT = 1000, 240
# The width of a bar as a share of its slot.
BAR_SHARE = 0.72
# The least height of a bar whose amount is not zero, so that it can be seen.
MIN_HEIGHT = 3.0

INCOME, SPENDING = "income", "spending"


class Side(NamedTuple):
    """One side of an account, INCOME or SPENDING: its lines and their total."""

    name: str
    lines: list[Line]
    total: Decimal


class Bar(NamedTuple):
    """The bar of a line: its side, INCOME or SPENDING, its label, position and size."""

    side: str
    label: str
    x: float
    y: float
    width: float
    height: float


class Account(NamedTuple):
    """A live account: its row, the sides that have lines, and its chart."""

    row: AnyRow
    sides: list[Side]
    bars: list[Bar]


def parse_account(row: AnyRow) -> Account:
    """Parse a row of get_annual_accounts."""
    parsed = ((INCOME, parse_lines(row.income)[0]), (SPENDING, parse_lines(row.spending)[0]))
    sides = [Side(name, lines, sum((line.amount for line in lines), Decimal(0))) for name, lines in parsed if lines]
    return Account(row, sides, draw_bars(sides))


def draw_bars(sides: Sequence[Side]) -> list[Bar]:
    """Draw the bars from left to right on one scale, with an empty slot between the sides."""
    rows = [(number, side.name, line) for number, side in enumerate(sides) for line in side.lines]
    highest = max((line.amount for _, _, line in rows), default=Decimal(0)) or Decimal(1)
    slot = WIDTH / max(len(rows) + len(sides) - 1, 1)
    width = slot * BAR_SHARE
    bars = []
    for number, (gaps, side, line) in enumerate(rows):
        height = max(HEIGHT * float(line.amount / highest), MIN_HEIGHT) if line.amount else 0.0
        bars.append(
            Bar(
                side,
                line.label,
                x=round((number + gaps) * slot + (slot - width) / 2, 2),
                y=round(HEIGHT - height, 2),
                width=round(width, 2),
                height=round(height, 2),
            )
        )
    return bars
