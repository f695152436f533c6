"""Lets Flask render a page, from a request that contains its key and nothing else."""

import sys
import time
from http.client import OK
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app

from wzo.config import settings
from wzo.page_cache.memory import Key
from wzo.page_cache.pages import Headers, Page, make_page
from wzo.page_cache.policy import DISK_COPY, Policy, policy_of

# In seconds. Pages contain form tokens, which change by the hour, and what depends on the date.
HOUR = 3600


class Rendered(NamedTuple):
    """The status, headers and body of a response."""

    status: int
    headers: Headers
    body: bytes


class Renderer:
    """Renders pages by their keys."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            own = settings()
        # Exactly as they are in a Host header, so that nobody can fill the cache with other spellings.
        self.hosts = {urlsplit(origin).netloc for origin in own.origins}

    def policy(self, key: Key) -> Policy | None:
        """The policy of the view that a page comes from; None if it must not be stored."""
        if key.host not in self.hosts:
            return None
        try:
            endpoint, _ = self.app.url_map.bind("").match(key.path.encode("latin-1").decode(), "GET")
        except (HTTPException, UnicodeError):
            return None
        return policy_of(self.app.view_functions.get(endpoint))

    def render(self, key: Key, policy: Policy, *, for_disk: bool = False) -> tuple[Page | None, int]:
        """Render a page; returns None for a response that must not be stored, and its status."""
        now = time.time()
        rendered = self.fetch(key, for_disk=for_disk)
        headers = {name.lower(): value for name, value in rendered.headers}
        if rendered.status != OK or "no-store" in headers.get("cache-control", "") or "set-cookie" in headers:
            return None, rendered.status
        period = HOUR if policy.refresh_seconds is None or for_disk else policy.refresh_seconds
        # By the clock, so that all processes show a new count together.
        return make_page(rendered.headers, rendered.body, now, (now // period + 1) * period), OK

    def fetch(self, key: Key, *, for_disk: bool = False) -> Rendered:
        """Flask's response, whether it may be stored or not."""
        chunks, status, headers = run_wsgi_app(self.app, _environ(key, for_disk), buffered=True)
        return Rendered(int(status.split()[0]), list(headers.items()), b"".join(chunks))


def _environ(key: Key, for_disk: bool) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": key.path,
        "QUERY_STRING": key.query,
        "SERVER_NAME": key.host.partition(":")[0],
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": key.host,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        DISK_COPY: for_disk,
    }
    if key.is_partial:
        environ["HTTP_HX_REQUEST_TYPE"] = "partial"
    return environ
