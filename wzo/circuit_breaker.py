"""Stops sending e-mails while no mail server can be reached, or while the server refuses one after another."""

import threading
import time
from datetime import datetime

from wzo.clock import now

# After this many refusals in a row, the server is taken to refuse us rather than single e-mails.
REFUSALS = 5
# Pauses in seconds; each is twice the one before.
FIRST_PAUSE, MAX_PAUSE = 1, 60
FIRST_REFUSED_PAUSE, MAX_REFUSED_PAUSE = 60, 15 * 60


class CircuitBreaker:
    """Closed while e-mails can be sent; open for a pause; after it, one e-mail at a time is tried.

    It is open because no server was reached, or, if `is_refused`, because the server refuses all our e-mails;
    `reason` and `failing_since` say why and since when, and are empty while it is closed. `worked_at`: when the
    server last worked, cut to the hour.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._refusals = 0
        self._open_until = 0.0
        self.pause = 0.0
        self.is_refused = False
        self.reason = ""
        self.failing_since: datetime | None = None
        self.worked_at: datetime | None = None

    @property
    def is_closed(self) -> bool:
        """Whether e-mails are sent as usual."""
        return self.failing_since is None

    def limit(self, number: int) -> int:
        """How many e-mails may be sent now, at most `number`."""
        if self.is_closed:
            return number
        return min(1, number) if time.monotonic() >= self._open_until else 0

    def record_success(self) -> None:
        """Record that the server works: it accepted an e-mail, or rejected an address."""
        with self._lock:
            self._refusals, self.pause, self._open_until = 0, 0.0, 0.0
            self.is_refused, self.reason, self.failing_since = False, "", None
            self.worked_at = now().replace(minute=0, second=0)

    def record_refusal(self, reason: str) -> None:
        """Record that the server refused an e-mail, for now or for good."""
        with self._lock:
            self._refusals += 1
            if self._refusals >= REFUSALS:
                self._open(reason, is_refused=True)

    def record_outage(self, reason: str) -> None:
        """Record that no server was reached."""
        with self._lock:
            self._open(reason, is_refused=False)

    def try_now(self) -> None:
        """End the pause: the next e-mail may be tried at once."""
        self._open_until = 0.0

    def _open(self, reason: str, *, is_refused: bool) -> None:
        # Several connections fail at the same time; only the first counts.
        if time.monotonic() < self._open_until:
            return
        first, longest = (FIRST_REFUSED_PAUSE, MAX_REFUSED_PAUSE) if is_refused else (FIRST_PAUSE, MAX_PAUSE)
        self.pause = float(min(longest, max(first, self.pause * 2)))
        self._open_until = time.monotonic() + self.pause
        self.is_refused, self.reason = is_refused, reason
        self.failing_since = self.failing_since or now()
