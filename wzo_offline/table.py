"""Writes signatures as CSV for spreadsheets."""

import csv
from collections.abc import Iterable
from typing import TextIO

from wzo_offline.sealed_export import Signature

COLUMNS = ("receipt", "confirmed_on", "name", "email", "country", "wants_news", "language", "signed_on")
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
# Spreadsheets take a cell that begins like this for a formula, which could do harm.
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(signatures: Iterable[Signature], out: TextIO, separator: str = "comma") -> int:
    """Write signatures as CSV and return how many; cells that look like formulas get a leading apostrophe."""
    table = csv.writer(out, delimiter=SEPARATORS[separator])
    table.writerow(COLUMNS)
    written = 0
    for signature in signatures:
        table.writerow([_escape_formula(signature[name]) for name in COLUMNS])
        written += 1
    return written


def _escape_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_PREFIXES) else cell
