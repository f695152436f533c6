"""“Did you mean name@gmail.com?”: finds the provider whose domain was probably mistyped."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel import Locale

DATA = Path(__file__).with_name("mail_providers.toml")
# Of names shorter than this, another letter makes another name.
SHORT_NAME = 5
LONG_NAME = 8
# Top-level domains besides those of countries. Any other is more likely a typing mistake.
TOP_LEVEL_DOMAINS = (
    "com net org edu gov mil int info biz pro name online site website store shop tech dev app cloud email team club "
    "space world today media news blog life work agency studio digital eu su uk xn--p1ai"
).split()


class Providers(NamedTuple):
    """The content of mail_providers.toml."""

    likely: list[str]
    common_names: frozenset[str]
    real: frozenset[str]


def suggest_email(email: str) -> str | None:
    """The address that was probably meant, for one that `clean_email` returned; None if its domain looks right."""
    local, _, domain = email.rpartition("@")
    domain = domain.lower()
    providers = _providers()
    if domain in providers.real or domain in providers.likely:
        return None
    mistakes = {likely: found for likely in providers.likely if (found := _count_mistakes(domain, likely)) is not None}
    return f"{local}@{min(mistakes, key=mistakes.__getitem__)}" if mistakes else None


def _count_mistakes(typed: str, likely: str) -> int | None:
    """How many letters are wrong, missing, extra or swapped; None if it is rather another domain."""
    # RapidFuzz takes 4 MB.
    from rapidfuzz.distance import OSA

    name, _, top = typed.partition(".")
    likely_name, _, likely_top = likely.partition(".")
    in_name, in_top = OSA.distance(name, likely_name), OSA.distance(top, likely_top)
    top_is_real = top.rpartition(".")[2] in _top_level_domains()
    if in_top > 1 or (in_top and top_is_real and (in_name or _is_common(likely_name))):
        return None
    allowed = 0 if _is_common(likely_name) else 2 if len(likely_name) >= LONG_NAME else 1
    return in_name + in_top if in_name <= allowed else None


def _is_common(name: str) -> bool:
    return len(name) < SHORT_NAME or name in _providers().common_names


@cache
def _top_level_domains() -> frozenset[str]:
    countries = {str(code).lower() for code in Locale("en").territories if len(str(code)) == 2}
    return frozenset([*countries, *TOP_LEVEL_DOMAINS])


@cache
def _providers() -> Providers:
    data = tomllib.loads(DATA.read_text())
    return Providers(data["likely"], frozenset(data["common_names"]), frozenset(data["real"]))
