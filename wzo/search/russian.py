"""Stems of Russian words: Snowball, with additional rules before and after it.

Snowball takes off endings, but leaves fleeting vowels (тюрьма, тюрем; палец, пальца), and takes parts of some stems for
endings. The rules here are about spelling, not about single words, so they hold for words that no dictionary has, such
as names; only irregular words of closed classes are listed. Their accuracy is documented in docs/architecture.md.
"""

import re

import Stemmer

# Shorter stems would no longer distinguish words. An apparent second ending is more often part of the stem.
MIN_STEM_LENGTH, MIN_SECOND_STEM_LENGTH = 2, 4
CONSONANT = "[бвгджзйклмнпрстфхцчшщ]"
VOWEL = "[аеиоуыюя]"

# Forms with the wrong stem, by another form of the same word.
IRREGULAR_FORMS = {
    "мать": "матери",
    "дочь": "дочери",
    "тюрем": "тюрьма",
    "писем": "письмо",
    "кровать": "кровати",
    "печать": "печати",
    "уровень": "уровня",
}
# Words whose plural has another stem; and two stems that Snowball takes for verbs in some forms.
IRREGULAR_STEMS = {"люд": "человк", "дет": "ребенк", "друз": "друг", "имн": "им", "защ": "защит"}
# Monosyllables with a fleeting vowel (день, дня); in others, such as дом, it stays.
FLEETING_MONOSYLLABLES = frozenset("ден сон рот лоб лев пес мох ров шов лед лож рож вош".split())

# Before Snowball: людьми; гражданин, граждане; умереть; любовь, любви; подпись, which is not a verb in -сь.
_INSTRUMENTAL = re.compile("ьми$")
_INHABITANT = re.compile("(?<=[ая]н)ин(?=(?:[аеуы]|ом|ым|ой|ых|ыми)?$)")
_INFINITIVE = re.compile("(?<=ер)еть$")
_FLEETING_BEFORE_SIGN = re.compile("(?<=люб|ерк|екр)о(?=вью?$)")
_SOFT_SIGN = re.compile("(?<=пис)ь$")
# The remains after Snowball where one ending looks like another: казах, казаха; изгоя, изгой.
_SECOND_ENDING = re.compile(f"(?<={VOWEL}{CONSONANT})(?:[ое]в|ах)$|(?<=..)(?:{VOWEL}|й)$")
# Forms of monosyllables without their vowel: дня, снов.
_WITHOUT_VOWEL = re.compile(
    f"(дн|сн|рт|лб|льв|пс|мх|рв|шв|льд|лж|рж|вш)(?:{VOWEL}|[еоая]м|[еоыя]й|[еоаь]ю|[ео]в|[ая]ми|[ая]х)"
)
# After Snowball: the vowel that a stem has only where no ending follows (девушек), й included (боец, бойца), and the
# past tense, which keeps л and ш only after vowels (умер, умерла, умерший).
_FLEETING = re.compile(f"(?<={CONSONANT})[ое](?={CONSONANT}$)")
_FLEETING_AFTER_VOWEL = re.compile(f"(?<={VOWEL})е(?=[цкн]$)")
_PAST = re.compile("(?<=[рзсгкхпб])[лш]$")
_VOWELS = re.compile(VOWEL)

_snowball = Stemmer.Stemmer("russian")


def russian_stem(word: str) -> str:
    """The stem that a lower-case Russian word shares with its other forms; it need not be part of the word."""
    word = fold_letters(word)
    word = _INSTRUMENTAL.sub("ями", IRREGULAR_FORMS.get(word, word))
    for ending in (_INHABITANT, _INFINITIVE, _FLEETING_BEFORE_SIGN):
        word = ending.sub("", word)
    stem = _fold_vowels(fold_signs(_without_ending(word)))
    return IRREGULAR_STEMS.get(stem, stem) or word


def fold_letters(word: str) -> str:
    """A word with the letters that are spelt in two ways as one: ёлка, елка; зэк, зек."""
    return word.replace("ё", "е").replace("э", "е")


def fold_signs(word: str) -> str:
    """A word without soft and hard signs."""
    return word.replace("ь", "").replace("ъ", "")


def _without_ending(word: str) -> str:
    if without_vowel := _WITHOUT_VOWEL.fullmatch(word):
        return without_vowel[1]
    if (without_sign := _SOFT_SIGN.sub("", word)) != word:
        return without_sign
    # Repeatedly, because one ending may hide another, as in surnames (Агафонова, Агафонов).
    shorter, shortest = _snowball.stemWord(word), MIN_STEM_LENGTH
    while shorter != word and len(shorter) >= shortest:
        word, shorter, shortest = shorter, _snowball.stemWord(shorter), MIN_SECOND_STEM_LENGTH
    while (shorter := _SECOND_ENDING.sub("", word)) != word:
        word = shorter
    return word


def _fold_vowels(stem: str) -> str:
    while True:
        folded = stem
        if stem in FLEETING_MONOSYLLABLES or len(_VOWELS.findall(stem)) > 1:
            stem = _FLEETING.sub("", stem)
        stem = _FLEETING_AFTER_VOWEL.sub("й", stem)
        without_suffix = _PAST.sub("", stem)
        if len(without_suffix) > MIN_STEM_LENGTH:
            stem = without_suffix
        if stem == folded:
            return stem
