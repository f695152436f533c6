"""The page cache around the test application, and requests to it."""

import contextvars
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from wzo.page_cache.memory import Key
from wzo.page_cache.middleware import PageCache
from wzo.page_cache.rendering import Rendered

HOST = "127.0.0.1:8000"


class Reader:
    """Sends requests to the site behind the page cache, and notes which of them Flask has rendered."""

    def __init__(self, cache: PageCache) -> None:
        self.cache = cache
        self.client = Client(cache)
        self.rendered: list[Key] = []
        fetch = cache.renderer.fetch

        def note(key: Key, *, for_disk: bool = False) -> Rendered:
            self.rendered.append(key)
            return fetch(key, for_disk=for_disk)

        cache.renderer.fetch = note  # type: ignore[method-assign]

    def get(self, path: str, host: str = HOST, method: str = "GET", **headers: str) -> TestResponse:
        """Ask for a path; headers are named as in WSGI, such as HTTP_COOKIE."""
        request: Callable[[], TestResponse] = lambda: self.client.open(  # noqa: E731
            path, method=method, base_url=f"http://{host}", environ_overrides=headers
        )
        # As in another process: without the application context of the test.
        return contextvars.Context().run(request)

    def stored(self) -> set[str]:
        """The paths in memory."""
        return {key.path for store in self.cache.memory.stores.values() for key in store.pages}


@pytest.fixture
def cache(app: Flask, tmp_path: Path) -> PageCache:
    """A page cache without its thread: the test lets it look for changes."""
    cache = PageCache(app)
    cache.disk.root = tmp_path / "page-cache"
    cache.watcher.has_started = True
    cache.watcher.check_once()
    return cache


@pytest.fixture
def reader(cache: PageCache) -> Reader:
    return Reader(cache)
