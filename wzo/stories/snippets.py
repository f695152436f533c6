"""Snippets: the sentence of a text that matches a search."""

import re
from collections.abc import Iterator

from wzo.search.analysis import beginning, cached_stem, fold_for_beginnings, highlight, tokenize

SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”»)]*\s+(?=[^\W\d_]|[\"“«—–(\d])")
MAX_LENGTH = 240

# A text in segments, each with whether it matches.
Segments = tuple[tuple[str, bool], ...]


def snippet(text: str, stems: frozenset[str]) -> Segments:
    """The sentence with the most terms, in highlighted segments; empty if the text has none."""
    beginnings = {beginning(stem) for stem in stems}
    paragraphs = (it for it in text.split("\n\n") if _contains(it, beginnings))
    sentences = [it for paragraph in paragraphs for it in _split(paragraph) if _contains(it, beginnings)]
    if not sentences:
        return ()
    best = max(sentences, key=lambda sentence: len(stems.intersection(map(cached_stem, tokenize(sentence)))))
    segments = list(highlight(best, stems))
    if not any(is_match for _, is_match in segments):
        return ()
    return tuple(_shorten(segments))


def _contains(text: str, beginnings: set[str]) -> bool:
    folded = fold_for_beginnings(text)
    return any(it in folded for it in beginnings)


def _split(paragraph: str) -> Iterator[str]:
    """The sentences of a paragraph; none ends within a title in quotation marks."""
    start = seen = depth = 0
    for match in SENTENCE_END.finditer(paragraph):
        depth += paragraph.count("«", seen, match.end()) - paragraph.count("»", seen, match.end())
        seen = match.end()
        if depth <= 0:
            yield paragraph[start : match.start()]
            start, depth = seen, 0
    yield paragraph[start:]


def _shorten(segments: list[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """A long sentence, shortened to begin a little before its first match."""
    before = segments[0][0]
    max_before = MAX_LENGTH // 3
    if len(before) > max_before:
        _, space, tail = before[-max_before:].partition(" ")
        before = "…" + (space + tail if space else before[-max_before:])
    room = MAX_LENGTH
    for text, is_match in [(before, False), *segments[1:]]:
        if len(text) > room and not is_match:
            yield text[: text.rfind(" ", 0, room) + 1 or room] + "…", False
            return
        room -= len(text)
        yield text, is_match
