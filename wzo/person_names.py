"""The names of people, as they enter them: which are refused, and why.

Names are as varied as people, so hardly anything is refused: only what serves to advertise, to deceive or to disfigure
the page.
"""

import re
import unicodedata
from itertools import groupby, pairwise

from babel import Locale

# More than any script needs: Burmese puts four signs above and below a letter.
MAX_MARKS = 4
# Fewer digits may be a year; as many are a telephone number, a date of birth or a card.
MIN_LONG_NUMBER = 6
# The only one of Unicode's "other symbols" that names of groups contain.
ALLOWED_SYMBOLS = "№"
# Dots that look the same in other widths and scripts (RFC 3490, section 3.1).
DOTS = str.maketrans("。．｡", "...")

# Domains of countries: their ISO 3166 codes, and others that are in use.
_COUNTRIES = {code.lower() for code in map(str, Locale("en").territories) if len(code) == 2} | {"uk", "su", "eu"}
_OTHER_DOMAINS = (
    "com org net info biz edu gov name pro app dev xyz top club shop store site online live life link click chat blog "
    "news media space website world email group team today agency center press social fun icu vip win work art tech "
    "cloud onion рф рус москва дети сайт онлайн орг ком бел укр срб мкд бг ею қаз"
).split()
_DOMAINS = _COUNTRIES.union(_OTHER_DOMAINS)
_ADDRESS = re.compile(r"@|://|(?<!\w)(?:https?|www)(?!\w)", re.I)
# A name before the domain has two letters at least, for the sake of initials, but people know t.me and x.com.
_DOMAIN = re.compile(r"(?<![\w-])(?:[\w-]{2,}|[tx])\.(?=([\w-]+))", re.I)


def has_address_or_number(name: str) -> bool:
    """Whether a name contains the address of a site, an e-mail address, or a telephone number or another long one."""
    text = unicodedata.normalize("NFKC", name.translate(DOTS)).translate(DOTS)
    return (
        bool(_ADDRESS.search(text))
        or any(domain.lower() in _DOMAINS for domain in _DOMAIN.findall(text))
        or sum(character.isdecimal() for character in text) >= MIN_LONG_NUMBER
    )


def has_stacked_marks(name: str) -> bool:
    """Whether a letter bears the same accent twice, or more accents than any script needs."""
    text = unicodedata.normalize("NFD", name)
    stacks = [list(marks) for is_mark, marks in groupby(text, _is_mark) if is_mark]
    return any(len(marks) > MAX_MARKS or any(one == next_ for one, next_ in pairwise(marks)) for marks in stacks)


def has_symbols(name: str) -> bool:
    """Whether a name contains emoji or other symbols."""
    return any(unicodedata.category(it) == "So" and it not in ALLOWED_SYMBOLS for it in name)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")
