"""Characters that nobody can see, and that serve only to deceive; some scripts need a few of them."""

import unicodedata

# Control and format characters, surrogates, private and unassigned characters.
INVISIBLE_CATEGORIES = ("Cc", "Cf", "Cs", "Co", "Cn")
# ZERO WIDTH NON-JOINER and ZERO WIDTH JOINER.
JOINERS = frozenset("\u200c\u200d")
MONGOLIAN_SELECTORS = frozenset("\u180b\u180c\u180d\u180f")
SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
# The rest of Default_Ignorable_Code_Point (https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt),
# such as the fillers of Hangul, and the blank signs of Braille, music and Khitan.
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159\U00016fe4")
# Scripts whose letters change their shape beside others; joiners decide which.
JOINING_SCRIPTS = frozenset(
    "ARABIC SYRIAC MANDAIC NKO MONGOLIAN DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM "
    "SINHALA MYANMAR KHMER BALINESE JAVANESE".split()
)
# The canonical combining class of the sign that removes a letter's vowel.
VIRAMA = 9


def has_invisible_characters(text: str) -> bool:
    """Whether a text contains characters that are invisible, or hide or reorder others, where no script needs them."""
    return any(_is_invisible(character) and not _is_needed(text, i) for i, character in enumerate(text))


def _is_invisible(character: str) -> bool:
    is_control = unicodedata.category(character) in INVISIBLE_CATEGORIES
    return is_control or character in BLANKS or character in SELECTORS or character in MONGOLIAN_SELECTORS


def _is_needed(text: str, position: int) -> bool:
    """Whether the script around an invisible character needs it; for joiners after RFC 5892, appendix A."""
    character, before, after = text[position], text[position - 1 : position], text[position + 1 : position + 2]
    if character in JOINERS:
        if script_of(before) not in JOINING_SCRIPTS:
            return False
        return script_of(before) == script_of(after) or unicodedata.combining(before) == VIRAMA
    if character in SELECTORS:
        return script_of(before) == "CJK"
    return character in MONGOLIAN_SELECTORS and script_of(before) == "MONGOLIAN"


def script_of(character: str) -> str:
    """The script of a letter or a mark, after the name of the character; "" for any other text."""
    if not character or unicodedata.category(character)[0] not in "LM":
        return ""
    return unicodedata.name(character, "").partition(" ")[0]
