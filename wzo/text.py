"""Words: what may not hide in them, how each language sets them, and where their lines may not break."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, wraps
from itertools import accumulate, pairwise
from typing import Concatenate, ParamSpec, TypeVar

NO_BREAK = "\u00a0"
# Stands for what is not text, such as a piece of code between words.
NO_TEXT = "\ufffc"
# Joiners that Persian or Hindi names need; every other invisible sign only serves to deceive.
JOINERS = {"\u200c", "\u200d"}

# Where a text changes: from, to, and what stands there then.
Edit = tuple[int, int, str]
Rule = Callable[[str], Iterable[Edit]]

Given = ParamSpec("Given")
Made = TypeVar("Made")

# Addresses are copied and typed, so that not a letter of them may change.
_ADDRESS = re.compile(
    r"""(?:https?://|www\.)[^\s<>"«»“”„]+(?<![.,;:!?…)'’])
    | (?<![\w+-])\w[\w.+-]{0,63}@[\w-]+(?:\.[\w-]+)+
    | (?<![\w-])(?:\w[\w-]{0,62}\.){1,5}[^\W\d_]{2,}/[^\s<>"«»“”„]*(?<![.,;:!?…)'’])""",
    re.X | re.I,
)
# A quotation mark, or the end of a paragraph, over which no quotation reaches.
_QUOTE = re.compile(r"""["'«»„“”‘’]|\n\n""")
_PAIRS = {"«": "»", "„": "“", "“": "”", "‘": "’"}
# English words that lose their beginning: ’tis, ’em, the ’90s.
_CUT = re.compile(r"'(?:\d\ds?|tis|twas|em|til|cause|bout|n)\b", re.I)


def remember(size: int, longest: int) -> Callable[[Callable[Concatenate[str, Given], Made]], Callable[..., Made]]:
    """Keep the last `size` results of a function, but of no text over `longest` characters, to bound the memory."""

    def decorate(function: Callable[Concatenate[str, Given], Made]) -> Callable[..., Made]:
        kept: Callable[Concatenate[str, Given], Made] = lru_cache(size)(function)  # type: ignore[assignment]

        @wraps(function)
        def remembering(text: str, *args: Given.args, **kwargs: Given.kwargs) -> Made:
            return (kept if len(text) <= longest else function)(text, *args, **kwargs)

        return remembering

    return decorate


def invisible_signs(text: str) -> bool:
    """Whether a text holds control characters, or signs that hide or turn around what is read."""
    return any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") and c not in JOINERS for c in text)


@remember(2048, longest=2_000)
def typography(text: str, language: str) -> str:
    """A plain text as its language is set: quotes, dashes, apostrophes, and no-break spaces where a line must not end.

    Doing it again changes nothing. What it was given is remembered, so it is not for what visitors write.
    """
    return typeset([text], language)[0]


def typeset(content_items: Sequence[str], language: str) -> list[str]:
    """The same for one text in pieces, as markup parts it: a quotation may begin in one piece and end in another."""
    text = "".join(content_items)
    ends = list(accumulate(map(len, content_items)))
    for rule in _RULES[language]:
        text, ends = _apply(rule, text, ends)
    return [text[start:end] for start, end in pairwise([0, *ends])]


def _apply(rule: Rule, text: str, ends: list[int]) -> tuple[str, list[int]]:
    """The text after a rule, and where its pieces end then. What reaches over the end of a piece stays as it is."""
    wanted = list(rule(text))
    if not wanted:
        return text, ends
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    edits = [
        (start, end, new)
        for start, end, new in wanted
        if not any(begin < end and start < stop for begin, stop in addresses)
        and bisect_right(ends, start) == bisect_left(ends, end)
    ]
    starts = [start for start, _, _ in edits]
    grown = list(accumulate((len(new) - (end - start) for start, end, new in edits), initial=0))
    parts, place = [], 0
    for start, end, new in edits:
        parts += [text[place:start], new]
        place = end
    return "".join([*parts, text[place:]]), [end + grown[bisect_left(starts, end)] for end in ends]


def _replace(pattern: str, replacement: str) -> Rule:
    """The rule that puts `replacement` for the only group of each match."""
    compiled = re.compile(pattern, re.I | re.M)
    return lambda text: ((*match.span(1), replacement) for match in compiled.finditer(text))


def _ranges(text: str) -> Iterator[Edit]:
    """1933-34 and 10-20, but no dates, telephones, articles or numbers of cases, which go down or are one of many."""
    for match in re.finditer(r"(?<![\w./–—-])(?<!№)(?<!№[ \u00a0])(\d{1,4})(-)(\d{1,4})(?![\w/–—-]|\.\d)", text):
        first, _, last = match.groups()
        shortened = len(last) < len(first)
        if int(first[: len(first) - len(last)] + last) > int(first) and not (shortened and len(last) == 1):
            yield *match.span(2), "–"


def _quotes(language: str) -> Rule:
    """Straight quotes and apostrophes as the language writes them, by how deep they stand in one another."""

    def rule(text: str) -> Iterator[Edit]:
        sides, partners = _sides_of_quotes(text)
        within: list[str] = []
        for place, opens in sides.items():
            sign = text[place]
            if opens is None:
                yield place, place + 1, "’"
                continue
            paired = place in partners
            if not opens and paired:
                style = within.pop()
            elif sign in "\"'":
                style = _style(sign, within[-1] if within else "", language)
            else:
                style = sign
            if sign in "\"'":
                yield place, place + 1, style if opens else _PAIRS[style]
            if opens and paired:
                within.append(style)

    return rule


def _style(sign: str, around: str, language: str) -> str:
    if language == "ru":
        return "„" if around == "«" else "«"
    outer, inner = ("“", "‘") if sign == '"' else ("‘", "“")
    return inner if around == outer else outer


def _sides_of_quotes(text: str) -> tuple[dict[int, bool | None], set[int]]:
    """Which marks open (true), close (false) or are straight apostrophes (none), and the places of those in pairs."""
    sides: dict[int, bool | None] = {}
    partners: set[int] = set()
    opened: list[tuple[int, str]] = []
    kinds: Counter[str] = Counter()
    addresses = {place for match in _ADDRESS.finditer(text) for place in range(*match.span())}
    for match in _QUOTE.finditer(text):
        place, sign = match.start(), match.group()
        if sign == "\n\n":
            opened.clear()
            kinds.clear()
        if sign == "\n\n" or place in addresses:
            continue
        kind, opens = _read_quote(text, place, sides, kinds)
        if not kind:
            continue
        if opens:
            opened.append((place, kind))
            kinds[kind] += 1
        sides[place] = opens
        while opens is False and kinds[kind]:
            # Whatever was opened later and never closed stays without a partner.
            partner, other = opened.pop()
            kinds[other] -= 1
            if other == kind:
                partners |= {partner, place}
                break
    for place in sides:
        if text[place] == "'" and place not in partners:
            sides[place] = None
    return sides, partners


def _read_quote(text: str, place: int, sides: dict[int, bool | None], opened: Counter[str]) -> tuple[str, bool | None]:
    """The kind of a mark, the same for both sides of a pair, and whether it opens; no kind for what is no quote."""
    sign, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if sign in "«„‘" or (sign == "“" and not opened["„"]):
        return sign, True
    if sign in "»”“":
        return {"»": "«", "”": "“", "“": "„"}[sign], False
    if sign == "’":
        return ("", None) if after.isalnum() or not opened["‘"] else ("‘", False)
    begins, ends = not before or before.isspace(), not after or after.isspace()
    if begins and ends:
        return "", None
    if sign == "'" and (_CUT.match(text, place) or (before.isalnum() and after.isalnum())):
        return sign, None
    if begins or ends:
        return sign, begins
    if sides.get(place - 1) is not None:
        return sign, sides[place - 1]
    if before in "([{/":
        return sign, True
    if before in "-–—":
        return sign, after.isalnum()
    return sign, after.isalnum() and not opened[sign]


# A line does not end after a short Russian word, nor begin with a dash or a particle, nor part a number from its noun.
_SHORT = r"(?!же|ли|бы)[а-яё]{1,2}|без|для|над|под|при|про|или|что|как|это"
_SHARED_BREAKS = (
    _replace(r"(?<=\S)( )(?=[—–](?:\s|\Z))", NO_BREAK),
    _replace(r"^[—–]( )(?=\S)", NO_BREAK),
    _replace(r"(?<!\w)(?-i:[A-ZА-ЯЁ])\.( )(?=(?-i:[A-ZА-ЯЁ]))", NO_BREAK),
    _replace(r"(?<=[№§])( )(?=\w)", NO_BREAK),
    _replace(r"(?<!\w)(?:ст|ч|п|гл|стр|art|no|ch|pp?)\.( )(?=\d)", NO_BREAK),
)
_BREAKS: dict[str, tuple[Rule, ...]] = {
    "ru": (
        _replace(rf"(?<![\w-])(?:{_SHORT})([ \n])(?=[\w«„(])", NO_BREAK),
        _replace(r"(?<=\w)( )(?=(?:же|ли|бы|ж|б)(?!\w))", NO_BREAK),
        _replace(r"(?<=\d)( )(?=[\w%₽])", NO_BREAK),
    ),
    "en": (
        _replace(r"(?<!\w)(?-i:[Aa]|I)( )(?=\w)", NO_BREAK),
        _replace(r"(?<=\d)( )(?=[^\W\d_])", NO_BREAK),
    ),
}


def _dashes(dash: str) -> tuple[Rule, ...]:
    return (
        _replace(r"(?<=\d)(?<!-)(--)(?=\d)", "–"),
        _replace(r"(?<=[\w»”’.,!?…)])(---?)(?=[\w«“‘„(])", f"{NO_BREAK}{dash} "),
        _replace(r"(?<!\S)(---?)(?!\S)", dash),
        _replace(r"[^\s–—-][ \u00a0]+(-)(?=\s)", dash),
        _ranges,
    )


_RULES: dict[str, tuple[Rule, ...]] = {
    language: (
        _replace(r"(?<!\.)(\.{3})(?!\.)", "…"),
        _quotes(language),
        *_dashes(dash),
        *_SHARED_BREAKS,
        *_BREAKS[language],
    )
    for language, dash in (("ru", "—"), ("en", "–"))
}
