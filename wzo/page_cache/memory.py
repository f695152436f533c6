"""The pages that a process stores in memory, up to a number of bytes; the least recently used are evicted."""

import threading
from collections import OrderedDict
from typing import NamedTuple

from wzo.page_cache.pages import Page

# In bytes of compressed pages. Pages with a query string have a store of their own: there can be any number of them,
# and they must not evict the others, whose number is limited by our content.
MAX_BYTES = 16 * 1024 * 1024
MAX_BYTES_WITH_QUERY = 2 * 1024 * 1024


class Key(NamedTuple):
    """Everything that a page depends on: the content of the request that renders it."""

    path: str
    query: str
    host: str
    is_partial: bool


class Store:
    """Pages by key, as many as fit."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self.pages: OrderedDict[Key, Page] = OrderedDict()

    def add(self, key: Key, page: Page) -> None:
        """Store a page, and evict the least recently used ones if there is no room."""
        old = self.pages.pop(key, None)
        self.bytes += page.size - (old.size if old else 0)
        self.pages[key] = page
        while self.bytes > self.max_bytes:
            _, removed = self.pages.popitem(last=False)
            self.bytes -= removed.size

    def clear(self) -> None:
        """Remove all pages."""
        self.pages.clear()
        self.bytes = 0


class Memory:
    """The stores of a process, and the generation of the content that they show.

    A page that was rendered in an earlier generation is not stored: it may show what has changed since.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.generation = 0
        self.stores = {False: Store(MAX_BYTES), True: Store(MAX_BYTES_WITH_QUERY)}

    def get(self, key: Key) -> Page | None:
        """A page, fresh or not, of the current generation."""
        pages = self.stores[bool(key.query)].pages
        page = pages.get(key)
        if page is not None:
            try:
                pages.move_to_end(key)
            except KeyError:  # Another thread has removed it meanwhile.
                return None
        return page

    def add(self, key: Key, page: Page, generation: int) -> None:
        """Store a page that was rendered in a generation."""
        with self.lock:
            if generation == self.generation:
                self.stores[bool(key.query)].add(key, page)

    def start_generation(self) -> None:
        """Remove all pages: the content has changed."""
        with self.lock:
            self.generation += 1
            for store in self.stores.values():
                store.clear()
