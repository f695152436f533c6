"""Generates demo texts: sentences that are grammatical in Russian and in English, and say the same in both.

`demo.toml` has the words and sentences, and describes their notation.
"""

import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from wzo.slugs import transliterate

# Demo objects have texts in these languages only, whatever languages the site has.
LANGUAGES = ("ru", "en")
CASES = ("nom", "gen", "dat", "acc", "ins", "pre", "noms", "gens", "dats", "accs", "inss", "pres")
CASE_OF_DIRECTION = {"in": "pre", "to": "acc", "from": "gen"}
FROM = {"в": "из", "на": "с"}
# The endings of adjectives by gender and case; p is the plural of all genders. `_adjective` adapts them to the stem.
ADJECTIVES = {
    "m": "ый ого ому ый ым ом".split(),
    "f": "ая ой ой ую ой ой".split(),
    "n": "ое ого ому ое ым ом".split(),
    "p": "ые ых ым ые ыми ых".split(),
}
# The probabilities of an adjective with a noun, emphasis in a paragraph, a list or the like in a section, a footnote.
WITH_ADJECTIVE, WITH_MARKS, WITH_MORE, WITH_NOTE = 0.4, 0.2, 0.4, 0.2
SLOT = re.compile(r"{(\w+)")
LETTER = re.compile(r"[^\W\d_]")
# Prepositions that get another letter before certain sounds: об окне, со школой.
EUPHONIC_FORMS = (
    (re.compile(r"(?<=\b[Оо]) (?=[аиоуэ])", re.I), "б "),
    (re.compile(r"(?<=\b[Сс]) (?=[сзшж][бвгджзклмнпрстфхцчшщ]|щ)", re.I), "о "),
)
DEMO = tomllib.loads(Path(__file__).with_name("demo.toml").read_text(encoding="utf-8"))

# A text by language.
Words = dict[str, str]


@dataclass(frozen=True)
class Noun:
    """A noun: its gender (m, f, n), its Russian forms by case, and its English singular and plural.

    `inside`: the Russian and the English preposition for "in", if it is a place.
    """

    gender: str
    russian: Mapping[str, str]
    english: tuple[str, str]
    inside: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class InRussian:
    """A noun, perhaps with an adjective, formatted in a case: `{item:ins}`."""

    noun: Noun
    adjective: str

    def __format__(self, form: str) -> str:
        case = CASE_OF_DIRECTION.get(form, form)
        words = [self.noun.russian[case]]
        if self.adjective:
            words.insert(0, _adjective(self.adjective, self.noun.gender, case))
        if form in CASE_OF_DIRECTION:
            inside = self.noun.inside[0]
            words.insert(0, FROM[inside] if form == "from" else inside)
        return " ".join(words)


@dataclass(frozen=True)
class InEnglish:
    """Likewise in English, formatted in a form such as the plural: `{item:s}`."""

    noun: Noun
    adjective: str

    def __format__(self, form: str) -> str:
        one, many = (f"{self.adjective} {word}".strip() for word in self.noun.english)
        if form == "s":
            return many
        if form == "a":
            return f"an {one}" if one[0] in "aeiou" else f"a {one}"
        before = {"in": f"{self.noun.inside[1]} ", "to": "to ", "from": "from "}.get(form, "")
        return f"{before}the {one}"


