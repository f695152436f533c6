"""The hidden fields of a form that came back with a puzzle, and how a browser solves it."""

import hashlib
import itertools
import re
import struct

from wzo.petition import puzzle


def challenge(page: str) -> str:
    """The challenge in the form of a page."""
    found = re.search(r'name="challenge" value="([^"]+)"', page)
    assert found, page
    return found[1]


def solve(challenge: str) -> str:
    """The solution of a challenge, as the script in the browser finds it."""
    seed, bits = challenge.split(".")[-1].encode(), puzzle.FIRST_BITS + int(challenge.split(".")[1])
    numbers = []
    for index in range(puzzle.ROUNDS):
        for number in itertools.count():
            digest = hashlib.sha256(seed + struct.pack(">II", index, number)).digest()
            if int.from_bytes(digest, "big") >> (256 - bits) == 0:
                numbers.append(str(number))
                break
    return " ".join(numbers)
