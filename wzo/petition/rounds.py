"""The public count and the public names move in rounds of some seconds.

Anyone who reads them all the time would otherwise learn the moment of each confirmation, and a log of connections
would tell whose it was. Each process keeps what it has read until the round ends, by the clock, so that all processes
move together.
"""

import math
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

from flask import current_app

# In seconds; 0 turns rounds off. What editors see of the last week may be a minute old: among a million signatures,
# counting it takes longer than the rest of the page.
COUNT_ROUND = 5.0
PANEL_ROUND = 60.0

Value = TypeVar("Value")

_reading = threading.Lock()


class Kept(NamedTuple):
    """What was read, and until when it is shown."""

    value: Any
    until: float


def kept_for_a_round(name: str, petition_id: int, read: Callable[[], Value], *, in_panel: bool = False) -> Value:
    """Return what this round shows of a petition under a name; the first request of the round reads it."""
    seconds = PANEL_ROUND if in_panel else COUNT_ROUND
    if not seconds:
        return read()
    kept: dict[tuple[str, int], Kept] = current_app.extensions.setdefault("petition_rounds", {})
    key = (name, petition_id)
    if not _is_current(kept.get(key), seconds):
        # One thread reads: a second number a moment later would tell too much.
        with _reading:
            if not _is_current(kept.get(key), seconds):
                until = _end_of_round(time.time(), seconds)
                kept[key] = Kept(read(), until)
    return cast(Value, kept[key].value)


def _end_of_round(now: float, seconds: float) -> float:
    """The end of the round; what is read late in one is kept for the next too, so that numbers are never close."""
    return math.ceil((now + seconds / 2) / seconds) * seconds


def _is_current(kept: Kept | None, seconds: float) -> bool:
    # No round ends so late unless the clock was set back.
    return kept is not None and time.time() < kept.until <= time.time() + 2 * seconds
