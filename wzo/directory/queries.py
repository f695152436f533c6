"""Queries for the directory: its entries, filtered by a reader's choices."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from wzo.content_version import cached_until_content_changes
from wzo.directory.models import DirectoryEntry, DirectoryEntryText, directory_entry_countries
from wzo.directory.services import LANGUAGE_NAMES, SERVICES
from wzo.extensions import AnyRow, AnySelect, db
from wzo.publication import State
from wzo.stories.models import Country
from wzo.stories.queries import get_countries

_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{3,24}")


@dataclass(frozen=True)
class Entry:
    """An entry of the directory with the names of its countries in the reader's language; none: everywhere."""

    row: AnyRow
    countries: dict[str, str]

    @property
    def services(self) -> list[str]:
        """The keys of their services."""
        return str(self.row.services).split()

    @property
    def languages(self) -> list[str]:
        """The codes of the languages in which they help."""
        return str(self.row.languages).split()

    @property
    def telephone(self) -> str:
        """The first phone number, as a link needs it."""
        found = _PHONE.search(self.row.phone)
        return "".join(letter for letter in found[0] if letter in "+0123456789") if found else ""


@dataclass(frozen=True)
class Choice:
    """A reader's choices, by the names in the URL; empty: any."""

    service: str = ""
    country: str = ""
    region: str = ""
    language: str = ""

    def arguments(self) -> dict[str, Any]:
        """The arguments of the URL."""
        return {name: value for name, value in asdict(self).items() if value}

    def matches(self, entry: Entry) -> bool:
        """Whether an entry helps here. One without countries or a region helps in all of them."""
        return (
            (not self.service or self.service in entry.services)
            and (not self.country or not entry.countries or self.country in entry.countries)
            and self.region in ("", entry.row.region or self.region)
            and (not self.language or self.language in entry.languages)
        )


# By the name of a choice: its values, each with what readers see.
Options = dict[str, dict[str, str]]


@cached_until_content_changes
def get_entries(language: str) -> list[Entry]:
    """The live entries in their order."""
    names = {slug: name for slug, name, _ in get_countries(language)}
    countries: dict[int, dict[str, str]] = {}
    for entry_id, slug in db.session.execute(_countries()):
        countries.setdefault(entry_id, {})[slug] = names.get(slug, slug)
    return [Entry(row, countries.get(row.id, {})) for row in db.session.execute(_entries(language))]


@cached_until_content_changes
def get_options(language: str) -> Options:
    """The options of the filters: only values that some entry has."""
    entries = get_entries(language)
    countries = {slug: name for entry in entries for slug, name in entry.countries.items()}
    return {
        "service": _present(SERVICES, (it for entry in entries for it in entry.services)),
        "country": dict(sorted(countries.items(), key=lambda it: it[1])),
        "region": {region: region for region in sorted({entry.row.region for entry in entries if entry.row.region})},
        "language": _present(LANGUAGE_NAMES, (it for entry in entries for it in entry.languages)),
    }


def get_unchecked_entries(*, before: date) -> Sequence[AnyRow]:
    """The live texts of entries last checked before a day, or never: `id`, `checked_on`, `language`, `title`."""
    entry, text = DirectoryEntry, DirectoryEntryText
    return db.session.execute(
        select(entry.id, entry.checked_on, text.language, text.title)
        .join(text, text.entry_id == entry.id)
        .where(text.state == State.LIVE, or_(entry.checked_on.is_(None), entry.checked_on < before))
    ).all()


def _present(names: Mapping[str, object], values: Iterable[str]) -> dict[str, str]:
    found = set(values)
    return {value: str(name) for value, name in names.items() if value in found}


def _entries(language: str) -> AnySelect:
    entry, text = DirectoryEntry, DirectoryEntryText
    return (
        select(
            entry.id,
            entry.slug,
            entry.services,
            entry.languages,
            entry.url,
            entry.onion_url,
            entry.email,
            entry.phone,
            entry.checked_on,
            text.title,
            text.summary,
            text.region,
            text.postal_address,
            text.safety,
        )
        .join(text, text.entry_id == entry.id)
        .where(text.language == language, text.state == State.LIVE)
        .order_by(entry.position, entry.id)
    )


def _countries() -> AnySelect:
    table = directory_entry_countries
    return (
        select(table.c.entry_id, Country.slug)
        .join(Country, Country.id == table.c.country_id)
        .order_by(Country.position, Country.id)
    )
