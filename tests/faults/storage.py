"""A full disk under the database and the instance folder."""

import errno
import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.faults.drill import FORM, LONG, Ground, Outcome, Size
from tests.petition.signing import ANNA
from tests.running_site import RawResponse, RunningSite, wait_for

MEGABYTES = 64
# More than the room that a log can have.
MOST_POSTS = 50
PAGES = ("/en/", "/ru/", "/en/petition/mothers/", FORM)


def full_disk(ground: Ground, size: Size) -> Outcome:
    """Fill the disk of a site on SQLite, look at what it does, and free the disk again."""
    if os.geteuid() != 0:
        return Outcome(0, 0, note="left out: only root can mount a small disk")
    lost = tries = 0
    missed: list[str] = []
    with small_disk() as folder:
        site = RunningSite(disk=folder)
        site.environ["TMPDIR"] = str(folder)
        with site:
            for number in range(size.repeats):
                round_ = Round(site, folder, number)
                lost += round_.run()
                tries += round_.tries
                missed += round_.missed
    return Outcome(tries, tries - len(missed), lost=lost, note="; ".join((f"SQLite on {MEGABYTES} MB", *missed)))


@contextmanager
def small_disk() -> Iterator[Path]:
    """A folder on a small disk of its own."""
    with tempfile.TemporaryDirectory(prefix="wzo-disk-") as name:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", name], check=True)
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


class Round:
    """Filling the disk once, and freeing it."""

    def __init__(self, site: RunningSite, folder: Path, number: int) -> None:
        self.site, self.folder, self.number = site, folder, number
        self.tries, self.posts = 0, 0
        self.missed: list[str] = []
        self.acknowledged: set[str] = set()

    def run(self) -> int:
        """Note what was not as promised, and return how many acknowledged signatures have no e-mail."""
        before = self._sign()
        self._check("sign before", before.status == 303, before)
        filler = self.folder / "filler"
        refused = self._fill_until_refused(filler)
        self._check("refuse with Retry-After", "Retry-After" in refused.headers, refused)
        for path in PAGES:
            page = self.site.ask(path)
            self._check(path, page.status == 200, page)
        filler.unlink()
        wait_for("the form", lambda: self._sign().status == 303, LONG)
        self._check("intact", _is_intact(self.site), None)
        wait_for("the e-mails", lambda: self.acknowledged <= {it["To"] for it in self.site.emails()}, LONG)
        return len(self.acknowledged - {it["To"] for it in self.site.emails()})

    def _check(self, what: str, is_held: bool, response: RawResponse | None) -> None:
        self.tries += 1
        if not is_held:
            self.missed.append(f"{what}: {response.status}" if response else what)

    def _sign(self) -> RawResponse:
        self.posts += 1
        address = f"{self.number}-{self.posts}@example.org"
        response = self.site.ask(FORM, {**ANNA, "email": address}, network=f"127.2.{self.number}.{self.posts}")
        if response.status == 303:
            self.acknowledged.add(address)
        return response

    def _fill_until_refused(self, filler: Path) -> RawResponse:
        """Fill the disk until it refuses a signature: a log that is written again from its beginning has room."""
        for _ in range(MOST_POSTS):
            with closing(sqlite3.connect(self.site.instance / "wzo.sqlite3")) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            _fill(filler)
            response = self._sign()
            self._check("accept or refuse", response.status in (303, 503), response)
            if response.status != 303:
                break
        return response


def _fill(path: Path) -> None:
    """Write to a file until the disk has no byte left."""
    with path.open("ab", buffering=0) as file:
        for step in (1024 * 1024, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * step)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def _is_intact(site: RunningSite) -> bool:
    with closing(sqlite3.connect(site.instance / "wzo.sqlite3")) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
