"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

# Words with the space after them, so that a text is exactly its words in a row.
_WORD = re.compile(r"\S+\s*|\s+")
# A text longer than so many words is compared by its lines, which stays quick.
MAX_WORDS = 6_000


class Change(NamedTuple):
    """A run of text: `kind` is same, added or removed."""

    kind: str
    text: str


def compare(before: str, after: str) -> list[Change]:
    """Both texts in one row of runs: without what was added it is the one, without what was removed the other."""
    words = _WORD.findall(before), _WORD.findall(after)
    if max(map(len, words)) > MAX_WORDS:
        words = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return list(_changes(*words))


def changes_only(before: str, after: str, around: int = 60) -> list[Change]:
    """The same, where long stretches that stayed are cut down to some letters around each change."""
    runs = compare(before, after)
    short = []
    for place, run in enumerate(runs):
        first, last = place == 0, place == len(runs) - 1
        if run.kind != "same" or len(run.text) <= 2 * around:
            short.append(run)
        else:
            head = "" if first else run.text[:around]
            tail = "" if last else run.text[-around:]
            short.append(Change("same", f"{head} … {tail}"))
    return short


def _changes(before: list[str], after: list[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, i, j, k, n in matcher.get_opcodes():
        removed, added = "".join(before[i:j]), "".join(after[k:n])
        if kind == "equal":
            yield Change("same", removed)
            continue
        if removed:
            yield Change("removed", removed)
        if added:
            yield Change("added", added)
