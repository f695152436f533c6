"""Checks that the sender and the links of our e-mails do not reveal to mail providers what the petition is about."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from wzo.config import Settings

# Parts of words that reveal what the petition is about, anywhere in a name, and short names that must be a whole word.
STEMS = (
    *("prison", "jail", "inmate", "convict", "colony", "colonies", "petition", "women", "woman", "femini"),
    *("tyurm", "turma", "zhensk", "zhenshch", "zhenshin"),
    *("тюрьм", "тюрем", "женщин", "женск", "петици", "заключ", "узниц", "осужд", "колони", "феминис"),
)
WORDS = ("wps", "wzo", "жто")
# Words of texts that say, besides, that something was signed, or for whom and against what.
REVEALING = re.compile(
    r"sign(?:s|ed|ing|ers?|ator\w*|atur\w*)?|\w*подпис\w*"
    r"|mothers?|maternity|pregnan\w*|child|children|convict\w*|detain\w*|detention\w*|courts?|courtrooms?|sentenced?|sentences"
    r"|amnest\w*|arrest\w*|tortur\w*|rights|freedom|lgbt\w*|migrants?|campaign\w*|protest\w*|demands?|appeals?"
    r"|мать|матери|матер(?:ью|ей|ям|ями|ях|инств\w*)|мам(?:а|ы|е|у|ой|ам|ами|ах)?|берем\w*|дет(?:и|ей|ям|ьми|ях)|реб[её]н\w*"
    r"|осужд\w*|сизо|арест\w*|приговор\w*|суд(?:а|у|ом|е|ы|ов|ам|ами|ах)?|судь[яиюе]|судей|судебн\w*|амнист\w*|пыт(?:к\w*|ок)"
    r"|прав(?:а|ам|ами|ах)|правозащит\w*|свобод\w*|освобо\w*|лгбт\w*|гомо\w*|транс\w*|мигрант\w*|протест\w*|кампани\w*"
    r"|требу\w*|требован\w*|фсин|изолятор\w*|зек\w*|зэк\w*"
)


class RevealingSetting(NamedTuple):
    """A setting whose value reveals what the petition is about, and the part of it that does."""

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


def find_revealing_words(text: str) -> list[str]:
    """The words of a text that reveal what the petition is about, or that something was signed."""
    words: list[str] = re.findall(r"[^\W\d_]+", _without_accents(text))
    return list(dict.fromkeys(word for word in words if _is_revealing(word.casefold())))


def _without_accents(text: str) -> str:
    """A text without accents such as the stress marks of тюрьма́, which would divide the word; й and ё stay letters."""
    kept = "".join(
        it for it in unicodedata.normalize("NFKD", text) if it in "\u0306\u0308" or not unicodedata.combining(it)
    )
    return unicodedata.normalize("NFC", kept)


def _is_revealing(word: str) -> bool:
    return word in WORDS or bool(REVEALING.fullmatch(word)) or any(stem in word for stem in STEMS)


def _revealing_word(name: str) -> str | None:
    """The first revealing part of an e-mail address or host; hosts in Punycode are decoded first."""
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
