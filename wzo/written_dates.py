"""Dates as people write them: 12.05.2024, 12 мая 2024, May 2024. Only those that can be read in one way."""

import re
from collections.abc import Iterator
from functools import cache

from babel.dates import get_month_names

from wzo.i18n import LANGUAGES

# 5/12/2024 is May to some and December to others, so slashes are not read at all.
WRITTEN = r"""
    (?: (?P<day>\d{1,2}) \. )? (?P<month>\d{1,2}) \. (?P<year>\d{4})
  | (?: (?P<day_before>\d{1,2}) [ ] )? (?P<name>[^\W\d_]+) \.? [ ] (?P<year_after>\d{4})
"""
_WRITTEN = re.compile(WRITTEN, re.VERBOSE)
_NO_BREAKS = str.maketrans("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}", "  ")


def iso_date(text: str) -> str:
    """A written date as an ISO date to the day or the month, such as 2024-05-12; empty if it cannot be read.

    Whether there is such a day in the calendar is not checked.
    """
    match = _WRITTEN.fullmatch(text.strip().translate(_NO_BREAKS))
    if match is None:
        return ""
    month = int(match["month"]) if match["month"] else _months().get(match["name"].lower(), 0)
    if not month:
        return ""
    day = match["day"] or match["day_before"]
    return f"{match['year'] or match['year_after']}-{month:02}" + (f"-{int(day):02}" if day else "")


@cache
def _months() -> dict[str, int]:
    return dict(_names())


def _names() -> Iterator[tuple[str, int]]:
    """The names of months in the site's languages, in each form that they take: декабрь, декабря, дек."""
    for language in LANGUAGES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in get_month_names(width, context, language).items():
                    yield name.lower().rstrip("."), int(number)


def month_names() -> frozenset[str]:
    """All that name a month, in lower case."""
    return frozenset(_months())
