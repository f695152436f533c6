"""Slugs: the last part of a page's URL, made from its title; and ids for headings, likewise."""

import re
import secrets
import unicodedata

from wzo.invisible_characters import drop_invisible_characters

MAX_SLUG_LENGTH = 80
SLUG_COLUMN_LENGTH = 96
MAX_ID_LENGTH = 60
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Stored until an object has a slug; it cannot be guessed.
PLACEHOLDER = re.compile(r"draft-[0-9a-f]{16}")
# Russian letters in the Latin alphabet, as names are usually transliterated.
LATIN_LETTERS = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziiklmnoprstufye", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}
)


def slugify(title: str) -> str:
    """Lower-case Latin letters, digits and hyphens, at most 80, cut between words; Russian is transliterated."""
    words = re.findall(r"[a-z0-9]+", _latin_letters(title).replace("’", "").replace("'", ""))
    slug = ""
    for word in words:
        if slug and len(slug) + 1 + len(word) > MAX_SLUG_LENGTH:
            break
        slug = f"{slug}-{word}" if slug else word[:MAX_SLUG_LENGTH]
    return slug


def heading_id(text: str) -> str:
    """An id for a heading, of Latin letters, digits and hyphens; empty if the heading has none of these."""
    return re.sub(r"[^a-z0-9]+", "-", _latin_letters(text))[:MAX_ID_LENGTH].strip("-")


def is_valid_slug(slug: str) -> bool:
    """Whether an editor may choose this slug."""
    return len(slug) <= SLUG_COLUMN_LENGTH and SLUG.fullmatch(slug) is not None


def placeholder() -> str:
    """A random slug for an object that has none yet."""
    return f"draft-{secrets.token_hex(8)}"


def is_placeholder(slug: str) -> bool:
    """Whether an object has no slug yet."""
    return bool(PLACEHOLDER.fullmatch(slug))


def transliterate(word: str) -> str:
    """A Russian word, in lower case, transliterated; other words stay as they are."""
    return word.translate(LATIN_LETTERS)


def _latin_letters(text: str) -> str:
    """Lower case, transliterated, without diacritics."""
    decomposed = unicodedata.normalize(
        "NFD", transliterate(unicodedata.normalize("NFC", drop_invisible_characters(text)).lower())
    )
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
