"""Checks that what mail providers see of our e-mails, the sender and the host of links, does not name the cause."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from wzo.config import Settings

# Parts of words that name the cause, anywhere in a name, and short names that must be a whole word.
STEMS = (
    *("prison", "jail", "inmate", "convict", "colony", "colonies", "petition", "women", "woman", "femini"),
    *("tyurm", "turma", "zhensk", "zhenshch", "zhenshin"),
    *("тюрьм", "тюрем", "женщин", "женск", "петици", "заключ", "узниц", "осужд", "колони", "феминис"),
)
WORDS = ("wps", "wzo", "жто")
# In texts, what says that something was signed, besides.
SIGNING = re.compile(r"sign(?:s|ed|ing|ers?|ator\w*|atur\w*)?|\w*подпис\w*")


class RevealingSetting(NamedTuple):
    """A setting whose value names the cause, and the part of it that does."""

    setting: str
    value: str
    word: str


def find_revealing_settings(settings: Settings) -> Iterator[RevealingSetting]:
    """The settings by which a mail provider would learn what its users have signed."""
    host = urlsplit(settings.mail_site_url).hostname or ""
    for setting, value in (("MAIL_FROM", settings.mail_from), ("MAIL_SITE_URL", host)):
        word = _revealing_word(value)
        if word:
            yield RevealingSetting(setting, value, word)


def find_revealing_word(text: str) -> str:
    """The first word of a text that names the cause, or says that something was signed; empty if there is none."""
    words: list[str] = re.findall(r"[^\W\d_]+", _without_accents(text))
    return next((word for word in words if _is_revealing(word.casefold())), "")


def _without_accents(text: str) -> str:
    """A text without its accents, such as the stress marks of тюрьма́, which would divide the word."""
    return "".join(it for it in unicodedata.normalize("NFKD", text) if not unicodedata.combining(it))


def _is_revealing(word: str) -> bool:
    return word in WORDS or bool(SIGNING.fullmatch(word)) or any(stem in word for stem in STEMS)


def _revealing_word(name: str) -> str | None:
    """The first part of an e-mail address or host that names the cause; hosts in Punycode are decoded first."""
    local, _, host = name.casefold().rpartition("@")
    words = re.split(r"[\W\d_]+", f"{local} {_decode(host)}")
    together = "".join(words)
    revealing = [*(word for word in words if word in WORDS), *(stem for stem in STEMS if stem in together)]
    return revealing[0] if revealing else None


def _decode(host: str) -> str:
    try:
        return host.encode().decode("idna")
    except UnicodeError:
        return host
