"""The figures as data: for programs, and for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext

from wzo.extensions import AnyRow
from wzo.facts.drawings import BAND
from wzo.facts.numbers import parse_numbers, parse_years
from wzo.facts.queries import Group
from wzo.templating import full_url
from wzo.web_addresses import web_address

# Spreadsheets expect the separator of the system's language: where the comma separates decimals, a semicolon.
SEPARATORS = {"ru": ";"}
# A cell that begins so could be a formula: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_data(groups: Iterable[Group], uses: Mapping[int, Sequence[AnyRow]], language: str) -> dict[str, Any]:
    """The figures as JSON-compatible data."""
    return {
        "title": gettext("Facts and figures"),
        "publisher": gettext("Woman. Prison. Society"),
        "language": language,
        "url": full_url(url_for("facts.index")),
        "figures": [
            {
                "id": fact.slug,
                "name": fact.title,
                "figure": fact.figure,
                "text": fact.summary,
                "as_of": fact.as_of,
                "theme": group.theme.title if group.theme else None,
                "source": fact.source,
                "source_url": web_address(fact.source_url) or None,
                "notes": fact.body,
                "numbers": _numbers(fact, language),
                "used_in": [
                    {"title": use.title, "url": full_url(url_for(use.endpoint, slug=use.slug))}
                    for use in uses.get(fact.id, ())
                ],
                "changed": fact.changed_at.date().isoformat(),
                "url": fact_url(fact),
            }
            for group in groups
            for fact in group.facts
        ],
    }


def as_csv(groups: Iterable[Group], language: str) -> str:
    """The figures as CSV (RFC 4180); begin it with a byte order mark, or Excel takes it for another encoding."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=SEPARATORS.get(language, ","))
    columns = (
        gettext("Short name"),
        gettext("Figure"),
        gettext("Explanation"),
        gettext("Date of the figure"),
        gettext("Theme"),
        gettext("Source"),
        gettext("Address (URL) of the source"),
        gettext("Address (URL) of the figure"),
    )
    writer.writerow(columns)
    for group in groups:
        for fact in group.facts:
            theme = group.theme.title if group.theme else ""
            address = web_address(fact.source_url) or ""
            row = (fact.title, fact.figure, fact.summary, fact.as_of or "", theme, fact.source, address, fact_url(fact))
            writer.writerow(map(as_cell, row))
    return file.getvalue()


def as_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA) else text


def fact_url(fact: AnyRow) -> str:
    """The address of a figure on the page of figures."""
    return full_url(url_for("facts.index", _anchor=fact.slug))


def _numbers(fact: AnyRow, language: str) -> list[dict[str, Any]]:
    if not fact.drawing:
        return []
    if fact.drawing == BAND:
        return [{"name": year.label, "year": year.year} for year in parse_years(fact.numbers)[0]]
    return [
        {"name": number.label, "value": float(number.value) if number.value % 1 else int(number.value)}
        for number in parse_numbers(fact.numbers, language)[0]
    ]
