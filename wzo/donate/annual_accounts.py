"""An annual account as readers see it: its lines, and a picture of them as bars of a window."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from wzo.donate.money import Line, read_lines
from wzo.extensions import AnyRow

# The picture is drawn in these units and then stretched to the room that there is.
WIDTH, HEIGHT = 1000, 240
# Of a bar's place this much is the bar; the rest is the wall.
FILLED = 0.72
# What is not nothing is never without a bar that can be seen.
LOWEST = 3.0


INCOME, SPENDING = "income", "spending"


class Side(NamedTuple):
    """INCOME or SPENDING, line by line, and what it comes to."""

    name: str
    lines: list[Line]
    total: Decimal


class Bar(NamedTuple):
    """A line of the account, and where it stands; `side` is income or spending."""

    side: str
    words: str
    x: float
    y: float
    width: float
    height: float


class Account(NamedTuple):
    """An account that is live: its row, the sides that have lines, and its picture."""

    row: AnyRow
    sides: list[Side]
    bars: list[Bar]


def read_account(row: AnyRow) -> Account:
    """Read the account of a row of get_annual_accounts."""
    read = ((INCOME, read_lines(row.income)[0]), (SPENDING, read_lines(row.spending)[0]))
    sides = [Side(name, lines, sum((line.amount for line in lines), Decimal(0))) for name, lines in read if lines]
    return Account(row, sides, draw_sides(sides))


def draw_sides(sides: Sequence[Side]) -> list[Bar]:
    """Bars from left to right, with a place left free between the sides; all on one scale."""
    rows = [(number, side.name, line) for number, side in enumerate(sides) for line in side.lines]
    top = max((line.amount for _, _, line in rows), default=Decimal(0)) or Decimal(1)
    place = WIDTH / max(len(rows) + len(sides) - 1, 1)
    width = place * FILLED
    bars = []
    for number, (gap, side, line) in enumerate(rows):
        height = max(HEIGHT * float(line.amount / top), LOWEST) if line.amount else 0.0
        bars.append(
            Bar(
                side,
                line.words,
                x=round((number + gap) * place + (place - width) / 2, 2),
                y=round(HEIGHT - height, 2),
                width=round(width, 2),
                height=round(height, 2),
            )
        )
    return bars
