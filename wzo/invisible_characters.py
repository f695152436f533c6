"""Characters that nobody can see, and that serve only to deceive; some scripts need a few of them."""

import re
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
# Scripts whose letters change their shape next to others; joiners decide which.
JOINING_SCRIPTS = frozenset(
    "ARABIC SYRIAC MANDAIC NKO MONGOLIAN DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM "
    "SINHALA MYANMAR KHMER BALINESE JAVANESE".split()
)
# The canonical combining class of the sign that removes a letter's vowel.
VIRAMA = 9

# Those that may be dropped from any text: no line breaks, and none that programs cannot know yet, such as new emoji.
DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U00016fe4\U0001d159"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Emoji are made of a symbol or digit and these: a joiner, selectors, and the tags that spell the flags of regions.
EMOJI_PARTS = frozenset("\u200d\ufe0e\ufe0f") | frozenset(map(chr, range(0xE0020, 0xE0080)))
MAX_EMOJI_PARTS = 8


def has_invisible_characters(text: str) -> bool:
    """Whether a text contains characters that are invisible, or hide or reorder others, where no script needs them."""
    return any(_is_invisible(character) and not _is_needed(text, i) for i, character in enumerate(text))


def drop_invisible_characters(text: str) -> str:
    """A text without such characters, as of soft hyphens; emoji and other scripts keep what they need."""
    return DROPPED.sub(_keep_if_needed, text)


def _keep_if_needed(match: re.Match[str]) -> str:
    character, text, position = match[0], match.string, match.start()
    is_needed = _is_needed(text, position) or (character in EMOJI_PARTS and _is_in_emoji(text, position))
    return character if is_needed else ""


def _is_in_emoji(text: str, position: int) -> bool:
    """Whether an emoji began shortly before this position."""
    for before in reversed(text[max(position - MAX_EMOJI_PARTS, 0) : position]):
        if before not in EMOJI_PARTS:
            return before in "0123456789" or unicodedata.category(before)[0] in "SP"
    return False


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
