"""Which spellings of an e-mail address belong to one mailbox, according to mailbox_aliases.toml."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).with_name("mailbox_aliases.toml")


class Aliases(NamedTuple):
    """The content of the file, by domain. All but the first use the canonical domain of a provider."""

    canonical_domains: dict[str, str]
    plus_tags: frozenset[str]
    subdomain_tags: frozenset[str]
    ignored_characters: dict[str, str]
    same_characters: dict[str, str]


def canonical_spelling(name: str, domain: str) -> str:
    """The canonical spelling of the address of a mailbox; name and domain are in small letters."""
    aliases = load_aliases()
    tag_domain = domain.partition(".")[2]
    if tag_domain in aliases.subdomain_tags:
        name, domain = domain.partition(".")[0], tag_domain
    domain = aliases.canonical_domains.get(domain, domain)
    if domain in aliases.plus_tags:
        name = name.partition("+")[0] or name
    same = aliases.same_characters.get(domain, "")
    name = name.translate({ord(character): same[0] for character in same})
    ignored = aliases.ignored_characters.get(domain, "")
    shorter = name.translate({ord(character): None for character in ignored})
    return f"{shorter or name}@{domain}"


@cache
def load_aliases() -> Aliases:
    """Read the file."""
    data = tomllib.loads(DATA.read_text())
    return Aliases(
        {domain: entry["domains"][0] for entry in data["one_mailbox"] for domain in entry["domains"]},
        frozenset(_by_domain(data["plus_tags"])),
        frozenset(_by_domain(data["subdomain_tags"])),
        {domain: entry["characters"] for domain, entry in _by_domain(data["ignored_characters"]).items()},
        {domain: entry["characters"] for domain, entry in _by_domain(data["same_characters"]).items()},
    )


def _by_domain(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {domain: entry for entry in entries for domain in entry["domains"]}
