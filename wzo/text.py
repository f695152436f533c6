"""Words: what may not hide in them, and where their lines may not break."""

import re
import unicodedata

NO_BREAK = "\u00a0"
# Joiners that Persian or Hindi names need; every other invisible sign only serves to deceive.
JOINERS = {"\u200c", "\u200d"}

# A line does not end after a short Russian word, nor begin with a dash or a particle, nor part a number from its noun.
_SHORT = "без|для|над|под|при|про|или|что|как|это"
_RUSSIAN = (
    (re.compile(rf"(?<![\w-])((?!же|ли|бы)[а-яё]{{1,2}}|{_SHORT})[ \n](?=[\w«„(])", re.I), r"\1" + NO_BREAK),
    (re.compile(r"(?<=\w) (же|ли|бы|ж|б)(?!\w)", re.I), NO_BREAK + r"\1"),
    (re.compile(r"(?<=\d) (?=[\w%])"), NO_BREAK),
)
_DASH = (re.compile(r" (?=[—–] )"), NO_BREAK)
_ENGLISH = (
    (re.compile(r"(?<!\w)(a|I) (?=\w)"), r"\1" + NO_BREAK),
    (re.compile(r"(?<=\d) (?=(?:per|million|thousand|years?|women|people)\b)"), NO_BREAK),
)


def invisible_signs(text: str) -> bool:
    """Whether a text holds control characters, or signs that hide or turn around what is read."""
    return any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") and c not in JOINERS for c in text)


def no_break(text: str, language: str) -> str:
    """The same words with no-break spaces where a line must not end. Doing it again changes nothing."""
    rules = _RUSSIAN if language == "ru" else _ENGLISH
    for pattern, replacement in (*rules, _DASH):
        # Twice, since two short words in a row share the space between them.
        text = pattern.sub(replacement, pattern.sub(replacement, text))
    return text
