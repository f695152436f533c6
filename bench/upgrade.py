"""A version replaces another and is rolled back while people read and sign: `make upgrade-drill`.

On each database, with nginx and `deploy/debian/wzo-deploy`: the newer version has a migration more, which only adds.
Nobody may get an error, and every signature must be e-mailed, confirmed and counted once.
"""

import argparse
import http.client
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, inspect, select

from bench.load import address
from bench.reading import databases
from tests.debian import DebianMachine
from tests.petition.signing import code
from tests.versions import add_migration, copy_tree
from wzo.extensions import db
from wzo.outbox import Job
from wzo.petition import queries
from wzo.petition.models import Petition, Signature

PAGES = ("/ru/", "/en/stories/", "/en/petition/", "/petition/mothers/count.json", "/en/donate/", "/admin/sign-in/")
ADD = """
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("signatures", sa.Column("later", sa.Integer(), nullable=True))
"""
REMOVE = """
    op.drop_table("later")
    op.drop_column("signatures", "later")
"""
# Seconds to wait until all e-mails are sent.
TIMEOUT = 300


class Size(NamedTuple):
    """How many read and sign at a time, and for how many seconds each version is left in peace."""

    readers: int
    signers: int
    seconds: float


SIZES = {"small": Size(2, 1, 2), "full": Size(8, 4, 30)}


@dataclass
class Load:
    """Readers and signers, and what they got. A status of 0 is a broken connection."""

    machine: DebianMachine
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self, size: Size) -> Iterator[None]:
        """Read and sign meanwhile."""
        jobs = [(self._read, number) for number in range(size.readers)]
        jobs += [(self._sign, number) for number in range(size.signers)]
        threads = [threading.Thread(target=self._repeat, args=job) for job in jobs]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()

    def confirm(self) -> None:
        """Confirm all signatures whose e-mail has come, by its code."""
        for it in list(self.machine.mail.received):
            if it.recipient not in self.confirmed:
                status = self._ask("confirm", "/en/petition/mothers/code", {"code": code(it.message)})
                if status == 303:
                    self.confirmed.add(it.recipient)

    @property
    def failed(self) -> dict[tuple[str, int], int]:
        """The responses that are not what people expect, with their number."""
        expected = {"read": 200, "sign": 303, "confirm": 303}
        return {key: number for key, number in self.answers.items() if expected[key[0]] != key[1]}

    def _repeat(self, act: Callable[[int], None], number: int) -> None:
        while not self.stop.is_set():
            act(number)
            time.sleep(0.05)

    def _read(self, number: int) -> None:
        self._ask("read", PAGES[(self.answers.total() + number) % len(PAGES)])

    def _sign(self, number: int) -> None:
        email = address(len(self.acknowledged) * 100 + number)
        form = {"name": "Anna", "email": email, "country": "RU"}
        if self._ask("sign", "/en/petition/mothers/sign", form) == 303:
            self.acknowledged.add(email)
        if number == 0:
            self.confirm()

    def _ask(self, what: str, path: str, fields: dict[str, str] | None = None) -> int:
        try:
            status = self.machine.ask(path, fields).status
        except (OSError, http.client.HTTPException):
            status = 0
        self.answers[what, status] += 1
        return status


@dataclass(frozen=True)
class Result:
    """The result of the drill: unexpected responses, and how many signatures are in which state."""

    requests: int
    failed: dict[tuple[str, int], int]
    acknowledged: int
    lost: int
    confirmed: int
    counted: int
    stored: int

    @property
    def is_good(self) -> bool:
        """Whether nobody got an error, and nothing was lost or doubled."""
        return not self.failed and not self.lost and self.acknowledged == self.confirmed == self.counted == self.stored


def drill(folder: Path, database_url: str | None, size: Size) -> Result:
    """Upgrade and roll back under load. Raises AssertionError if a version cannot be put into service."""
    old, new = copy_tree(folder / "1.0.0"), copy_tree(folder / "1.1.0")
    add_migration(new / "migrations", ADD, REMOVE, only_adds=True)
    with DebianMachine(folder / "machine", database_url) as machine:
        for version in (old, new):
            machine.add_version(version)
        machine.deploy(old)
        load = Load(machine)
        with load.running(size):
            time.sleep(size.seconds)
            machine.deploy(new)
            time.sleep(size.seconds)
            printed = machine.deploy(old)
            time.sleep(size.seconds)
        assert "because they only add: 9999" in printed, printed
        _wait_for_emails(machine)
        load.confirm()
        return _read_result(load)


def _wait_for_emails(machine: DebianMachine) -> None:
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end and _count(machine, Job):
        time.sleep(0.5)


def _read_result(load: Load) -> Result:
    machine = load.machine
    with machine.inside():
        assert inspect(db.engine).has_table("later"), "the newer version has migrated the database"
        petition_id = db.session.scalars(select(Petition.id).where(Petition.slug == "mothers")).one()
        counted = queries.recount(petition_id)
        db.session.rollback()
    mailed = set(machine.mail.recipients)
    return Result(
        requests=load.answers.total(),
        failed=load.failed,
        acknowledged=len(load.acknowledged),
        lost=len(load.acknowledged - mailed),
        confirmed=len(load.confirmed),
        counted=counted,
        stored=_count(machine, Signature),
    )


def _count(machine: DebianMachine, model: type[Job | Signature]) -> int:
    with machine.inside():
        number = db.session.scalar(select(func.count()).select_from(model)) or 0
        db.session.rollback()
    return number


def main() -> None:
    """Print the result on both databases."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--size", choices=SIZES, default="small")
    size = SIZES[parser.parse_args().size]
    good = True
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="wzo-upgrade-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            (folder / "databases").mkdir(mode=0o755)
            with databases(kind, folder / "databases", ["drill"]) as (url,):
                result = drill(folder, url, size)
        good = good and result.is_good
        print(f"{kind}: {result}", flush=True)
    sys.exit(not good)


if __name__ == "__main__":
    main()
