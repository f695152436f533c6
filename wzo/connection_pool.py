"""Sends e-mails over several connections at once, each e-mail at its own time."""

import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, PriorityQueue, SimpleQueue

from wzo.delivery import Delivery, Held
from wzo.mail import Mailer

# Seconds after which an idle connection is closed, before the mail server does it.
IDLE_TIMEOUT = 20
# Seconds after which a waiting thread looks whether it is to stop.
POLL_INTERVAL = 1


class ConnectionPool:
    """Threads that send e-mails, each over its own connection, until `stopping` is set; the first probes the server."""

    def __init__(
        self,
        send: Callable[[Delivery, Mailer], None],
        probe: Callable[[Mailer], None],
        mailers: Sequence[Mailer],
        stopping: threading.Event,
    ) -> None:
        self._send = send
        self._probe = probe
        self._mailers = mailers
        self._stopping = stopping
        # By time; the second element only keeps deliveries from being compared.
        self._waiting: PriorityQueue[tuple[float, int, Delivery]] = PriorityQueue()
        self._finished: SimpleQueue[Delivery] = SimpleQueue()
        self._threads = [threading.Thread(target=self._run, args=(it,), daemon=True) for it in mailers]
        self.in_flight: set[Delivery] = set()

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def submit(self, delivery: Delivery, at: float) -> None:
        """Have an e-mail sent at a time of `time.monotonic()`, or later if all connections are busy."""
        self.in_flight.add(delivery)
        self._waiting.put((at, id(delivery), delivery))

    def collect(self, timeout: float) -> list[Delivery]:
        """Wait up to `timeout` seconds for e-mails to be finished, and return all that are."""
        finished: list[Delivery] = []
        try:
            finished.append(self._finished.get(timeout=max(0.0, timeout)))
            while True:
                finished.append(self._finished.get_nowait())
        except Empty:
            self.in_flight.difference_update(finished)
            return finished

    def abort_late(self) -> None:
        """Break the connections over which an e-mail takes too long."""
        for mailer in self._mailers:
            mailer.abort_if_late()

    def join(self, timeout: float) -> list[Delivery]:
        """Wait up to `timeout` seconds for the threads to end; returns the e-mails that were finished or not begun."""
        end = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        while not self._waiting.empty():
            self._hold(self._waiting.get()[-1])
        return self.collect(0)

    def _run(self, mailer: Mailer) -> None:
        idle_since = time.monotonic()
        with mailer:
            if mailer is self._mailers[0]:
                self._probe(mailer)
            while not self._stopping.is_set():
                try:
                    at, _, delivery = self._waiting.get(timeout=POLL_INTERVAL)
                except Empty:
                    if time.monotonic() > idle_since + IDLE_TIMEOUT:
                        mailer.close()
                    continue
                if self._stopping.wait(max(0.0, at - time.monotonic())):
                    self._hold(delivery)
                    return
                self._send(delivery, mailer)
                self._finished.put(delivery)
                idle_since = time.monotonic()

    def _hold(self, delivery: Delivery) -> None:
        delivery.failure = Held()
        self._finished.put(delivery)
