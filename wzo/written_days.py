"""Dates as people write them: 23.07.2019, 23/07/2019, 23 июля 2019, July 2019, 2019-07-23.

The day comes before the month, as in both languages of the site, unless the year comes first or the month is a word.
"""

import re
from datetime import date
from functools import cache

from babel import Locale

from wzo.i18n import LANGUAGES

_YEAR = r"(?P<year>\d{4})"
_MONTH = r"(?P<month>\d{1,2})"
_DAY = r"(?P<day>\d{1,2})"
_NAME = r"(?P<name>[^\W\d_]{3,})\.?"
# 23rd; 23-го.
_ORDINAL = r"(?:st|nd|rd|th|-?(?:го|е))?"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        _YEAR,
        rf"{_YEAR}([-./]){_MONTH}(?:\2{_DAY})?",
        rf"(?:{_DAY}([-./]))?{_MONTH}[-./]{_YEAR}",
        rf"(?:{_DAY}{_ORDINAL}(?:\s|-)?(?:of\s)?)?{_NAME}(?:\s|-|,\s?)?{_YEAR}",
        rf"{_NAME}\s?{_DAY}{_ORDINAL},?\s{_YEAR}",
        rf"{_YEAR},?\s{_NAME}(?:\s{_DAY})?",
    )
)
# Words for the year after it: 2019 г., 2019 года.
_YEAR_WORD = re.compile(r"(?<=\d)\s?(?:г\.?|года?)$")


def parse_day(text: str) -> str | None:
    """The ISO date of a text, as exact as written: `2019-07-23`, `2019-07` or `2019`; None if it is not a date."""
    plain = _YEAR_WORD.sub("", " ".join(text.lower().split()))
    for pattern in _PATTERNS:
        if found := pattern.fullmatch(plain):
            return _iso_date(**found.groupdict())
    return None


def parse_whole_day(text: str) -> date | None:
    """The date of a text; None if it is none, or not exact to the day."""
    day = parse_day(text)
    return date.fromisoformat(day) if day and len(day) == len("2019-07-23") else None


def is_month(word: str) -> bool:
    """Whether a word names a month."""
    return word.lower() in _month_numbers()


def _iso_date(year: str, month: str | None = None, day: str | None = None, name: str | None = None) -> str | None:
    number = int(month) if month else _month_numbers().get(name) if name else None
    if name and number is None:
        return None
    try:
        whole = date(int(year), 1 if number is None else number, int(day or 1)).isoformat()
    except ValueError:
        return None
    return whole if day else whole[:7] if number else whole[:4]


@cache
def _month_numbers() -> dict[str, int]:
    """The numbers of months by their names in every language, in full and shortened, in every case that CLDR has."""
    return {
        name.lower().rstrip("."): number
        for code in LANGUAGES
        for names in Locale.parse(LANGUAGES[code].locale.replace("-", "_")).months.values()
        for width in ("wide", "abbreviated")
        for number, name in names[width].items()
    } | {"sept": 9}
