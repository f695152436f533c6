"""The page cache in front of the application, as a WSGI middleware."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import INTERNAL_SERVER_ERROR
from typing import Any

from flask import Flask

from wzo.config import settings
from wzo.page_cache.disk import Disk
from wzo.page_cache.memory import Key, Memory
from wzo.page_cache.pages import Page
from wzo.page_cache.policy import Policy
from wzo.page_cache.rendering import Renderer
from wzo.page_cache.warming import CacheWarmer
from wzo.page_cache.watcher import ContentWatcher


class PageCache:
    """The application with the page cache in front of it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.memory = Memory()
        self.renderer = Renderer(app)
        with app.app_context():
            self.disk = Disk(settings())
            self.warmer = CacheWarmer(self.renderer, self.disk, settings())
        self.watcher = ContentWatcher(
            app,
            on_change=self._on_change,
            on_outage=self.disk.use_last_version,
            run_meanwhile=self.warmer.run_slice,
        )
        self._lock = threading.Lock()
        self._rendering: dict[Key, threading.Lock] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Respond with a stored page, or let Flask respond."""
        page = self._find(environ)
        if page is not None:
            return page.respond(environ, start_response)
        body: Iterable[bytes] = self.app(environ, start_response)
        return body

    def find_ready(self, environ: dict[str, Any]) -> Page | None:
        """A fresh page from memory, found without waiting for anything."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not self.watcher.has_started:
            return None
        if self.watcher.was_signalled():
            self.memory.start_generation()
        if environ.get("HTTP_X_FORWARDED_PROTO") == "http":
            # In production this is redirected.
            return None
        page = self.memory.get(_key(environ))
        return page if page is not None and page.is_fresh(time.time()) else None

    def _find(self, environ: dict[str, Any]) -> Page | None:
        """The page, or None where it is up to Flask to respond."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("HTTP_X_FORWARDED_PROTO") == "http":
            return None
        if not self.watcher.has_started:
            self.watcher.start()
        page = self.find_ready(environ)
        if page is not None:
            return page
        key = _key(environ)
        policy = self.renderer.policy(key)
        query = policy.canonical_query(key.query) if policy else None
        if policy is None or query is None:
            return None
        return self._find_or_render(key._replace(query=query), policy)

    def _find_or_render(self, key: Key, policy: Policy) -> Page | None:
        page = self._find_stored(key, policy)
        if page is not None:
            return page
        with self._single_flight(key) as had_to_wait:
            # Another thread may have rendered it meanwhile.
            page = self._find_stored(key, policy) if had_to_wait else None
            return page or self._render_or_keep(key, policy)

    def _find_stored(self, key: Key, policy: Policy) -> Page | None:
        """A stored page that may be sent: a fresh one, or any other while it cannot be better."""
        now, is_down = time.time(), self.watcher.database_is_down
        is_short_lived = policy.refresh_seconds is not None
        page = self.memory.get(key)
        if page is None and (is_down or not is_short_lived):
            generation = self.memory.generation
            page = self.disk.load(key)
            if page is not None and page.is_fresh(now):
                self.memory.add(key, page, generation)
        if page is None or is_down or page.is_fresh(now):
            return page
        # A page with a count is sent once more while another thread renders it again.
        return page if is_short_lived and key in self._rendering and page.rendered_at <= now else None

    def _render_or_keep(self, key: Key, policy: Policy) -> Page | None:
        """Render a page; if that fails, an older one is better than an error."""
        generation = self.memory.generation
        page, status = self.renderer.render(key, policy)
        if page is not None:
            self.memory.add(key, page, generation)
        elif status >= INTERNAL_SERVER_ERROR:
            page = self.memory.get(key) or self.disk.load(key)
        return page

    @contextmanager
    def _single_flight(self, key: Key) -> Iterator[bool]:
        """Let one thread at a time render a page; yields whether this one had to wait for another."""
        with self._lock:
            had_to_wait = key in self._rendering
            lock = self._rendering.setdefault(key, threading.Lock())
        with lock:
            try:
                yield had_to_wait
            finally:
                self._rendering.pop(key, None)

    def _on_change(self, version: int) -> None:
        self.memory.start_generation()
        self.disk.use_version(version)
        self.warmer.restart()


def _key(environ: dict[str, Any]) -> Key:
    return Key(
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", ""),
        environ.get("HTTP_HOST", ""),
        environ.get("HTTP_HX_REQUEST_TYPE") == "partial",
    )
