"""Text analysis: the tokens of texts and queries, normalised and stemmed so that they match."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

# Longer than people type; the rest of a query is ignored.
MAX_QUERY_LENGTH = 200
MAX_TERMS = 8
MAX_WORD_LENGTH = 64
# Shorter stems would no longer distinguish words.
MIN_STEM_LENGTH = 3
# The stress mark, which dictionaries and textbooks put over vowels and nobody types.
STRESS = "\u0301"
WORD = re.compile(rf"[^\W_](?:[^\W_]|{STRESS}|['’](?=[^\W_]))*")
QUOTED = re.compile(r"[\"«„“](.*?)[\"»“”]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[a-z]")
DIGIT = re.compile(r"\d")
# Letters that look alike: words that mix both alphabets are meant to be in one of them.
TO_CYRILLIC = str.maketrans("aceopxyhkmtb", "асеорхункмтв")
TO_LATIN = {cyrillic: latin for latin, cyrillic in TO_CYRILLIC.items()}
# Ignored in queries, unless these consist of nothing else.
STOP_WORDS = frozenset(
    "а без бы в во для до же за и из или к как ко ли на над не но о об от по под при про с со так то у что это "
    "a an and are as at be by for from in is it of on or that the their this to was were what who with".split()
)
# Irregular forms of words that are frequent on this site, by a form with the right stem.
IRREGULAR = {
    form: base
    for base, forms in {
        "тюрьма": "тюрем",
        "судьба": "судеб",
        "письмо": "писем",
        "деньги": "денег",
        "сестра": "сестер",
        "дочь": "дочери дочерью дочерей дочерям дочерями дочерях",
        "мать": "матери матерью матерей матерям матерями матерях",
        "ребенка": "ребенок дети детей детям детьми детях",
        "человека": "людьми люди людей людям людях",
        "отца": "отец",
        "woman": "women",
        "man": "men",
        "child": "children",
        "wife": "wives",
        "life": "lives",
        "person": "people",
    }.items()
    for form in forms.split()
}
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
    return [match.group() for match in WORD.finditer(_normalize(text))]


def stem(word: str) -> str:
    """The stem that a lower-case word shares with its other forms (Snowball); ё is folded to е.

    Russian words are stemmed repeatedly, because one ending may hide another, as in surnames (Агафонова, Агафонов).
    Words in the Cyrillic alphabet are stemmed as Russian, all others as English.
    """
    folded = word.replace("ё", "е").replace("’", "'").removesuffix("'s")
    folded = _unify_alphabet(folded)[:MAX_WORD_LENGTH]
    folded = IRREGULAR.get(folded, folded)
    if not CYRILLIC.search(folded):
        return str(_english.stemWord(folded)).replace("'", "")
    shorter = _russian.stemWord(folded)
    while shorter != folded and len(shorter) >= MIN_STEM_LENGTH:
        folded, shorter = shorter, _russian.stemWord(shorter)
    return folded.replace("'", "")


# For the words of our own texts, which recur. The words of queries are not cached, for the readers' privacy.
cached_stem = lru_cache(maxsize=65_536)(stem)


def parse_query(query: str) -> list[Term]:
    """The terms of a query: its quoted phrases and its other words, without duplicates, at most MAX_TERMS."""
    query = _normalize(query[:MAX_QUERY_LENGTH])
    phrases = [tokenize(phrase) for phrase in QUOTED.findall(query)]
    all_words = tokenize(QUOTED.sub(" ", query))
    words = [word for word in all_words if word not in STOP_WORDS]
    if not words and not any(phrases):
        words = all_words
    parts = [*(phrase for phrase in phrases if phrase), *([word] for word in words)]
    terms = {tuple(stem(word) for word in part): " ".join(part) for part in parts}
    return [Term(stems, text) for stems, text in terms.items()][:MAX_TERMS]


def without_quotes(query: str) -> str:
    """A query without quotation marks, so that its phrases become words."""
    return " ".join(re.sub(r"[\"«»„“”]", " ", query).split())


def switch_keyboard_layout(word: str) -> str:
    """What the same keys produce in the other keyboard layout."""
    if CYRILLIC.search(word):
        return word.translate(str.maketrans(RUSSIAN_KEYS, LATIN_KEYS))
    return word.translate(str.maketrans(LATIN_KEYS, RUSSIAN_KEYS))


def highlight(text: str, stems: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """A text in segments, each with whether it is a word with one of these stems."""
    position = 0
    for match in WORD.finditer(text):
        if cached_stem(_normalize(match.group())) in stems:
            yield text[position : match.start()], False
            yield match.group(), True
            position = match.end()
    yield text[position:], False


def _normalize(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower().replace(STRESS, "")


def _unify_alphabet(word: str) -> str:
    """A word that mixes the alphabets, in one of them if its letters allow that."""
    is_mixed = CYRILLIC.search(word) and LATIN.search(word)
    if not is_mixed and not DIGIT.search(word):
        return word
    # A number with a letter, such as 7x7, is typed in either alphabet.
    for table, foreign in ((TO_CYRILLIC, LATIN), (TO_LATIN, CYRILLIC)) if is_mixed else ((TO_LATIN, CYRILLIC),):
        translated = word.translate(table)
        if not foreign.search(translated):
            return translated
    return word
