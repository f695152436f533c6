"""Merges two people's changes of one text, paragraph by paragraph.

The merge3 library takes changes of neighbouring paragraphs for a conflict, because nothing unchanged lies between them;
here they do not conflict.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_SEPARATOR = re.compile(r"(\n(?:[ \t]*\n)+)")


class Merge(NamedTuple):
    """A merged text. Of a paragraph that both changed, `text` has mine, `with_theirs` theirs, `with_base` neither."""

    text: str
    with_theirs: str
    with_base: str
    conflicts: bool


class _Paragraph(NamedTuple):
    separator: str  # Before it.
    text: str


class _Change(NamedTuple):
    """Paragraphs of the base, from `start` to `end` (exclusive), that became others."""

    start: int
    end: int
    new: Sequence[_Paragraph]


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Merge two texts that began as `base`. Paragraphs that both inserted at one place are both kept, theirs first."""
    if theirs in (base, mine):
        return Merge(mine, mine, mine, False)
    if mine == base:
        return Merge(theirs, theirs, theirs, False)
    if not base.strip():
        # Two different first versions of a text cannot be merged.
        return Merge(mine, theirs, base, True)
    texts = [_split(text) for text in (base, mine, theirs)]
    paragraphs = texts[0][0]
    changes = _changes(paragraphs, texts[1][0]), _changes(paragraphs, texts[2][0])
    merged: list[_Paragraph] = []
    with_theirs: list[_Paragraph] = []
    with_base: list[_Paragraph] = []
    conflicts = False
    end = 0
    for first, last, my_changes, their_changes in _groups(*changes):
        both = [paragraphs[end:first], paragraphs[first:last]]
        ours, others = _apply(both[1], first, my_changes), _apply(both[1], first, their_changes)
        merged += both[0]
        with_theirs += both[0]
        with_base += both[0]
        if my_changes and their_changes and first == last:
            texts_of_others = set(_texts(others))
            joined = [*others, *(paragraph for paragraph in ours if paragraph.text not in texts_of_others)]
            merged += joined
            with_theirs += joined
            with_base += joined
        else:
            conflicts |= bool(my_changes and their_changes and _texts(ours) != _texts(others))
            merged += ours if my_changes else others
            with_theirs += others if their_changes else ours
            with_base += both[1] if my_changes and their_changes else ours if my_changes else others
        end = last
    merged += paragraphs[end:]
    with_theirs += paragraphs[end:]
    with_base += paragraphs[end:]
    tail = texts[1][1] if texts[1][1] != texts[0][1] else texts[2][1]
    return Merge(_join(merged) + tail, _join(with_theirs) + tail, _join(with_base) + tail, conflicts)


def _split(text: str) -> tuple[list[_Paragraph], str]:
    """The paragraphs of a text, and the white space at its end."""
    body = text.rstrip()
    parts = _SEPARATOR.split(body)
    paragraphs = [_Paragraph("", parts[0])] if parts[0] else []
    paragraphs += [_Paragraph(parts[i], parts[i + 1]) for i in range(1, len(parts), 2)]
    return paragraphs, text[len(body) :]


def _join(paragraphs: Sequence[_Paragraph]) -> str:
    """The text of paragraphs that have come from different texts: a blank line divides them at least."""
    first = "".join(paragraph.text for paragraph in paragraphs[:1])
    return first + "".join((paragraph.separator or "\n\n") + paragraph.text for paragraph in paragraphs[1:])


def _changes(base: Sequence[_Paragraph], changed: Sequence[_Paragraph]) -> list[_Change]:
    """The changes, as fine as possible: paragraphs that were replaced one by one are changes of their own."""
    changes = []
    matcher = SequenceMatcher(None, _texts(base), _texts(changed), autojunk=False)
    for kind, i, j, k, n in matcher.get_opcodes():
        if kind == "replace" and j - i == n - k:
            changes += [_Change(i + step, i + step + 1, [changed[k + step]]) for step in range(j - i)]
        elif kind != "equal":
            changes.append(_Change(i, j, changed[k:n]))
    return changes


def _groups(mine: list[_Change], theirs: list[_Change]) -> Iterator[tuple[int, int, list[_Change], list[_Change]]]:
    """The changes in the order of the base, those of both sides that overlap together, with the part that they span."""
    ordered = sorted(
        [*((change, 0) for change in mine), *((change, 1) for change in theirs)],
        key=lambda entry: (entry[0].start, entry[0].end, entry[1]),
    )
    while ordered:
        (change, side), *ordered = ordered
        group: tuple[list[_Change], list[_Change]] = ([], [])
        group[side].append(change)
        first, last = change.start, change.end
        # Two insertions at one place, or a part that both have changed.
        while ordered and (ordered[0][0].start < last or ordered[0][0][:2] == (first, last)):
            (change, side), *ordered = ordered
            group[side].append(change)
            last = max(last, change.end)
        yield first, last, *group


def _apply(base: Sequence[_Paragraph], offset: int, changes: Sequence[_Change]) -> list[_Paragraph]:
    result = list(base)
    for change in reversed(changes):
        result[change.start - offset : change.end - offset] = change.new
    return result


def _texts(paragraphs: Sequence[_Paragraph]) -> list[str]:
    return [paragraph.text for paragraph in paragraphs]
