"""Plain text: each language's typography."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, wraps
from itertools import accumulate, pairwise
from typing import Concatenate, ParamSpec, TypeVar

from wzo.quotation_marks import Edit, Style, english, replace_straight_quotes, russian

NBSP = "\u00a0"
NO_BREAK_HYPHEN = "\u2011"
# Stands for inline content that is not text, such as code.
OBJECT_REPLACEMENT = "\ufffc"

Rule = Callable[[str], Iterable[Edit]]

P = ParamSpec("P")
R = TypeVar("R")

# URLs and e-mail addresses are copied and typed, so they must not change.
_URL = re.compile(
    r"""(?:https?://|www\.)[^\s<>"«»“”„]+(?<![.,;:!?…)'’])
    | (?<![\w+-])\w[\w.+-]{0,63}@[\w-]+(?:\.[\w-]+)+
    | (?<![\w-])(?:\w[\w-]{0,62}\.){1,5}[^\W\d_]{2,}/[^\s<>"«»“”„]*(?<![.,;:!?…)'’])""",
    re.X | re.I,
)


def cache_texts(size: int, max_length: int) -> Callable[[Callable[Concatenate[str, P], R]], Callable[..., R]]:
    """Cache the last `size` results of a function, except for texts longer than `max_length`, to bound the memory."""

    def decorate(function: Callable[Concatenate[str, P], R]) -> Callable[..., R]:
        cached: Callable[Concatenate[str, P], R] = lru_cache(size)(function)  # type: ignore[assignment]

        @wraps(function)
        def wrapper(text: str, *args: P.args, **kwargs: P.kwargs) -> R:
            return (cached if len(text) <= max_length else function)(text, *args, **kwargs)

        return wrapper

    return decorate


@cache_texts(2048, max_length=2_000)
def typography(text: str, language: str) -> str:
    """A plain text as its language is typeset: quotes, dashes, apostrophes, and no-break spaces.

    Applying it twice changes nothing more. It caches its arguments, so it is not for text that visitors enter.
    """
    return typeset([text], language)[0]


def typeset(segments: Sequence[str], language: str) -> list[str]:
    """Likewise for one text in segments, as markup divides it: a quotation may begin in one and end in another."""
    text = "".join(segments)
    ends = list(accumulate(map(len, segments)))
    for rule in _RULES.get(language, _DEFAULT_RULES):
        text, ends = _apply(rule, text, ends)
    return [text[start:end] for start, end in pairwise([0, *ends])]


def _apply(rule: Rule, text: str, ends: list[int]) -> tuple[str, list[int]]:
    """The text after a rule, and the new ends of its segments. Edits across the end of a segment are not applied."""
    wanted = list(rule(text))
    if not wanted:
        return text, ends
    edits = [
        (start, end, new)
        for start, end, new in _outside_urls(text, wanted)
        if bisect_right(ends, start) == bisect_left(ends, end)
    ]
    starts = [start for start, _, _ in edits]
    growth = list(accumulate((len(new) - (end - start) for start, end, new in edits), initial=0))
    parts, position = [], 0
    for start, end, new in edits:
        parts += [text[position:start], new]
        position = end
    return "".join([*parts, text[position:]]), [end + growth[bisect_left(starts, end)] for end in ends]


def _outside_urls(text: str, edits: Iterable[Edit]) -> Iterator[Edit]:
    """The edits, in the order of the text, that touch no URL. Both are gone through once, together."""
    urls = (match.span() for match in _URL.finditer(text))
    begin, stop = next(urls, (len(text), len(text)))
    for start, end, new in edits:
        while stop <= start < len(text):
            begin, stop = next(urls, (len(text), len(text)))
        if end <= begin:
            yield start, end, new


def _replace(pattern: str, replacement: str) -> Rule:
    """A rule that replaces the only group of each match."""
    compiled = re.compile(pattern, re.I | re.M)
    return lambda text: ((*match.span(1), replacement) for match in compiled.finditer(text))


def _quotes(style: Style) -> Rule:
    def rule(text: str) -> Iterable[Edit]:
        in_urls = {position for match in _URL.finditer(text) for position in range(*match.span())}
        return replace_straight_quotes(text, style, in_urls)

    return rule


def _ranges(text: str) -> Iterator[Edit]:
    """1933-34 and 10-20, but not dates, telephone numbers, articles of law or case numbers."""
    for match in re.finditer(r"(?<![\w./–—-])(?<!№)(?<!№[ \u00a0])(\d{1,4})(-)(\d{1,4})(?![\w/–—-]|\.\d)", text):
        first, _, last = match.groups()
        is_shortened = len(last) < len(first)
        if int(first[: len(first) - len(last)] + last) > int(first) and not (is_shortened and len(last) == 1):
            yield *match.span(2), "–"


def _dashes(dash: str) -> tuple[Rule, ...]:
    return (
        _replace(r"(?<=\d)(?<!-)(--)(?=\d)", "–"),
        _replace(r"(?<=[\w»”’.,!?…)])(---?)(?=[\w«“‘„(])", f"{NBSP}{dash} "),
        _replace(r"(?<!\S)(---?)(?!\S)", dash),
        _replace(r"[^\s–—-][ \u00a0]+(-)(?=\s)", dash),
        _ranges,
    )


# No line ends after a short Russian word, or begins with a dash or a particle, or separates a number from its noun.
_SHORT = r"(?!же|ли|бы)[а-яё]{1,2}|без|для|над|под|при|про|или|что|как|это"
_RUSSIAN_BREAKS = (
    _replace(rf"(?<![\w-])(?:{_SHORT})([ \n])(?=[\w«„(])", NBSP),
    _replace(r"(?<=\w)( )(?=(?:же|ли|бы|ж|б)(?!\w))", NBSP),
    _replace(r"(?<=\d)( )(?=[\w%₽])", NBSP),
)
_ENGLISH_BREAKS = (
    _replace(r"(?<!\w)(?-i:[Aa]|I)( )(?=\w)", NBSP),
    _replace(r"(?<=\d)( )(?=[^\W\d_])", NBSP),
)
_COMMON_BREAKS = (
    # "e-mail", "X-ray": no line ends after a single letter.
    _replace(r"(?<![\w@.’'-])[^\W\d_](-)(?=[^\W\d_])", NO_BREAK_HYPHEN),
    _replace(r"(?<=\S)( )(?=[—–](?:\s|\Z))", NBSP),
    _replace(r"^[—–]( )(?=\S)", NBSP),
    _replace(r"(?<!\w)(?-i:[A-ZА-ЯЁ])\.( )(?=(?-i:[A-ZА-ЯЁ]))", NBSP),
    _replace(r"(?<=[№§])( )(?=\w)", NBSP),
    _replace(r"(?<!\w)(?:ст|ч|п|гл|стр|art|no|ch|pp?)\.( )(?=\d)", NBSP),
)


def _rules(style: Style, dash: str, breaks: tuple[Rule, ...] = ()) -> tuple[Rule, ...]:
    ellipsis = _replace(r"(?<!\.)(\.{3})(?!\.)", "…")
    return (ellipsis, _quotes(style), *_dashes(dash), *_COMMON_BREAKS, *breaks)


_RULES = {"ru": _rules(russian, "—", _RUSSIAN_BREAKS), "en": _rules(english, "–", _ENGLISH_BREAKS)}
# For languages without rules of their own.
_DEFAULT_RULES = _rules(english, "–")
