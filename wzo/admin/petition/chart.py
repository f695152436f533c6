"""The bar chart of signatures by day or week."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

# The size of the SVG in its own units; the page stretches it.
WIDTH, HEIGHT = 1000, 240
# The width of a bar as a share of its slot.
BAR_SHARE = 0.72
# The least height of a bar that is not zero, so that it can be seen.
MIN_HEIGHT = 3.0
# With more days than this, each bar is a week.
MAX_DAYS = 120


class Bar(NamedTuple):
    """A bar: the days from `first` to `last`, the number of signatures, and its position and size."""

    first: date
    last: date
    number: int
    x: float
    y: float
    width: float
    height: float


class Chart(NamedTuple):
    """The bars from the first day to the last; if `weekly`, each is a week from Monday to Sunday."""

    bars: Sequence[Bar]
    weekly: bool
    total: int
    highest: Bar | None


def draw_chart(counts: Iterable[tuple[date, int]], first: date, last: date) -> Chart:
    """Draw the number of signatures on each day from `first` to `last`; days missing in `counts` had none."""
    numbers = {day: number for day, number in counts if first <= day <= last}
    weekly = (last - first).days >= MAX_DAYS
    spans = list(_weeks(first, last) if weekly else ((day, day) for day in _days(first, last)))
    totals = [sum(numbers.get(day, 0) for day in _days(*span)) for span in spans]
    highest_total, slot = max(totals, default=0) or 1, WIDTH / max(len(spans), 1)
    bars = [
        _bar(*span, number, index * slot, slot, highest_total)
        for index, (span, number) in enumerate(zip(spans, totals, strict=True))
    ]
    highest = max(bars, key=lambda bar: bar.number, default=None)
    return Chart(bars, weekly, sum(totals), highest if highest and highest.number else None)


def _bar(first: date, last: date, number: int, left: float, slot: float, highest_total: int) -> Bar:
    height = max(HEIGHT * number / highest_total, MIN_HEIGHT) if number else 0.0
    width = slot * BAR_SHARE
    return Bar(
        first,
        last,
        number,
        x=round(left + (slot - width) / 2, 2),
        y=round(HEIGHT - height, 2),
        width=round(width, 2),
        height=round(height, 2),
    )


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days) for days in range((last - first).days + 1))


def _weeks(first: date, last: date) -> Iterable[tuple[date, date]]:
    """The weeks between two days, of which the first and the last may be incomplete."""
    while first <= last:
        sunday = first + timedelta(6 - first.weekday())
        yield first, min(sunday, last)
        first = sunday + timedelta(1)
