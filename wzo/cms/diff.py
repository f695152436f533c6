"""The changes between two texts, word by word."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

# Words with the space after them, so that a text is exactly its words in a row.
_WORD = re.compile(r"\S+\s*|\s+")
_LINE = re.compile(r".*\n|.+")
# The limit of the work of a comparison, in steps of difflib's; see _work. Beyond it, texts are compared by lines, or
# shown as replaced.
MAX_WORK = 2_000_000


class Change(NamedTuple):
    """A run of text: `kind` is same, added or removed."""

    kind: str
    text: str


def compare(before: str, after: str) -> list[Change]:
    """Both texts in one row of runs: without what was added it is the one, without what was removed the other."""
    return list(_merged(_Comparison().changes(before, after)))


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


class _Comparison:
    """A comparison of two texts, with the work that it may still do."""

    def __init__(self) -> None:
        self.work = MAX_WORK

    def changes(self, before: str, after: str) -> Iterator[Change]:
        """Compare by words if that is little work; else by lines, and by words within those that were replaced."""
        words = _WORD.findall(before), _WORD.findall(after)
        start, end = common_ends(*words)
        yield from _run("same", words[0][:start])
        middle = words[0][start : len(words[0]) - end], words[1][start : len(words[1]) - end]
        if self._may_compare(*middle):
            yield from _opcodes(*middle)
        else:
            yield from self._by_lines("".join(middle[0]), "".join(middle[1]))
        yield from _run("same", words[0][len(words[0]) - end :] if end else [])

    def _by_lines(self, before: str, after: str) -> Iterator[Change]:
        lines = _LINE.findall(before), _LINE.findall(after)
        if not self._may_compare(*lines):
            yield from _replaced(before, after)
            return
        matcher = SequenceMatcher(None, *lines, autojunk=False)
        for kind, i, j, k, n in matcher.get_opcodes():
            removed, added = "".join(lines[0][i:j]), "".join(lines[1][k:n])
            words = _WORD.findall(removed), _WORD.findall(added)
            if kind == "equal":
                yield Change("same", removed)
            elif self._may_compare(*words):
                yield from _opcodes(*words)
            else:
                yield from _replaced(removed, added)

    def _may_compare(self, before: Sequence[str], after: Sequence[str]) -> bool:
        work = _work(before, after)
        if work > self.work:
            return False
        self.work -= work
        return True


def _work(before: Sequence[str], after: Sequence[str]) -> int:
    """How many steps difflib takes at most: for each run that it finds, it goes through all pairs of equal words."""
    counts = Counter(before)
    pairs = sum(counts[word] for word in after)
    return (len(before) + pairs) * min(len(before), len(after))


def _opcodes(before: list[str], after: list[str]) -> Iterator[Change]:
    for kind, i, j, k, n in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from _run("same", before[i:j])
        else:
            yield from _replaced("".join(before[i:j]), "".join(after[k:n]))


def common_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many words both have in common at the start, and then at the end."""
    shorter = min(len(before), len(after))
    start = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    end = next((i for i in range(shorter - start) if before[-1 - i] != after[-1 - i]), shorter - start)
    return start, end


def _run(kind: str, words: Sequence[str]) -> Iterator[Change]:
    if words:
        yield Change(kind, "".join(words))


def _replaced(removed: str, added: str) -> Iterator[Change]:
    if removed:
        yield Change("removed", removed)
    if added:
        yield Change("added", added)


def _merged(changes: Iterator[Change]) -> Iterator[Change]:
    """The runs, where neighbours of one kind are one."""
    waiting: Change | None = None
    for change in changes:
        if waiting and waiting.kind == change.kind:
            waiting = Change(change.kind, waiting.text + change.text)
        else:
            if waiting:
                yield waiting
            waiting = change
    if waiting:
        yield waiting
