"""Russian words in Latin letters: izgoi is изгои, tyurma тюрьма."""

import re

from wzo.slugs import transliterate

# The usual transliterations of each Russian letter; the longest are tried first.
CYRILLIC_LETTERS = {
    "shch": "щ",
    "sch": "щ",
    "zh": "ж",
    "kh": "х",
    "ts": "ц",
    "tz": "ц",
    "ch": "ч",
    "sh": "ш",
    "yu": "ю",
    "ju": "ю",
    "iu": "ю",
    "ya": "я",
    "ja": "я",
    "yo": "е",
    "jo": "е",
    "ye": "е",
    "je": "е",
    **dict(zip("abvgdezijklmnoprstufhcwxy", "абвгдезийклмнопрстуфхцвхы", strict=True)),
    **dict.fromkeys(("'", "’", "`"), ""),
}
_LETTERS = re.compile("|".join(sorted(CYRILLIC_LETTERS, key=len, reverse=True)))
_Y_AFTER_VOWEL = re.compile("(?<=[аеиоуыюя])ы")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


def in_other_alphabet(word: str) -> str:
    """A lower-case word in the other alphabet; Latin letters are read as Russian. Empty if it has other characters."""
    if _CYRILLIC.search(word):
        return transliterate(word)
    if _LETTERS.sub("", word):
        return ""
    return _Y_AFTER_VOWEL.sub("й", _LETTERS.sub(lambda match: CYRILLIC_LETTERS[match[0]], word))
