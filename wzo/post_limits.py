"""A limit on what visitors post: forms, links from e-mails, and the sign-in of editors.

It is generous, for many people share a connection, and only keeps one source from keeping the site busy. What costs
an e-mail, or is a guess, is limited in the database, for all processes together (petition/budget.py,
accounts/rate_limits.py). These counters are each process's own: with several processes the limit is so many times as
high. They are in memory, of a fixed size: a source is 16 bits of a keyed hash of the network, another one each day.
"""

import threading
import time
from array import array

from flask import Flask, abort, request

from wzo.client_network import network
from wzo.clock import today
from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.forms import UNSAFE_METHODS

# In seconds.
WINDOW = 5 * 60
SOURCES = 2**16
# Who signs posts several times: the form, the answer to a puzzle, the code, and each of them again after a mistake.
POSTS_PER_SIGNATURE = 4
# Within a window, a source may post as often as all take that may sign there in an hour, but at least so many times.
LEAST = 300
# Stripe's webhook, which is signed.
UNLIMITED = {"card.webhook"}


class PostCounter:
    """How often each source has posted in the current window."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = 0
        self._counts = array("L", bytes(array("L").itemsize * SOURCES))

    def count(self, source: int) -> int:
        """Count a post; returns how many there were in this window."""
        window = int(time.time()) // WINDOW
        with self._lock:
            if window != self._window:
                self._window = window
                self._counts = array("L", bytes(self._counts.itemsize * SOURCES))
            self._counts[source] += 1
            return self._counts[source]


def init_app(app: Flask) -> None:
    """Limit the posts of visitors, and of editors who are signing in."""
    app.extensions["post_counter"] = PostCounter()

    @app.before_request
    def limit_posts() -> None:
        if request.method not in UNSAFE_METHODS or not _is_limited(request.endpoint):
            return
        counter: PostCounter = app.extensions["post_counter"]
        if counter.count(_source()) > max(LEAST, POSTS_PER_SIGNATURE * settings().letters_per_hour_per_source):
            abort(429)


def _is_limited(endpoint: str | None) -> bool:
    """Whether anybody can post there. All else of the panel needs a session, or leads to the sign-in."""
    if endpoint is None or endpoint in UNLIMITED:
        return False
    return endpoint.startswith("admin.sign_in.") or not endpoint.startswith("admin.")


def _source() -> int:
    key = settings().secret_key.encode()
    return int.from_bytes(keyed_hash(key, "posts", today().isoformat(), network())[:2], "big")
