"""Text analysis: the tokens of texts and queries, normalised and stemmed so that they match."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from wzo.invisible_characters import drop_invisible_characters
from wzo.search.russian import IRREGULAR_STEMS, fold_letters, fold_signs, russian_stem

# Increase this number with each change of the index's content: the next release indexes all texts again.
ANALYSIS_VERSION = 2
# Longer than people type; the rest of a query is ignored.
MAX_QUERY_LENGTH = 200
MAX_TERMS = 8
MAX_WORD_LENGTH = 64
# The stress mark, which dictionaries and textbooks put over vowels and nobody types.
STRESS = "\u0301"
WORD = re.compile(rf"[^\W_](?:[^\W_]|{STRESS}|['’](?=[^\W_]))*")
# Letters and digits are words of their own: ИК-14, ИК14.
LETTERS_OR_DIGITS = re.compile(r"\d+|\D+")
QUOTED = re.compile(r"[\"«„“](.*?)[\"»“”]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[a-z]")
DIGIT = re.compile(r"\d")
BETWEEN_DIGITS = re.compile(r"(?<=\d)[^\W\d_](?=\d)")
# A shorter beginning is shared by words that have nothing to do with each other.
MIN_ROOT_LENGTH = 5
# Letters that look alike: words that mix both alphabets are meant to be in one of them.
TO_CYRILLIC = str.maketrans("aceopxyhkmtb", "асеорхункмтв")
TO_LATIN = {cyrillic: latin for latin, cyrillic in TO_CYRILLIC.items()}
# Ignored in queries, unless these contain no other words.
STOP_WORDS = frozenset(
    "а без бы в во для до же за и из или к как ко ли на над не но о об от по под при про с со так то у что это "
    "a an and are as at be by for from in is it of on or that the their this to was were what who with".split()
)
# Irregular forms of English words that are frequent on this site.
IRREGULAR = {
    "women": "woman",
    "men": "man",
    "children": "child",
    "wives": "wife",
    "lives": "life",
    "people": "person",
}
# Stems that do not begin as their words do.
IRREGULAR_BASES = frozenset((*IRREGULAR.values(), *IRREGULAR_STEMS.values()))
# The same keys in both keyboard layouts, for queries that were typed in the wrong one.
LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"

_russian = Stemmer.Stemmer("russian")
_english = Stemmer.Stemmer("english")


@dataclass(frozen=True)
class Term:
    """A term of a query: the stem of a word, or the stems of a phrase in their order; and its text."""

    stems: tuple[str, ...]
    text: str


def tokenize(text: str) -> list[str]:
    """The words of a text in their order, in lower case."""
    words = WORD.findall(fold(text))
    return [part for word in words for part in _parts(word)] if DIGIT.search(text) else words


def stem(word: str) -> str:
    """The stem that a lower-case word shares with its other forms.

    Words in the Cyrillic alphabet are stemmed as Russian, all others as English.
    """
    folded = _unify_alphabet(word.replace("’", "'").removesuffix("'s"))[:MAX_WORD_LENGTH]
    if CYRILLIC.search(folded):
        return russian_stem(folded).replace("'", "")
    return str(_english.stemWord(IRREGULAR.get(folded, folded))).replace("'", "")


# For the words of our own texts, which recur. The words of queries are not cached, for the readers' privacy.
cached_stem = lru_cache(maxsize=65_536)(stem)


def parse_query(query: str) -> list[Term]:
    """The terms of a query: its quoted phrases and its other words, without duplicates, at most MAX_TERMS."""
    query = fold(query[:MAX_QUERY_LENGTH])
    phrases = [tokenize(phrase) for phrase in QUOTED.findall(query)]
    # A word with digits is a phrase too.
    all_words = [_parts(word) for word in WORD.findall(QUOTED.sub(" ", query))]
    words = [word for word in all_words if "".join(word) not in STOP_WORDS]
    if not words and not any(phrases):
        words = all_words
    terms: dict[tuple[str, ...], str] = {}
    for phrase in filter(None, phrases):
        terms[tuple(map(stem, phrase))] = " ".join(phrase)
    for word in words:
        terms[tuple(map(stem, word))] = "".join(word)
    return [Term(stems, text) for stems, text in terms.items()][:MAX_TERMS]


def without_quotes(query: str) -> str:
    """A query without quotation marks, so that its phrases become words."""
    return " ".join(re.sub(r"[\"«»„“”]", " ", query).split())


def switch_keyboard_layout(word: str) -> str:
    """The text that the same keys produce in the other keyboard layout."""
    if CYRILLIC.search(word):
        return word.translate(str.maketrans(RUSSIAN_KEYS, LATIN_KEYS))
    return word.translate(str.maketrans(LATIN_KEYS, RUSSIAN_KEYS))


def highlight(text: str, stems: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """A text in segments, each with whether it is a word with one of these stems."""
    position = 0
    for match in WORD.finditer(text):
        if not stems.isdisjoint(map(cached_stem, _parts(fold(match.group())))):
            yield text[position : match.start()], False
            yield match.group(), True
            position = match.end()
    yield text[position:], False


def fold(text: str) -> str:
    """A text in lower case, without stress marks and invisible characters."""
    return unicodedata.normalize("NFC", drop_invisible_characters(text)).lower().replace(STRESS, "")


def root(word: str) -> str:
    """The common beginning of related words, such as трансгендерный and трансгендер; empty if it is too short."""
    folded = fold_letters(word.replace("’", "'").removesuffix("'s"))
    shorter = (_russian if CYRILLIC.search(folded) else _english).stemWord(folded)
    return shorter if len(shorter) >= MIN_ROOT_LENGTH else ""


def beginning(stem: str) -> str:
    """How `fold_for_beginnings` writes the first letters of all words with a stem; empty if they differ."""
    if stem in IRREGULAR_BASES:
        return ""
    # The last letters of a word may differ from those of its stem: боец, бойц; cry, cri.
    return stem[: min(3, len(stem) - (2 if CYRILLIC.search(stem) else 1))]


def fold_for_beginnings(text: str) -> str:
    """A text as it is folded before words are stemmed."""
    return fold_signs(fold_letters(fold(text)))


def _parts(word: str) -> list[str]:
    """A word divided into letters and digits."""
    if not DIGIT.search(word):
        return [word]
    # Between digits, letters that look alike are Latin: 7x7.
    word = BETWEEN_DIGITS.sub(lambda match: match[0].translate(TO_LATIN), word)
    return LETTERS_OR_DIGITS.findall(word)


def _unify_alphabet(word: str) -> str:
    """A word that mixes the alphabets, in one of them if its letters allow that."""
    if CYRILLIC.search(word) and LATIN.search(word):
        for table, foreign in ((TO_CYRILLIC, LATIN), (TO_LATIN, CYRILLIC)):
            translated = word.translate(table)
            if not foreign.search(translated):
                return translated
    return word
