"""The last part of a page's address, made from a title."""

import re
import secrets
import unicodedata

from wzo.search.words import in_latin

LONGEST = 80
GOOD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# What a thing is called in its table before it has an address: nobody can guess it, and nobody chose it.
_NOT_YET = re.compile(r"draft-[0-9a-f]{16}")


def address_of(title: str) -> str:
    """Latin small letters, digits and hyphens, at most 80, cut between words; Russian is transliterated."""
    plain = unicodedata.normalize("NFKD", in_latin(unicodedata.normalize("NFC", title).lower()))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = re.findall(r"[a-z0-9]+", letters.replace("’", "").replace("'", ""))
    address = ""
    for word in words:
        if address and len(address) + 1 + len(word) > LONGEST:
            break
        address = f"{address}-{word}" if address else word[:LONGEST]
    return address


def placeholder() -> str:
    """What stands in the table until a thing has an address."""
    return f"draft-{secrets.token_hex(8)}"


def is_placeholder(slug: str) -> bool:
    """Whether a thing has no address yet."""
    return bool(_NOT_YET.fullmatch(slug))
