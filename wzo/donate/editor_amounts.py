"""Amounts as editors enter them: the lines of annual accounts and the exchange rates of goals."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from babel import Locale
from flask_babel import format_currency, get_locale

from wzo.written_days import parse_whole_day

# Digits, optionally in groups of three, optionally with hundredths after a point or a comma.
AMOUNT = re.compile(r"(\d{1,9}|\d{1,3}(?: \d{3}){1,2})(?:[.,](\d{1,2}))?", re.ASCII)
RATE = re.compile(r"([A-Z]{3})\s+(\d{1,6}(?:\.\d{1,8})?)\s+(\S.{3,40})", re.ASCII)
SPACES = re.compile(r"[\u00a0\u202f\u2009]")


class Line(NamedTuple):
    """A line of an annual account: what the money was for, and the amount in the account's currency."""

    label: str
    amount: Decimal


class Rate(NamedTuple):
    """An exchange rate: what one unit of a currency was worth in the goal's on a day."""

    currency: str
    value: Decimal
    day: date


@dataclass(frozen=True)
class Progress:
    """Progress towards a goal: the amount raised and the target, in the goal's currency.

    `rates` are those that were used to convert donations; `unconverted` are the currencies of donations without a rate,
    which are not included.
    """

    raised: Decimal
    target: Decimal
    currency: str
    rates: list[Rate]
    unconverted: list[str]


def is_currency(code: str) -> bool:
    """Whether a text is the ISO 4217 code of a currency."""
    return code in Locale("en").currencies


def parse_lines(text: str) -> tuple[list[Line], list[str]]:
    """Parse lines such as `Donations: 1 200,50`; returns them, and the lines that are invalid."""
    lines, invalid = [], []
    for line in _lines(text):
        label, _, number = line.rpartition(":")
        match = AMOUNT.fullmatch(SPACES.sub(" ", number).strip())
        if label.strip() and match:
            lines.append(Line(label.strip(), Decimal(f"{match[1].replace(' ', '')}.{match[2] or 0}")))
        else:
            invalid.append(line)
    return lines, invalid


def parse_rates(text: str) -> tuple[list[Rate], list[str]]:
    """Parse lines such as `USD 0.92 2026-11-20`; returns the rates, and the lines that are invalid."""
    rates, invalid = [], []
    for line in _lines(text):
        match = RATE.fullmatch(line)
        day = parse_whole_day(match[3]) if match else None
        if match and day and is_currency(match[1]) and Decimal(match[2]):
            rates.append(Rate(match[1], Decimal(match[2]), day))
        else:
            invalid.append(line)
    return rates, invalid


def compute_progress(*, target: int, currency: str, rates: list[Rate], donations: Mapping[str, Decimal]) -> Progress:
    """Add up donations, amounts by currency, in the goal's currency; of a currency's rates the latest is used."""
    latest = {rate.currency: rate for rate in sorted(rates, key=lambda rate: rate.day)}
    others = sorted(code for code in donations if code != currency and donations[code])
    used = [latest[code] for code in others if code in latest]
    converted = sum((donations[rate.currency] * rate.value for rate in used), Decimal(0))
    raised = donations.get(currency, Decimal(0)) + converted
    unconverted = [code for code in others if code not in latest]
    return Progress(max(raised, Decimal(0)), Decimal(target), currency, used, unconverted)


def format_money(amount: Decimal, currency: str) -> str:
    """Format an amount for the reader's language, without decimals if they are zero."""
    pattern = get_locale().currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        pattern = pattern.replace(".00", "")
    return str(format_currency(amount, currency, pattern, currency_digits=False))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
