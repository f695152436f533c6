"""Finds numbers with units in texts of both languages."""

import html
import re
from datetime import timedelta

SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
UNITS = {
    "second": r"seconds?|секунд\w*",
    "minute": r"minutes?|минут\w*",
    "hour": r"hours?|час(?:а|ов|у)?",
    "day": r"days?|дн(?:я|ей)|день|суток|сутки",
    "MB": r"MB|МБ|Мб|мегабайт\w*",
    "character": r"characters?|letters?|знак\w*|символ\w*|букв\w*",
    "code": r"(?:recovery )?codes?|(?:запасных )?код(?:а|ов)?",
}
WORDS = {
    5: "five|пять|пяти",
    10: "ten|десять|десяти",
    12: "twelve|двенадцать|двенадцати",
    15: "fifteen|пятнадцать|пятнадцати",
    20: "twenty|двадцать|двадцати",
    24: "twenty-four|двадцать четыре|двадцати четырёх",
    30: "thirty|тридцать|тридцати",
    48: "forty-eight|сорок восемь|сорока восьми",
}
NUMBER = "|".join([r"\d{1,3}(?:[, ]\d{3})+", r"\d+", *(words for words in WORDS.values())])
QUANTITY = re.compile(
    rf"(?<![\w.,])({NUMBER})(?: (?:to|or|–|-|до|или) ({NUMBER}))?[ -](?:\w+ )?({'|'.join(UNITS.values())})(?!\w)", re.I
)

Quantity = tuple[int, str]


def quantities(text: str) -> set[Quantity]:
    """The numbers with a unit in a text, in digits or in words: `{(48, "hour")}`; both ends of a range."""
    found = set()
    for match in QUANTITY.finditer(SPACES.sub(" ", html.unescape(text))):
        unit = next(unit for unit, pattern in UNITS.items() if re.fullmatch(pattern, match[3], re.I))
        found |= {(_number(one), unit) for one in (match[1], match[2]) if one}
    return found


def in_units(value: timedelta | float, unit: str) -> Quantity:
    """A duration (a number is in seconds) converted to a unit."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    number = seconds / {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[unit]
    assert number == int(number), f"{value} is not a whole number of {unit}s"
    return int(number), unit


def _number(text: str) -> int:
    digits = text.replace(",", "").replace(" ", "")
    if digits.isdigit():
        return int(digits)
    return next(number for number, words in WORDS.items() if text.lower() in words.split("|"))
