"""Patches: an edit page sends them instead of a long text of which it has changed a few letters."""

import json
import zlib
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

from wzo.cms.diff import common_ends
from wzo.errors import WzoError


class PatchMismatch(WzoError):
    """A patch does not fit the text that it was made for; the page sends the whole text instead."""

    status = 409


class Replacement(NamedTuple):
    """Replaces the characters from `start` to `end` (code points, exclusive) by `text`."""

    start: int
    end: int
    text: str


class Patch(NamedTuple):
    """Replacements in the text of a base revision, from its start to its end; `checksum`: the CRC-32 of the result."""

    checksum: int
    replacements: Sequence[Replacement]

    def apply(self, text: str) -> str:
        """The text after the patch. Raises PatchMismatch."""
        for start, end, new in reversed(self.replacements):
            text = text[:start] + new + text[end:]
        if zlib.crc32(text.encode()) != self.checksum:
            raise PatchMismatch
        return text


def parse_patch(value: str) -> Patch:
    """Parse a patch: `[checksum, [start, end, text]]`. Raises PatchMismatch if it is not a patch."""
    try:
        checksum, (start, end, text) = json.loads(value)
        patch = Patch(int(checksum), [Replacement(int(start), int(end), str(text))])
        str(text).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise PatchMismatch from error
    if not 0 <= patch.replacements[0].start <= patch.replacements[0].end:
        raise PatchMismatch
    return patch


def replacements(before: str, after: str) -> list[Replacement]:
    """How one text becomes the other, line by line; only what differs within a line is replaced."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, old))]
    # Equal lines at both ends are most of them, and comparing repeated ones takes the matcher their number squared.
    above, below = common_ends(old, new)
    old_part, new_part = old[above : len(old) - below], new[above : len(new) - below]
    found = []
    for kind, *places in SequenceMatcher(None, old_part, new_part, autojunk=False).get_opcodes():
        if kind != "equal":
            i, j, k, n = (place + above for place in places)
            removed, added = "".join(old[i:j]), "".join(new[k:n])
            head, tail = common_ends(removed, added)
            found.append(Replacement(starts[i] + head, starts[j] - tail, added[head : len(added) - tail]))
    return found
