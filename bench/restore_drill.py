"""Backs up a large site while people sign, restores it on an empty one, and compares them: `make restore-drill`.

Prints for each database how long it takes, how much memory, and what differs; `SIZE=full` has a million signatures.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from bench.large_petition import Site, peak_memory
from bench.reading import databases
from tests.media.samples import small
from wzo import create_app
from wzo.backup.creating import snapshot
from wzo.backup.tables import reflect
from wzo.config import ROOT, load_settings
from wzo.extensions import db
from wzo.media import actions as media
from wzo.petition.queries import get_count, recount
from wzo.seed.demo import load_demo

# What is written while the backup is made, or by restoring itself.
CHANGING = {"content_version", "outbox"}


class Size(NamedTuple):
    """How many signatures, jobs, pictures and stories the site has."""

    signatures: int
    jobs: int
    pictures: int
    stories: int


SIZES = {"small": Size(20_000, 500, 20, 100), "full": Size(1_000_000, 10_000, 1_000, 1_000)}


class Run(NamedTuple):
    """A command that was run: seconds, peak memory in MB, and what it printed."""

    seconds: float
    memory: float
    printed: str


def run(environment: dict[str, str], *arguments: str, meanwhile: Callable[[], object] = lambda: None) -> Run:
    """Run a command of the site in a process of its own. Raises AssertionError if it fails."""
    command = [sys.executable, "-m", "flask", "--app", "wzo", *arguments]
    start, memory = time.perf_counter(), 0.0
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=out, stderr=out)
        while process.poll() is None:
            memory = max(memory, peak_memory(process.pid))
            meanwhile()
            time.sleep(0.02)
        out.seek(0)
        printed = out.read()
    assert process.returncode == 0, printed
    return Run(time.perf_counter() - start, memory, printed)


def digests(folder: Path) -> dict[str, str]:
    """A hash of the rows of each table, in the order of their keys, and of the files of the pictures."""
    found = {}
    with snapshot() as connection:
        for table in reflect(connection):
            digest = hashlib.sha256()
            ordered = select(table).order_by(*table.primary_key).execution_options(yield_per=1_000)
            for row in connection.execute(ordered):
                digest.update(repr([bytes(it) if isinstance(it, memoryview) else it for it in row]).encode())
            found[table.name] = digest.hexdigest()
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return {**found, "pictures": found["pictures"] + digest.hexdigest()}


def drill(kind: str, size: Size) -> bool:
    """Back up, restore and compare on one kind of database; returns whether nothing differs."""
    print(f"Filling {kind} …", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="wzo-drill-") as name:
        folder, new = Path(name) / "old", Path(name) / "new"
        for each in (folder, new):
            each.mkdir()
        with databases(kind, Path(name), ["old", "new"]) as (url, new_url):
            site = Site(url, folder, size.signatures, size.jobs)
            # The first signature records the petition's key.
            site.time("sign")
            with site.app.app_context():
                load_demo(stories=size.stories, seed=1, on_progress=lambda number: None)
                for _ in range(size.pictures):
                    media.add_picture(data=small(size=(800, 600)), name="picture.jpg", editor_id=None)
                db.session.remove()
                before = digests(folder / "media")
            backup = str(Path(name) / "site.backup")
            made = run(site.environment, "backup", "--to", backup, meanwhile=lambda: site.time("sign"))
            keys = ("development-keys.json", "signature-private-key.txt")
            for key in keys:
                (new / key).write_bytes((folder / key).read_bytes())
            environment = {**site.environment, "DATABASE_URL": new_url, "INSTANCE_PATH": str(new)}
            private_key = str(folder / keys[1])
            verified = run(environment, "backup", "verify", backup, "--key", private_key)
            restored = run(environment, "restore", backup, "--key", private_key)
            with create_app(load_settings(environment)).app_context():
                after = digests(new / "media")
                counts = get_count(1, None).confirmed, recount(1)
                db.engine.dispose()
            with site.app.app_context():
                db.engine.dispose()
            differing = [name for name in before if name not in CHANGING and before[name] != after.get(name)]
            megabytes = Path(backup).stat().st_size / 1024**2
            print(f"{kind}: {size.signatures:,} signatures, {size.pictures:,} pictures, a backup of {megabytes:.0f} MB")
            for what, it in (("backup, while people sign", made), ("verify", verified), ("restore", restored)):
                print(f"  {what}: {it.seconds:.0f} s, {it.memory:.0f} MB of memory")
            print(f"  count {counts[0]:,}, recounted {counts[1]:,}; what differs: {', '.join(differing) or 'nothing'}")
            return not differing and counts[0] == counts[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=[*SIZES], default="small")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    arguments = parser.parse_args()
    kinds = arguments.database or ["sqlite", "postgresql"]
    results = [drill(kind, SIZES[arguments.size]) for kind in kinds]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
