"""The numbers that a drawing of a fact shows, as editors enter them: one per line, with what each is."""

import re
from decimal import Decimal
from typing import NamedTuple

from babel.numbers import NumberFormatError, parse_decimal

# Spaces within a number group its digits.
SPACES = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009](?=\d)")
NUMBER = re.compile(r"(\d[\d.,]{0,14})\s*(%?)", re.ASCII)
YEAR = re.compile(r"[12]\d{3}", re.ASCII)


class Number(NamedTuple):
    """A number with what it is; `text` is the number as it was entered, such as 20%."""

    label: str
    value: Decimal
    text: str


class Year(NamedTuple):
    """A year with what happened in it."""

    year: int
    label: str


def parse_numbers(text: str, language: str) -> tuple[list[Number], list[str]]:
    """Parse lines such as `Applications: 3 500`; returns the numbers, and the lines that are invalid.

    Digits are grouped, and decimals separated, as in the language.
    """
    numbers, invalid = [], []
    for line in _lines(text):
        label, _, written = (part.strip() for part in line.rpartition(":"))
        value = _parse_value(written, language)
        if label and value is not None:
            numbers.append(Number(label, value, written))
        else:
            invalid.append(line)
    return numbers, invalid


def parse_years(text: str) -> tuple[list[Year], list[str]]:
    """Parse lines such as `1993: repealed`; returns the years in their order, and the lines that are invalid."""
    years, invalid = [], []
    for line in _lines(text):
        year, _, label = (part.strip() for part in line.partition(":"))
        if YEAR.fullmatch(year) and label:
            years.append(Year(int(year), label))
        else:
            invalid.append(line)
    return sorted(years, key=lambda it: it.year), invalid


def _parse_value(written: str, language: str) -> Decimal | None:
    match = NUMBER.fullmatch(SPACES.sub("", written))
    if match is None:
        return None
    try:
        return parse_decimal(match[1], locale=language, strict=True)
    except NumberFormatError:
        return None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