class Writer:
    """Generates texts; always the same ones for the same seed."""

    def __init__(self, seed: str) -> None:
        self.rng = random.Random(seed)  # noqa: S311
        # One town for each writer, so that its name occurs in few texts.
        towns = DEMO["towns"]
        self.town = _town(self.rng.choice(towns["first"].split()) + self.rng.choice(towns["second"].split()))

    def say(self, phrase: str, **given: Any) -> Words:
        """A random phrase of a kind, with the given words in its slots, and random words in the others."""
        russian, english = self.rng.choice(DEMO["phrases"][phrase])
        slots = {slot: self._choose(slot.rstrip("2")) for slot in _slots(russian, english)}
        return {
            "ru": _capitalize(_euphonic(russian.format_map({slot: it[0] for slot, it in slots.items()} | given))),
            "en": _capitalize(english.format_map({slot: it[1] for slot, it in slots.items()} | given)),
        }

    def body(self) -> Words:
        """A Markdown text of 150 to 600 words with headings, and sometimes a list, quotation, table or footnote."""
        wanted = self.rng.triangular(150, 350, 190)
        blocks = [self._paragraph()]
        while sum(len(block["ru"].split()) for block in blocks) < wanted:
            blocks += [join("## ", self.say("heading")), self._paragraph()]
            if self.rng.random() < WITH_MORE:
                blocks += self.rng.choice((self._list, self._steps, self._quote, self._quote, self._table))()
        if self.rng.random() < WITH_NOTE:
            blocks[0] = join(blocks[0], "[^1]")
            blocks.append(join("[^1]: ", self.say("footnote")))
        return join(*blocks, between="\n\n")

    def _choose(self, kind: str) -> tuple[Any, Any]:
        """A random word of a kind, in Russian and in English."""
        if kind == "town":
            return InRussian(self.town, ""), self.town.english[0]
        if kind not in DEMO["words"]:
            return "", ""
        words, weights = _words(kind)
        word = self.rng.choices(words, cum_weights=weights)[0]
        if not isinstance(word, Noun):
            return word[0], word[1]
        russian, english = self.rng.choice(DEMO["adjectives"][kind]) if self.rng.random() < WITH_ADJECTIVE else ("", "")
        return InRussian(word, russian), InEnglish(word, english)

    def _paragraph(self) -> Words:
        sentences = [self.say("sentence") for _ in range(self.rng.randint(3, 6))]
        if self.rng.random() < WITH_MARKS:
            sentences.append(self.say("marked_sentence"))
        return join(*sentences, between=" ")

    def _list(self) -> list[Words]:
        items = [join("- ", self.say("item")) for _ in range(self.rng.randint(3, 6))]
        return [self.say("list_lead"), join(*items, between="\n")]

    def _steps(self) -> list[Words]:
        steps = [join(f"{number}. ", self.say("step")) for number in range(1, self.rng.randint(4, 6))]
        return [self.say("steps_lead"), join(*steps, between="\n")]

    def _quote(self) -> list[Words]:
        return [join("> ", self.say("quote"))]

    def _table(self) -> list[Words]:
        rows = [self.say("table_row") for _ in range(self.rng.randint(3, 5))]
        return [join(self.say("table_head"), "| --- | --- | --- |", *rows, between="\n")]


@cache
def _slots(russian: str, english: str) -> list[str]:
    return list(dict.fromkeys(SLOT.findall(russian + english)))


@cache
def _words(kind: str) -> tuple[list[Any], list[float]]:
    """The words of a kind and their cumulative weights: a few are frequent and many are rare, as in real texts."""
    words = DEMO["words"][kind]
    nouns = [word if isinstance(word, list) else _noun(kind, word.split(", ")) for word in words]
    return nouns, list(accumulate(1 / (rank + 2) for rank in range(len(words))))


def _noun(kind: str, parts: list[str]) -> Noun:
    inside = (parts.pop(0), parts.pop(0)) if kind == "place" else ("", "")
    beginning, declension, many, *english = parts
    return Noun(declension[0], _decline(beginning, declension, many), (english[0], english[-1]), inside)


def _town(name: str) -> Noun:
    english = transliterate(name.lower()).capitalize()
    return Noun("m", _decline(name, "m-ы", ""), (english, english))


def _decline(beginning: str, declension: str, many: str) -> dict[str, str]:
    endings = DEMO["declensions"][declension].split()
    forms = [many if ending == "*" else beginning + ending.strip(".") for ending in endings]
    return dict(zip(CASES, forms, strict=True))


@cache
def _adjective(word: str, gender: str, case: str) -> str:
    """An adjective in a gender and case, given its dictionary form: старый, зимний, городской."""
    if (gender, case) in (("m", "nom"), ("m", "acc")):
        return word
    beginning = word[:-2]
    is_plural, case_number = divmod(CASES.index(case), 6)
    ending = ADJECTIVES["p" if is_plural else gender][case_number]
    sibilant, velar = beginning[-1] in "жшчщ", beginning[-1] in "гкх"
    if word.endswith("ий") and not velar:
        # ж, ш, ч and щ are followed by а and у instead of я and ю.
        first = ending[0].translate(str.maketrans("ыо", "ие") if sibilant else str.maketrans("ыоау", "иеяю"))
    else:
        first = ending[0].replace("ы", "и") if sibilant or velar else ending[0]
    return beginning + first + ending[1:]


def _euphonic(text: str) -> str:
    for pattern, replacement in EUPHONIC_FORMS:
        text = pattern.sub(replacement, text)
    return text


def _capitalize(text: str) -> str:
    """A phrase with its first letter in upper case."""
    first = LETTER.search(text)
    return text if first is None else text[: first.start()] + first.group().upper() + text[first.end() :]


def join(*parts: Words | str, between: str = "") -> Words:
    """Joins texts in all languages; a plain string is the same in every language."""
    return {
        language: between.join(part if isinstance(part, str) else part[language] for part in parts)
        for language in LANGUAGES
    }
