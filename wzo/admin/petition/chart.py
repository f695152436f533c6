"""The picture of signatures by day: vertical bars, as of a window."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

# The picture is drawn in these units and then stretched to the room that there is.
WIDTH, HEIGHT = 1000, 240
# Of a bar's place this much is the bar; the rest is light.
FILLED = 0.72
# A day on which somebody signed is never without a bar that can be seen.
LOWEST = 3.0
# With more days than this a bar is a week.
MOST_DAYS = 120


class Bar(NamedTuple):
    """A bar: the days from `first` to `last`, how many signed on them, and where it stands."""

    first: date
    last: date
    number: int
    x: float
    y: float
    width: float
    height: float


class Chart(NamedTuple):
    """Bars from the first day to the last; `weekly` where each is a week from Monday to Sunday."""

    bars: Sequence[Bar]
    weekly: bool
    total: int
    highest: Bar | None


def draw_chart(counts: Iterable[tuple[date, int]], first: date, last: date) -> Chart:
    """Draw how many signed on each day from `first` to `last`; days that are not among `counts` had none."""
    numbers = {day: number for day, number in counts if first <= day <= last}
    weekly = (last - first).days >= MOST_DAYS
    spans = list(_weeks(first, last) if weekly else ((day, day) for day in _days(first, last)))
    sums = [sum(numbers.get(day, 0) for day in _days(*span)) for span in spans]
    top, place = max(sums, default=0) or 1, WIDTH / max(len(spans), 1)
    bars = [
        _bar(*span, number, index * place, place, top)
        for index, (span, number) in enumerate(zip(spans, sums, strict=True))
    ]
    highest = max(bars, key=lambda bar: bar.number, default=None)
    return Chart(bars, weekly, sum(sums), highest if highest and highest.number else None)


def _bar(first: date, last: date, number: int, left: float, place: float, top: int) -> Bar:
    height = max(HEIGHT * number / top, LOWEST) if number else 0.0
    width = place * FILLED
    return Bar(
        first,
        last,
        number,
        x=round(left + (place - width) / 2, 2),
        y=round(HEIGHT - height, 2),
        width=round(width, 2),
        height=round(height, 2),
    )


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days) for days in range((last - first).days + 1))


def _weeks(first: date, last: date) -> Iterable[tuple[date, date]]:
    """The weeks between two days; the first and the last may be cut."""
    while first <= last:
        sunday = first + timedelta(6 - first.weekday())
        yield first, min(sunday, last)
        first = sunday + timedelta(1)
