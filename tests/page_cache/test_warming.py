"""Cache warming: pages are rendered for the disk, by one process of a server at a time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.page_cache.conftest import Reader
from wzo.page_cache import warming
from wzo.page_cache.middleware import PageCache

START = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def later() -> Iterator[None]:
    """Some time after the start, when the work is due."""
    with time_machine.travel(START + timedelta(seconds=warming.DELAY + 1), tick=False):
        yield


@pytest.fixture
def cache(cache: PageCache) -> PageCache:
    with time_machine.travel(START, tick=False):
        cache.warmer.restart()
    return cache


@pytest.mark.slow
@pytest.mark.usefixtures("content", "later")
def test_it_renders_every_page_of_the_sitemap(
    reader: Reader, cache: PageCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warming, "TIME_SLICE", 600)
    cache.warmer.run_slice()
    rendered = {key.path for key in reader.rendered}
    assert {"/ru/", "/en/stories/", "/en/petition/mothers/"} <= rendered
    assert cache.disk.folder
    stored = [path for path in cache.disk.folder.iterdir() if path.name != "lock"]
    assert len(stored) > 60
    # Nothing is due again before the pages are no longer fresh.
    reader.rendered.clear()
    cache.warmer.run_slice()
    assert reader.rendered == []


@pytest.mark.slow
@pytest.mark.usefixtures("content", "later")
def test_it_waits_without_working_while_another_process_renders(
    reader: Reader, cache: PageCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cache.disk.folder
    attempts = []
    lock = warming._lock
    monkeypatch.setattr(warming, "_lock", lambda folder: attempts.append(folder) or lock(folder))
    other = lock(cache.disk.folder)
    assert other
    for _ in range(3):
        cache.warmer.run_slice()
    assert (len(attempts), reader.rendered) == (3, [])
    other.close()
    cache.warmer.run_slice()
    assert reader.rendered
