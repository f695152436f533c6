"""Renders pages in advance, for the disk: all that the sitemap lists, after a change of the content and each hour.

Only this stores pages on disk, never a request: the time of a file would tell when somebody has read a page.
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
from wzo.page_cache.rendering import HOUR, Renderer

# Seconds: how long to wait after a change, because there may be another; how long to work in each second.
QUIET = 10
SHARE = 0.2
MAX_PAGES = 2_000
SITEMAP = "/sitemap.xml"
LOCATION = re.compile(r"<loc>([^<]+)</loc>")


class AdvanceRendering:
    """Renders the pages a few at a time; on each server, one process at a time does."""

    def __init__(self, renderer: Renderer, disk: Disk, settings: Settings) -> None:
        self.renderer = renderer
        self.disk = disk
        self.hosts = [urlsplit(url).netloc for url in (settings.site_url, settings.onion_url) if url]
        self._due_at = time.time() + QUIET
        self._work: Iterator[None] | None = None

    def start_over(self) -> None:
        """Begin anew after a while: the content has changed."""
        self._work = None
        self._due_at = time.time() + QUIET

    def run_for_a_moment(self) -> None:
        """Go on with what is due, for a part of a second."""
        if time.time() < self._due_at:
            return
        self._work = self._work or self._render_all()
        end = time.monotonic() + SHARE
        for _ in self._work:
            if time.monotonic() > end:
                return
        self._work = None
        # When the pages are no longer fresh.
        self._due_at = (time.time() // HOUR + 1) * HOUR + QUIET

    def _render_all(self) -> Iterator[None]:
        folder = self.disk.folder
        if folder is None:
            return
        while (lock := _lock(folder)) is None:
            yield
        with lock:
            for path in self._paths():
                for host in self.hosts:
                    self._render(Key(path, "", host, is_partial=False), folder)
                    yield

    def _render(self, key: Key, folder: Path) -> None:
        stored = self.disk.load(key)
        policy = self.renderer.policy(key)
        if policy is None or (stored is not None and stored.is_fresh(time.time())):
            return
        page, _ = self.renderer.render(key, policy, for_disk=True)
        if page is not None:
            self.disk.save(key, page, folder)

    def _paths(self) -> list[str]:
        """The paths of the newest pages, after those of all that are not stories."""
        first, *others = self._locations(SITEMAP)
        found = self._locations(first)
        for sitemap in reversed(others):
            if len(found) < MAX_PAGES:
                found += reversed(self._locations(sitemap))
        return found[:MAX_PAGES]

    def _locations(self, sitemap: str) -> list[str]:
        """The paths in a sitemap, as WSGI has them: decoded, with a character for each byte."""
        body = self.renderer.fetch(Key(sitemap, "", self.hosts[0], is_partial=False)).body.decode()
        return [unquote_to_bytes(urlsplit(unescape(url)).path).decode("latin-1") for url in LOCATION.findall(body)]


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
