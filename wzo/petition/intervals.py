"""The public count and the public names change only at the end of an interval of five seconds.

Anyone who reads them all the time would otherwise learn when each confirmation was made, and a log of connections would
reveal whose it was. Each process caches what it has read until the interval ends, by the clock, so that all processes
change together.
"""

import math
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

from flask import current_app

# In seconds; 0 turns intervals off. What editors see of the last week may be a minute old: among a million signatures,
# counting it takes longer than the rest of the page.
COUNT_INTERVAL = 5.0
PANEL_INTERVAL = 60.0

Value = TypeVar("Value")

_reading = threading.Lock()


class Cached(NamedTuple):
    """A value, and until when it is shown."""

    value: Any
    until: float


def cached_for_interval(name: str, petition_id: int, read: Callable[[], Value], *, in_panel: bool = False) -> Value:
    """Return a petition's value in this interval under a name; the first request of the interval reads it."""
    seconds = PANEL_INTERVAL if in_panel else COUNT_INTERVAL
    if not seconds:
        return read()
    cache: dict[tuple[str, int], Cached] = current_app.extensions.setdefault("petition_intervals", {})
    key = (name, petition_id)
    if not _is_current(cache.get(key), seconds):
        # One thread reads: a second number a moment later would reveal too much.
        with _reading:
            if not _is_current(cache.get(key), seconds):
                until = _end_of_interval(time.time(), seconds)
                cache[key] = Cached(read(), until)
    return cast(Value, cache[key].value)


def _end_of_interval(now: float, seconds: float) -> float:
    """The end of the interval; a value read in its second half is cached for the next one too.

    So two values are never read shortly after one another.
    """
    return math.ceil((now + seconds / 2) / seconds) * seconds


def _is_current(cached: Cached | None, seconds: float) -> bool:
    # An interval ends later than that only if the clock was set back.
    return cached is not None and time.time() < cached.until <= time.time() + 2 * seconds
