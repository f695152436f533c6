"""Drawings of facts: pure functions from the numbers that editors entered to a small SVG of bars.

They are flat and take the colour of the text, so they read in the dark scheme, in forced colours and on paper; what
differs in colour differs in shape too. The table of its rows contains everything that a drawing shows.
"""

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from wzo.facts.numbers import Number, Year, parse_numbers, parse_years
from wzo.facts.svg import WIDTH, bar, label, line, pile, strokes, svg

STROKES, SHARE, BAND, COLUMNS = "strokes", "share", "band", "columns"
DRAWING_KINDS = {
    STROKES: lazy_gettext("Strokes: one for each"),
    SHARE: lazy_gettext("Share: one in five"),
    BAND: lazy_gettext("Band of years"),
    COLUMNS: lazy_gettext("Columns"),
}
# The number of lines that each requires.
LINES = {STROKES: (1, 3), SHARE: (2, 2), BAND: (2, 12), COLUMNS: (2, 12)}
NUMBER_OF_LINES = {
    STROKES: lazy_gettext("strokes need one to three lines of numbers: the whole, then its parts."),
    SHARE: lazy_gettext("a share needs two lines of numbers: the whole, then the part."),
    BAND: lazy_gettext("a band needs two to twelve lines, each with a year."),
    COLUMNS: lazy_gettext("columns need two to twelve lines of numbers, one for each."),
}
# A line that can be drawn.
EXAMPLES = {
    STROKES: lazy_gettext("Applications: 3500"),
    SHARE: lazy_gettext("With HIV: 1"),
    BAND: lazy_gettext("1993: repealed"),
    COLUMNS: lazy_gettext("Applications: 3500"),
}
# What the rows of the table are shown as.
STANDING, LYING, LEANING, FULL, HOLLOW = "standing", "lying", "leaning", "full", "hollow"

MAX_STROKES, MAX_BARS, LONGEST_SPAN = 500, 100, 400
SHARE_HEIGHT, COLUMN_HEIGHT, YEAR_HEIGHT, EVENT_HEIGHT = 96, 120, 26, 44
# The height of a label, and how far apart two must be; longer words are left to the table.
LABEL, LABEL_DISTANCE, LABEL_LENGTH = 18, 40, 16


class Row(NamedTuple):
    """A row of the table beneath a drawing: what is counted, the number as written, and what it looks like."""

    label: str
    text: str
    look: str = ""


class Drawing(NamedTuple):
    """A drawing and the table of what it shows. `unit`: how many one stroke stands for, 0 where there are none."""

    kind: str
    svg: Markup
    rows: tuple[Row, ...]
    unit: int = 0


@lru_cache(256)
def draw(kind: str, numbers: str, language: str, title: str) -> Drawing | None:
    """Draw the numbers of a fact; `title` is its name for screen readers. None if they cannot be drawn in this way."""
    if kind not in DRAWING_KINDS or numbers_error(kind, numbers, language):
        return None
    if kind == BAND:
        return _draw_band(parse_years(numbers)[0], title)
    draw_as: dict[str, Callable[[Sequence[Number], str], Drawing]] = {
        STROKES: _draw_strokes,
        SHARE: _draw_share,
        COLUMNS: _draw_columns,
    }
    return draw_as[kind](parse_numbers(numbers, language)[0], title)


def numbers_error(kind: str, text: str, language: str) -> str:
    """Why numbers cannot be drawn in this way; empty if they can."""
    years, invalid = parse_years(text)
    numbers: Sequence[Number] = ()
    if kind != BAND:
        numbers, invalid = parse_numbers(text, language)
    if invalid:
        return str(
            gettext(
                "“%(line)s” cannot be drawn. Write, for example: %(example)s",
                line=invalid[0],
                example=str(EXAMPLES[kind]),
            )
        )
    least, most = LINES[kind]
    if not least <= len(years if kind == BAND else numbers) <= most:
        return str(NUMBER_OF_LINES[kind])
    if kind == BAND:
        fits = 0 < years[-1].year - years[0].year <= LONGEST_SPAN
        return "" if fits else str(gettext("the years of a band must be between 1 and 400 years apart."))
    values = [number.value for number in numbers]
    if not max(values):
        return str(gettext("there is nothing to draw: every number is 0."))
    if kind != COLUMNS and sum(values[1:]) > values[0]:
        return str(gettext("the parts are more than the whole, which must come first."))
    return ""


