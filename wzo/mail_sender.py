"""Sends the e-mails on the outbox at intervals: those that are due leave at random times within the next one.

So the time at which an e-mail arrives reveals neither which others there were, nor in which order they were due.
"""

import random
import threading
import time
from collections import deque

from wzo.circuit_breaker import CircuitBreaker
from wzo.connection_pool import ConnectionPool
from wzo.delivery import RENEWAL_INTERVAL, Delivery, Dispatcher
from wzo.mail import Mailer
from wzo.smtp import MailUnavailable

# Seconds. In development e-mails need not wait: there is nothing to hide.
SEND_INTERVAL = 2.0
DEVELOPMENT_SEND_INTERVAL = 0.5
# Seconds from the beginning of an interval to the first e-mail, so that no work on the database delays it.
LEAD = 0.2
# The most e-mails that are leased at a time.
MAX_IN_FLIGHT = 400
# The longest wait for e-mails to be sent, in seconds, before other work is done.
POLL_INTERVAL = 0.25
# Seconds in which the e-mails that are being sent may be finished when the worker stops.
STOP_TIMEOUT = 15


class MailSender:
    """One loop that leases and settles e-mails, and the connections that send them."""

    def __init__(
        self, dispatcher: Dispatcher, mailers: list[Mailer], *, interval: float, stopping: threading.Event
    ) -> None:
        self.dispatcher = dispatcher
        self.mailers = mailers
        self.pool = ConnectionPool(dispatcher.send, self.probe, mailers, stopping)
        self.interval = interval
        self.unsettled: list[Delivery] = []
        self.next_interval = self.next_renewal = 0.0
        self.sent: deque[tuple[float, int]] = deque()

    @property
    def breaker(self) -> CircuitBreaker:
        """The circuit breaker of all connections."""
        return self.dispatcher.breaker

    @property
    def mails_per_minute(self) -> int:
        """How many e-mails were sent in the last minute."""
        since = time.monotonic() - 60
        return sum(number for at, number in list(self.sent) if at >= since)

    @property
    def supports_utf8(self) -> bool | None:
        """Whether the mail server accepts addresses outside ASCII; None if no connection was made yet."""
        return next((it.supports_utf8 for it in self.mailers if it.supports_utf8 is not None), None)

    def probe(self, mailer: Mailer) -> None:
        """Connect, to learn whether there is a mail server and what it supports."""
        try:
            mailer.connect()
        except MailUnavailable as failure:
            self.breaker.record_outage(str(failure))

    def step(self) -> float:
        """Settle what has been sent, and in each interval lease what is due; returns how many seconds to wait."""
        self._settle(self.pool.collect(min(POLL_INTERVAL, self.next_interval - time.monotonic())))
        if time.monotonic() >= self.next_renewal:
            self.dispatcher.renew(self.pool.in_flight)
            self.next_renewal = time.monotonic() + RENEWAL_INTERVAL
        self.pool.abort_late()
        if time.monotonic() >= self.next_interval:
            self._begin_interval()
        return 0

    def stop(self) -> None:
        """Let e-mails that are being sent be finished, and settle them; those not begun become due again."""
        self._settle(self.pool.join(STOP_TIMEOUT))

    def _begin_interval(self) -> None:
        begin = time.monotonic()
        self.next_interval = begin + seconds_to_next(self.interval)
        for delivery in self.dispatcher.lease(MAX_IN_FLIGHT - len(self.pool.in_flight)):
            self.pool.submit(delivery, begin + min(LEAD, self.interval) + random.uniform(0, self.interval))  # noqa: S311

    def _settle(self, finished: list[Delivery]) -> None:
        # If the database is down, what was sent must not be forgotten: it would be sent again.
        self.unsettled += finished
        if self.unsettled:
            number = self.dispatcher.settle(self.unsettled)
            self.unsettled = []
            self.sent.append((time.monotonic(), number))
            while self.sent[0][0] < time.monotonic() - 60:
                self.sent.popleft()


def seconds_to_next(interval: float, offset: float = 0.0) -> float:
    """How many seconds remain until the next interval begins, by the clock: at its multiples, plus `offset`."""
    return interval - (time.time() - offset) % interval
