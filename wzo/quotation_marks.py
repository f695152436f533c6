"""Quotation marks and apostrophes: straight ones as a language writes them, by how deeply they are nested."""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterator

# An edit of a text: start, end, replacement.
Edit = tuple[int, int, str]
# The opening mark that a straight one becomes, given itself and the opening mark of the quotation around it, if any.
Style = Callable[[str, str], str]

# A quotation mark, or the end of a paragraph, which no quotation crosses.
_QUOTE = re.compile(r"""["'«»„“”‘’]|\n\n""")
PAIRS = {"«": "»", "„": "“", "“": "”", "‘": "’"}
# English words without their first letters: ’tis, ’em, the ’90s.
_ELISION = re.compile(r"'(?:\d\ds?|tis|twas|em|til|cause|bout|n)\b", re.I)


def russian(mark: str, outer: str) -> str:
    """«Outer „inner“ quotations»."""
    return "„" if outer == "«" else "«"


def english(mark: str, outer: str) -> str:
    """“Outer ‘inner’ quotations”, or the other way round if the author has typed single marks outside."""
    preferred, other = ("“", "‘") if mark == '"' else ("‘", "“")
    return other if outer == preferred else preferred


def replace_straight_quotes(text: str, style: Style, ignored: Container[int]) -> Iterator[Edit]:
    """The edits that replace straight quotation marks and apostrophes; `ignored` are positions inside URLs."""
    sides, paired = _find_quotes(text, ignored)
    nesting: list[str] = []
    for position, opens in sides.items():
        mark = text[position]
        if opens is None:
            yield position, position + 1, "’"
            continue
        if not opens and position in paired:
            opening = nesting.pop()
        elif mark in "\"'":
            opening = style(mark, nesting[-1] if nesting else "")
        else:
            opening = mark
        if mark in "\"'":
            yield position, position + 1, opening if opens else PAIRS[opening]
        if opens and position in paired:
            nesting.append(opening)


def _find_quotes(text: str, ignored: Container[int]) -> tuple[dict[int, bool | None], set[int]]:
    """The marks by position: True opens, False closes, None is an apostrophe; and the positions of those in pairs."""
    sides: dict[int, bool | None] = {}
    paired: set[int] = set()
    opened: list[tuple[int, str]] = []
    counts: Counter[str] = Counter()
    for match in _QUOTE.finditer(text):
        position, mark = match.start(), match.group()
        if mark == "\n\n":
            opened.clear()
            counts.clear()
        if mark == "\n\n" or position in ignored:
            continue
        kind, opens = _classify(text, position, sides, counts)
        if not kind:
            continue
        if opens:
            opened.append((position, kind))
            counts[kind] += 1
        sides[position] = opens
        while opens is False and counts[kind]:
            # Marks that were opened later and never closed stay unpaired.
            partner, other = opened.pop()
            counts[other] -= 1
            if other == kind:
                paired |= {partner, position}
                break
    for position in sides:
        if text[position] == "'" and position not in paired:
            sides[position] = None
    return sides, paired


def _classify(text: str, position: int, sides: dict[int, bool | None], opened: Counter[str]) -> tuple[str, bool | None]:
    """The kind of a mark, the same for both sides of a pair, and whether it opens; an empty kind for other marks."""
    mark, after = text[position], text[position + 1 : position + 2]
    if mark in "«„‘" or (mark == "“" and not opened["„"]):
        return mark, True
    if mark in "»”“":
        return {"»": "«", "”": "“", "“": "„"}[mark], False
    if mark == "’":
        return ("", None) if after.isalnum() or not opened["‘"] else ("‘", False)
    return _classify_straight(text, position, sides.get(position - 1), opened)


def _classify_straight(
    text: str, position: int, previous: bool | None, opened: Counter[str]
) -> tuple[str, bool | None]:
    """Likewise for a straight mark; `previous`: whether a mark directly before it opens."""
    mark, before, after = text[position], text[position - 1 : position], text[position + 1 : position + 2]
    begins, ends = not before or before.isspace(), not after or after.isspace()
    if begins and ends:
        return "", None
    if mark == "'" and (_ELISION.match(text, position) or (before.isalnum() and after.isalnum())):
        return mark, None
    if begins or ends:
        return mark, begins
    if previous is not None:
        return mark, previous
    if before in "([{/":
        return mark, True
    if before in "-–—":
        return mark, after.isalnum()
    return mark, after.isalnum() and not opened[mark]
