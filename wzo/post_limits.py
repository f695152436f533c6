"""A limit on what visitors post: forms, links from e-mails, and the sign-in of editors.

It is generous, for many people share a connection, and only prevents one network from keeping the site busy. What costs
an e-mail, or is a guess, is limited in the database, for all processes together (petition/submission_limits.py,
accounts/rate_limits.py). These counters are each process's own: with several processes, the limit is multiplied by
their number. They are in memory, of a fixed size: a network is known by its bucket, 16 bits of a keyed hash, another
one each day.
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
NETWORK_BUCKETS = 2**16
# Signing takes several posts: the form, the solution of a puzzle, the code, and each of them again after a mistake.
POSTS_PER_SIGNATURE = 4
# In each window a network may post four times its hourly limit of signatures, and never fewer than this many times.
MIN_POSTS = 300
# Stripe's webhook, which is signed.
UNLIMITED = {"card.webhook"}


class PostCounter:
    """How often each network has posted in the current window."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = 0
        self._counts = array("L", bytes(array("L").itemsize * NETWORK_BUCKETS))

    def count(self, network_bucket: int) -> int:
        """Count a post; returns how many there were in this window."""
        window = int(time.time()) // WINDOW
        with self._lock:
            if window != self._window:
                self._window = window
                self._counts = array("L", bytes(self._counts.itemsize * NETWORK_BUCKETS))
            self._counts[network_bucket] += 1
            return self._counts[network_bucket]


def init_app(app: Flask) -> None:
    """Limit the posts of visitors, and of editors who are signing in."""
    app.extensions["post_counter"] = PostCounter()

    @app.before_request
    def limit_posts() -> None:
        if request.method not in UNSAFE_METHODS or not _is_limited(request.endpoint):
            return
        counter: PostCounter = app.extensions["post_counter"]
        if counter.count(_network_bucket()) > max(
            MIN_POSTS, POSTS_PER_SIGNATURE * settings().signatures_per_hour_per_network
        ):
            abort(429)


def _is_limited(endpoint: str | None) -> bool:
    """Whether anybody can post there. All else of the panel needs a session, or redirects to the sign-in."""
    if endpoint is None or endpoint in UNLIMITED:
        return False
    return endpoint.startswith("admin.sign_in.") or not endpoint.startswith("admin.")


def _network_bucket() -> int:
    key = settings().secret_key.encode()
    return int.from_bytes(keyed_hash(key, "posts", today().isoformat(), network())[:2], "big")
