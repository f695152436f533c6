"""The entries of a timeline, as editors write them: each begins with its date.

    2015-10-13, about 13:30: An ambulance takes him to [the hospital](https://example.org/).

The date is as exact as is known: 2015, 2015-10 or 2015-10-13, also 13.10.2015 or 13 октября 2015. Words before the
colon say more of the time, and the Markdown after it may go on for several paragraphs, until a line begins with another
date.
"""

import re
from typing import NamedTuple

from wzo.cms.validation import is_day
from wzo.written_days import is_month, parse_day

_START = re.compile(
    r"(?P<day>\d{4}(?:-\d\d){0,2}|(?:\d\d?\.)?\d\d?\.\d{4}|(?:\d\d?[ ])?[^\W\d_]+\.?[ ]\d{4})"
    r"(?:,?[ \t](?P<time>[^\n]*?))?:[ \t]"
)
# A line that looks like a date, so that its entry is not taken for the end of the one before.
_LIKE_A_DATE = re.compile(r"(?:[-*•][ \t]+)?(?:\d{1,4}[-./]\d|\d{4}\s*[:–—])", re.ASCII)
_WORDS = re.compile(r"(?:[-*•][ \t]+)?(?:\d{1,2}\w{0,2}[ \t]+)?(?P<month>[^\W\d_]+)\.?[ \t]*[\d:]")


class Entry(NamedTuple):
    """An entry: an ISO date to the day, month or year, words such as “in the morning”, and Markdown."""

    day: str
    time: str
    text: str


def parse_entries(body: str) -> tuple[list[Entry], list[str]]:
    """Parse the text of a timeline; returns its entries by date, and the lines that belong to none.

    Entries of one date stay in the order in which they were written.
    """
    entries: list[Entry] = []
    invalid: list[str] = []
    for line in body.splitlines():
        start = _START.match(line)
        day = (parse_day(start["day"]) or start["day"]) if start else ""
        if start and day and is_day(day):
            entries.append(Entry(day, (start["time"] or "").strip(), line[start.end() :].strip()))
        elif line.strip() and (not entries or _looks_like_a_date(line)):
            invalid.append(line.strip())
        elif entries:
            entries[-1] = entries[-1]._replace(text=f"{entries[-1].text}\n{line}")
    return sorted((it._replace(text=it.text.strip()) for it in entries), key=lambda it: it.day), invalid


def _looks_like_a_date(line: str) -> bool:
    words = _WORDS.match(line)
    return bool(_LIKE_A_DATE.match(line) or (words and is_month(words["month"])))
