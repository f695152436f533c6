"""Words: how they are told apart, folded and reduced to stems, so that what is asked meets what is written."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

# A question is cut to what a person would type; the rest finds nothing anyway.
LONGEST_QUESTION = 200
MOST_TERMS = 8
LONGEST_WORD = 64
# Of a shorter stem nothing would be left to tell the word by.
SHORTEST_STEM = 3
# The mark over a stressed vowel; Russian books for learners and dictionaries set it, nobody types it.
STRESS = "\u0301"
WORD = re.compile(rf"[^\W_](?:[^\W_]|{STRESS}|['’](?=[^\W_]))*")
QUOTED = re.compile(r"[\"«„“](.*?)[\"»“”]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[a-z]")
DIGIT = re.compile(r"\d")
# Letters that look alike; a word that mixes the alphabets means one of them.
TO_CYRILLIC = str.maketrans("aceopxyhkmtb", "асеорхункмтв")
TO_LATIN = {cyrillic: latin for latin, cyrillic in TO_CYRILLIC.items()}
# What stands in every text and tells nothing, unless it is all that is asked for.
STOP_WORDS = frozenset(
    "а без бы в во для до же за и из или к как ко ли на над не но о об от по под при про с со так то у что это "
    "a an and are as at be by for from in is it of on or that the their this to was were what who with".split()
)
# Forms that no ending explains, by the form whose stem they take; the words that this site is about.
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
# The keys of the Russian layout where a Latin keyboard has others: what was typed without switching.
LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"

_russian = Stemmer.Stemmer("russian")
_english = Stemmer.Stemmer("english")


@dataclass(frozen=True)
class Term:
    """Something asked for: the stems of one word, or of the words of a phrase in their order."""

    stems: tuple[str, ...]
    text: str


def words_of(text: str) -> list[str]:
    """The words of a text in their order, in small letters, as they are written."""
    return [match.group() for match in WORD.finditer(_plain(text))]


def stem(word: str) -> str:
    """The stem by which a word is found in all its forms (Snowball), ё as е.

    A Russian ending may hide another one, as in surnames (Агафонова, Агафонов): stems are cut until nothing changes.
    """
    folded = word.replace("ё", "е").replace("’", "'").removesuffix("'s")
    folded = _one_alphabet(folded)[:LONGEST_WORD]
    folded = IRREGULAR.get(folded, folded)
    if not CYRILLIC.search(folded):
        return str(_english.stemWord(folded)).replace("'", "")
    shorter = _russian.stemWord(folded)
    while shorter != folded and len(shorter) >= SHORTEST_STEM:
        folded, shorter = shorter, _russian.stemWord(shorter)
    return folded.replace("'", "")


# For the words of our own texts, which come back again and again. What readers ask for is not remembered.
stem_of_text = lru_cache(maxsize=65_536)(stem)


def parse_query(question: str) -> list[Term]:
    """What a question asks for: its quoted phrases and its words, each once, at most MOST_TERMS of them."""
    question = _plain(question[:LONGEST_QUESTION])
    phrases = [words_of(phrase) for phrase in QUOTED.findall(question)]
    single = words_of(QUOTED.sub(" ", question))
    telling = [word for word in single if word not in STOP_WORDS]
    if not telling and not any(phrases):
        telling = single
    parts = [*(phrase for phrase in phrases if phrase), *([word] for word in telling)]
    terms = {tuple(stem(word) for word in part): " ".join(part) for part in parts}
    return [Term(stems, text) for stems, text in terms.items()][:MOST_TERMS]


def without_quotes(question: str) -> str:
    """The same words, no longer as phrases."""
    return " ".join(re.sub(r"[\"«»„“”]", " ", question).split())


def other_keyboard(word: str) -> str:
    """What the same keys give in the other alphabet, for words that were typed without switching."""
    if CYRILLIC.search(word):
        return word.translate(str.maketrans(RUSSIAN_KEYS, LATIN_KEYS))
    return word.translate(str.maketrans(LATIN_KEYS, RUSSIAN_KEYS))


def mark_words(text: str, stems: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """A text in pieces, each with whether it is a word with one of the stems; together they are the text."""
    place = 0
    for match in WORD.finditer(text):
        if stem_of_text(_plain(match.group())) in stems:
            yield text[place : match.start()], False
            yield match.group(), True
            place = match.end()
    yield text[place:], False


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower().replace(STRESS, "")


def _one_alphabet(word: str) -> str:
    mixed = CYRILLIC.search(word) and LATIN.search(word)
    if not mixed and not DIGIT.search(word):
        return word
    # A number with a letter, such as 7x7, is typed in either alphabet.
    for table, foreign in ((TO_CYRILLIC, LATIN), (TO_LATIN, CYRILLIC)) if mixed else ((TO_LATIN, CYRILLIC),):
        changed = word.translate(table)
        if not foreign.search(changed):
            return changed
    return word
