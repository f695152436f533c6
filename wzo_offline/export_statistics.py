"""Statistics that the server cannot compute: the domains, countries, days and languages of an opened export."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from wzo_offline.sealed_export import Signature

TOP_DOMAINS = 20
# A country with fewer signatures is not named: it could point at somebody.
MIN_OF_COUNTRY = 10
OTHER = "other"


def count_signatures(signatures: Iterable[Signature]) -> dict[str, Any]:
    """Count signatures: `signatures`, `want_news`, and by key `days`, `languages`, `countries` and `domains`."""
    total = wanted = 0
    exported_on = ""
    days, languages, countries, domains = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for signature in signatures:
        total += 1
        wanted += signature["wants_news"] == "yes"
        exported_on = max(exported_on, signature["exported_on"])
        days[signature["confirmed_on"]] += 1
        languages[signature["language"]] += 1
        countries[signature["country"] or OTHER] += 1
        domains[signature["email"].rpartition("@")[2].lower()] += 1
    return {
        "exported_on": exported_on,
        "signatures": total,
        "want_news": wanted,
        "languages": dict(languages.most_common()),
        "countries": _fold(countries, [name for name, number in countries.items() if number >= MIN_OF_COUNTRY]),
        "domains": _fold(domains, [name for name, _ in domains.most_common(TOP_DOMAINS)]),
        "days": dict(sorted(days.items())),
    }


def as_text(counted: dict[str, Any]) -> str:
    """The counts as text; the lines of the countries can be pasted into the editors' panel."""
    lines = [f"Signatures: {counted['signatures']}", f"Want news: {counted['want_news']}"]
    for key in ("languages", "domains", "days"):
        lines += ["", f"{key.capitalize()}:", *_rows(counted[key])]
    lines += [
        "",
        f"Countries with {MIN_OF_COUNTRY} or more, to paste into the panel:",
        f"date {counted['exported_on']}",
    ]
    return "\n".join([*lines, *_rows(counted["countries"])])


def _fold(counter: Counter[str], named: list[str]) -> dict[str, int]:
    """The named keys, largest first, and last the sum of all others."""
    kept = {name: number for name, number in counter.most_common() if name in set(named) - {OTHER}}
    rest = counter.total() - sum(kept.values())
    return {**kept, OTHER: rest} if rest else kept


def _rows(numbers: dict[str, int]) -> list[str]:
    return [f"{name} {number}" for name, number in numbers.items()]
