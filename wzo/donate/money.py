"""Money as editors write it down: the lines of an account, the rates of a goal."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from babel import Locale
from flask_babel import format_currency, get_locale

# Digits, perhaps in groups of three, perhaps with hundredths after a point or a comma.
AMOUNT = re.compile(r"(\d{1,9}|\d{1,3}(?: \d{3}){1,2})(?:[.,](\d{1,2}))?", re.ASCII)
RATE = re.compile(r"([A-Z]{3})\s+(\d{1,6}(?:\.\d{1,8})?)\s+(\d{4}-\d{2}-\d{2})", re.ASCII)
SPACES = re.compile(r"[\u00a0\u202f\u2009]")


class Line(NamedTuple):
    """What came in or was spent for something, in the account's currency."""

    words: str
    amount: Decimal


class Rate(NamedTuple):
    """What one unit of a currency was worth in another on a day."""

    currency: str
    value: Decimal
    day: date


@dataclass(frozen=True)
class Progress:
    """How far it is to a goal: what was given and what is to be, in one currency.

    `rates`: those by which gifts in other currencies were told; `untold`: currencies of gifts that have none, which are
    therefore not in it.
    """

    given: Decimal
    wanted: Decimal
    currency: str
    rates: list[Rate]
    untold: list[str]


def is_currency(code: str) -> bool:
    """Whether this is the code, ISO 4217, of a currency that people pay in."""
    return code in Locale("en").currencies


def read_lines(text: str) -> tuple[list[Line], list[str]]:
    """Lines such as `Donations: 1 200,50`, and those that cannot be read."""
    lines, unreadable = [], []
    for line in _lines(text):
        words, _, number = line.rpartition(":")
        found = AMOUNT.fullmatch(SPACES.sub(" ", number).strip())
        if words.strip() and found:
            lines.append(Line(words.strip(), Decimal(f"{found[1].replace(' ', '')}.{found[2] or 0}")))
        else:
            unreadable.append(line)
    return lines, unreadable


def read_rates(text: str) -> tuple[list[Rate], list[str]]:
    """Lines such as `USD 0.92 2026-11-20`, and those that cannot be read."""
    rates, unreadable = [], []
    for line in _lines(text):
        found = RATE.fullmatch(line)
        day = _day(found[3]) if found else None
        if found and day and is_currency(found[1]) and Decimal(found[2]):
            rates.append(Rate(found[1], Decimal(found[2]), day))
        else:
            unreadable.append(line)
    return rates, unreadable


def tell_progress(*, wanted: int, currency: str, rates: list[Rate], gifts: Mapping[str, Decimal]) -> Progress:
    """Tell gifts, amounts by currency, in the goal's own; of several rates of a currency the last day's counts."""
    known = {rate.currency: rate for rate in sorted(rates, key=lambda rate: rate.day)}
    others = sorted(code for code in gifts if code != currency and gifts[code])
    used = [known[code] for code in others if code in known]
    given = gifts.get(currency, Decimal(0)) + sum((gifts[rate.currency] * rate.value for rate in used), Decimal(0))
    untold = [code for code in others if code not in known]
    return Progress(max(given, Decimal(0)), Decimal(wanted), currency, used, untold)


def say_money(amount: Decimal, currency: str) -> str:
    """An amount as the reader's language writes it; hundredths only where there are some."""
    pattern = get_locale().currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    return str(format_currency(amount, currency, pattern, currency_digits=False))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
