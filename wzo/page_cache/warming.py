"""Cache warming: renders pages for the disk after each change of the content, and each hour.

For each host it renders up to about `MAX_PAGES` pages: those of the sitemap that are not stories, the newest stories,
and, if there is room, the pages that they link to. Only this stores pages on disk, never a request: the time of a file
would reveal when a page was read.
"""

import fcntl
import re
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_to_bytes, urlsplit

from wzo.config import Settings
from wzo.page_cache.disk import Disk
from wzo.page_cache.memory import Key
from wzo.page_cache.pages import Page
from wzo.page_cache.rendering import HOUR, Renderer

# Seconds: how long to wait after a change, because there may be another; and how long to work in each second.
DELAY = 10
TIME_SLICE = 0.2
MAX_PAGES = 5_000
SITEMAP = "/sitemap.xml"
LOCATION = re.compile(r"<loc>([^<]+)</loc>")
LINK = re.compile(r"""\s(?:href|action|data-hx-get)="(/[^"?#]*)""")


class CacheWarmer:
    """Renders the pages a few at a time; on each server, one process at a time does."""

    def __init__(self, renderer: Renderer, disk: Disk, settings: Settings) -> None:
        self.renderer = renderer
        self.disk = disk
        self.hosts = [urlsplit(url).netloc for url in (settings.site_url, settings.onion_url) if url]
        self._due_at = time.time() + DELAY
        self._work: Iterator[bool] | None = None

    def restart(self) -> None:
        """Start again after the delay: the content has changed."""
        self._work = None
        self._due_at = time.time() + DELAY

    def run_slice(self) -> None:
        """Continue what is due, for a part of a second."""
        if time.time() < self._due_at:
            return
        self._work = self._work or self._render_all()
        end = time.monotonic() + TIME_SLICE
        for worked in self._work:
            if not worked or time.monotonic() > end:
                return
        self._work = None
        # When the pages are no longer fresh.
        self._due_at = (time.time() // HOUR + 1) * HOUR + DELAY

    def _render_all(self) -> Iterator[bool]:
        """Yields after each page, and False as long as another process is at work."""
        folder = self.disk.folder
        if folder is None:
            return
        while (lock := _lock(folder)) is None:
            yield False
        with lock:
            paths = [SITEMAP, *self._paths()]
            known = set(paths)
            for path in paths:
                for host in self.hosts:
                    page = self._render(Key(path, "", host, is_partial=False), folder)
                    yield True
                # Such as the print edition and the form of a petition; they are rendered last.
                found = dict.fromkeys(_links(page) if page and len(known) < MAX_PAGES else ())
                paths += [link for link in found if link not in known]
                known.update(found)

    def _render(self, key: Key, folder: Path) -> Page | None:
        stored = self.disk.load(key)
        policy = self.renderer.policy(key)
        if policy is None or (stored is not None and stored.is_fresh(time.time())):
            return stored
        page, _ = self.renderer.render(key, policy, for_disk=True)
        if page is not None:
            self.disk.save(key, page, folder)
        return page

    def _paths(self) -> list[str]:
        """At most `MAX_PAGES` paths of the sitemap: pages that are not stories, then stories, the newest first."""
        first, *others = self._locations(SITEMAP)
        found = self._locations(first)
        for sitemap in reversed(others):
            if len(found) < MAX_PAGES:
                found += reversed(self._locations(sitemap))
        return found[:MAX_PAGES]

    def _locations(self, sitemap: str) -> list[str]:
        """The paths in a sitemap."""
        body = self.renderer.fetch(Key(sitemap, "", self.hosts[0], is_partial=False)).body.decode()
        return [_wsgi_path(urlsplit(url).path) for url in LOCATION.findall(body)]


def _links(page: Page) -> list[str]:
    """The paths that a page links to."""
    return [_wsgi_path(path) for path in LINK.findall(page.body().decode())]


def _wsgi_path(path: str) -> str:
    """A path in HTML or XML as WSGI represents it: decoded, with a character for each byte."""
    return unquote_to_bytes(unescape(path)).decode("latin-1")


def _lock(folder: Path) -> BinaryIO | None:
    """Lock a folder of pages for this process until the file is closed; None if another process has locked it."""
    try:
        file = (folder / "lock").open("wb")
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
