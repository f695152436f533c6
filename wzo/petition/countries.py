"""The countries that signatures come from, counted by the organisers in the opened export: the server cannot know.

Only countries with ten or more signatures are named, because a smaller number could point at somebody.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from babel import Locale
from flask_babel import get_locale
from sqlalchemy import select

from wzo.content_version import cached_until_content_changes
from wzo.extensions import db
from wzo.petition.models import Petition, PetitionCountry

MIN_OF_COUNTRY = 10
# Signatures from other countries, or without one, together.
OTHER = "other"
# Codes in the Unicode CLDR that are not countries: unions, outlying territories, test values.
NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
LINE = re.compile(r"([A-Za-z]+)[ \t:,;]+([0-9-]{1,10})")


class Country(NamedTuple):
    """A country, and how many signatures come from it; `name` is in the reader's language."""

    name: str
    number: int


class CountryTable(NamedTuple):
    """The numbers by country, largest first, the sum of all `others`, and the day on which they were counted."""

    day: date
    countries: Sequence[Country]
    others: int

    @property
    def largest(self) -> int:
        """The number of the first country."""
        return max((country.number for country in self.countries), default=1)


class InvalidLine(ValueError):
    """A line that `wzo-unseal --statistics` does not print."""


class TooFew(ValueError):
    """A country with too few signatures to be named."""


def country_names() -> dict[str, str]:
    """The name of every country in the reader's language, by its ISO 3166 code."""
    return _country_names(get_locale())


@cache
def _country_names(locale: Locale | None) -> dict[str, str]:
    names = locale.territories if locale else {}
    return {code: name for code, name in names.items() if len(code) == 2 and code not in NOT_COUNTRIES}


def parse_table(text: str) -> tuple[date, dict[str, int]]:
    """Parse the last lines of `wzo-unseal --statistics`: the day, and the number by country code.

    Raises InvalidLine or TooFew with the line, and InvalidLine without one if there is no day.
    """
    day, numbers, known = None, dict[str, int](), country_names()
    for line in filter(None, map(str.strip, text.splitlines())):
        found = LINE.fullmatch(line)
        if found and found[1].lower() == "date":
            try:
                day = date.fromisoformat(found[2])
            except ValueError:
                raise InvalidLine(line) from None
            continue
        code = found[1].lower() if found and found[1].lower() == OTHER else found[1].upper() if found else ""
        if found is None or not found[2].isdigit() or (code not in known and code != OTHER) or code in numbers:
            raise InvalidLine(line)
        if code != OTHER and int(found[2]) < MIN_OF_COUNTRY:
            raise TooFew(line)
        numbers[code] = int(found[2])
    if day is None:
        raise InvalidLine("")
    return day, numbers


def get_countries(petition_id: int) -> CountryTable | None:
    """The table of a petition in the reader's language, or None if none was entered."""
    day, numbers = _get_numbers(petition_id)
    if day is None:
        return None
    names = country_names()
    countries = [Country(names.get(code, code), number) for code, number in numbers.items() if code != OTHER]
    return CountryTable(day, sorted(countries, key=lambda it: (-it.number, it.name)), numbers.get(OTHER, 0))


@cached_until_content_changes
def _get_numbers(petition_id: int) -> tuple[date | None, dict[str, int]]:
    """The day of the table, and the number by country code."""
    day = db.session.scalar(select(Petition.countries_on).where(Petition.id == petition_id))
    rows = db.session.execute(
        select(PetitionCountry.code, PetitionCountry.number).where(PetitionCountry.petition_id == petition_id)
    )
    return day, {row.code: row.number for row in rows}


def as_text(petition_id: int) -> str:
    """The table as it can be pasted again."""
    day = db.session.scalar(select(Petition.countries_on).where(Petition.id == petition_id))
    rows = db.session.execute(
        select(PetitionCountry.code, PetitionCountry.number)
        .where(PetitionCountry.petition_id == petition_id)
        .order_by(PetitionCountry.code == OTHER, PetitionCountry.number.desc(), PetitionCountry.code)
    )
    return "\n".join([f"date {day}", *(f"{row.code} {row.number}" for row in rows)]) if day else ""