def _draw_strokes(numbers: Sequence[Number], title: str) -> Drawing:
    """A stroke for each, or for each ten, hundred and so on; the first part of the whole lies, the second leans."""
    unit = 1
    while numbers[0].value / unit > MAX_STROKES:
        unit *= 10
    whole, lying, leaning = (*(_round(number.value / unit) for number in numbers), 0, 0)[:3]
    standing, height = strokes(max(whole - lying - leaning, 0), leaning)
    lying_down, height = pile(lying, height)
    looks = (STANDING, LYING, LEANING) if len(numbers) > 1 else ("",)
    rows = tuple(Row(number.label, number.text, look) for number, look in zip(numbers, looks, strict=False))
    return Drawing(STROKES, svg(height, title, standing, lying_down), rows, unit)


def _draw_share(numbers: Sequence[Number], title: str) -> Drawing:
    """So many bars of so many in the smallest numbers: 20 of 100 are one of five."""
    whole, part = numbers
    count, of = (part.value / whole.value).as_integer_ratio()
    if of > MAX_BARS:
        count, of = _round(part.value / whole.value * MAX_BARS), MAX_BARS
    slot = WIDTH / of
    full = [bar(slot * (number + 0.2), 0, slot * 0.6, SHARE_HEIGHT) for number in range(count)]
    hollow = [bar(slot * (number + 0.2), 0, slot * 0.6, SHARE_HEIGHT, hollow=True) for number in range(count, of)]
    rows = (Row(whole.label, whole.text, HOLLOW), Row(part.label, part.text, FULL))
    return Drawing(SHARE, svg(SHARE_HEIGHT, title, *full, *hollow), rows)


def _draw_columns(numbers: Sequence[Number], title: str) -> Drawing:
    """A column for each, with its number, and beneath it its name if that is short."""
    highest, slot = max(number.value for number in numbers), WIDTH / len(numbers)
    named = all(len(number.label) * 8 <= slot for number in numbers)
    shapes = []
    for place, number in enumerate(numbers):
        height = float(number.value / highest) * COLUMN_HEIGHT
        shapes.append(bar(slot * (place + 0.2), LABEL + COLUMN_HEIGHT - height, slot * 0.6, height))
        shapes.append(label(slot * (place + 0.5), LABEL + COLUMN_HEIGHT - height - 5, number.text))
        if named:
            shapes.append(label(slot * (place + 0.5), LABEL + COLUMN_HEIGHT + LABEL - 3, number.label))
    height = LABEL + COLUMN_HEIGHT + (LABEL if named else 0)
    return Drawing(COLUMNS, svg(height, title, *shapes), tuple(Row(it.label, it.text) for it in numbers))


def _draw_band(years: Sequence[Year], title: str) -> Drawing:
    """A stroke for each year from the first to the last, and a longer one where something happened."""
    first, last = years[0].year, years[-1].year
    step, bottom = (WIDTH - 6) / (last - first), LABEL + EVENT_HEIGHT
    every = -(-(last - first) // MAX_BARS)
    events = {year.year for year in years}
    plain = [year for year in range(first, last, every) if year not in events]
    shapes = [line(3 + step * (year - first), bottom, bottom - YEAR_HEIGHT) for year in plain]
    shapes += [line(3 + step * (year - first), bottom, LABEL, accent=True) for year in sorted(events)]
    shown: list[float] = []
    for year in (years[0], years[-1], *years[1:-1]):
        x = 3 + step * (year.year - first)
        if all(abs(x - other) >= LABEL_DISTANCE for other in shown):
            shown.append(x)
            anchor = "start" if year == years[0] else "end" if year == years[-1] else "middle"
            shapes.append(label(x + {"start": -3, "end": 3}.get(anchor, 0), LABEL - 5, str(year.year), anchor))
            if len(year.label) <= LABEL_LENGTH:
                shapes.append(label(x + {"start": -3, "end": 3}.get(anchor, 0), bottom + LABEL, year.label, anchor))
    return Drawing(BAND, svg(bottom + LABEL + 4, title, *shapes), tuple(Row(it.label, str(it.year)) for it in years))


def _round(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
