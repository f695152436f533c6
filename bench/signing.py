"""Measures signing and confirming against raw durable inserts into the same database: `python -m bench.signing`."""

import argparse
import secrets
import socket
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import psycopg
from sqlalchemy import insert, select

from bench.crowd import UNLIMITED
from bench.reading import databases
from tests.running_site import RunningSite
from wzo.clock import today
from wzo.extensions import db
from wzo.petition.models import Petition, Signature, SignatureState
from wzo.petition.pending import set_pending

GOALS = {"sqlite": 0.36, "postgresql": 0.24}
# What one row of the outbox takes.
PAYLOAD_SIZE = 600
NAME = "Anna Akhmatova"
CLIENTS = (1, 16)
# Temporary files are often in memory, where nothing needs to reach the disk; these are not.
DISK = "/var/tmp"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL")
CREATE, INSERT = "CREATE TABLE raw_rows (id BIGINT PRIMARY KEY, payload {})", "INSERT INTO raw_rows VALUES ({0}, {0})"


# A path and the fields that are posted to it.
Form = tuple[str, dict[str, str]]
Action = Callable[[int], Iterator[Form]]


class Row(NamedTuple):
    """One line of the table: rates in requests and inserts a second, times in milliseconds.

    `ratio` is the median of the rounds, `goal` that for one client; `cpu` is what a request costs the web processes.
    """

    name: str
    raw: float
    ours: float
    ratio: float
    goal: float | None
    p50: float
    p99: float
    cpu: float


class Measured(NamedTuple):
    """One round of one action: requests a second, the times of all requests, CPU seconds of each, and raw inserts."""

    rate: float
    times: list[float]
    cpu: float
    raw: float


class Client:
    """A connection that stays open, as those of a reverse proxy do."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def post(self, path: str, fields: dict[str, str]) -> float:
        """Post a form; returns how many seconds the response took. Raises AssertionError if it is not a redirect."""
        body = urlencode(fields)
        request = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nSec-Fetch-Site: same-origin\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
        begin = time.perf_counter()
        self.socket = self.socket or socket.create_connection(("127.0.0.1", self.port))
        self.socket.sendall(request)
        response = self.socket.recv(65536)
        seconds = time.perf_counter() - begin
        head, _, rest = response.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 303"), response
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        while len(rest) < length:
            rest += self.socket.recv(65536)
        if b"connection: close" in head.lower():
            self.close()
        return seconds

    def close(self) -> None:
        """Close the connection; the next request opens another one."""
        if self.socket:
            self.socket.close()
        self.socket = None


class Bench:
    """A running site without its worker, with a table for raw inserts."""

    def __init__(self, site: RunningSite, kind: str) -> None:
        self.site, self.kind = site, kind
        with site.inside():
            self.petition_id = db.session.scalars(select(Petition.id).where(Petition.slug == "mothers")).one()
        self.insert_raw = self._open_sqlite() if kind == "sqlite" else self._open_postgresql()

    def sign(self, number: int) -> Iterator[Form]:
        """Forms that sign."""
        for _ in range(number):
            email = f"{secrets.token_hex(8)}@example.org"
            yield "/en/petition/mothers/sign", {"name": NAME, "email": email, "country": "RU"}

    def confirm(self, number: int) -> Iterator[Form]:
        """Forms that confirm; the signatures are pending already."""
        rows, links = zip(*(self._pending() for _ in range(number)), strict=True)
        with self.site.writing():
            db.session.execute(insert(Signature), rows)
            db.session.commit()
        yield from ((f"/c/{link}", {}) for link in links)

    def measure(self, action: Action, clients: int, number: int) -> Measured:
        """Insert raw rows, then have some clients post `number` forms."""
        forms = list(action(number))
        raw = self._raw_rate(number)
        before, begin = self._cpu(), time.perf_counter()
        times: list[list[float]] = [[] for _ in range(clients)]
        threads = [
            threading.Thread(target=self._post_all, args=(forms[index::clients], times[index]))
            for index in range(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - begin
        found = list(chain(*times))
        assert len(found) == number, "a request failed"
        return Measured(number / seconds, found, (self._cpu() - before) / number, raw)

    def _post_all(self, forms: Sequence[Form], times: list[float]) -> None:
        client = Client(self.site.port)
        for path, fields in forms:
            times.append(client.post(path, fields))
        client.close()

    def _pending(self) -> tuple[dict[str, object], str]:
        """A pending signature as a row, and its link."""
        values = {
            "petition_id": self.petition_id,
            "language": "en",
            "email": "anna@example.org",
            "name": NAME,
        }
        submitted = {**values, "country": "RU", "show_name": False, "wants_news": False, "signed_on": str(today())}
        signature = Signature(id=secrets.randbits(63), petition_id=self.petition_id)
        with self.site.inside():
            secret = set_pending(signature, {**submitted, "expires_at": None})
        columns = ("id", "petition_id", "link_hash", "code_hash", "link_ciphertext", "pending_ciphertext")
        row = {name: getattr(signature, name) for name in columns}
        days = {"signed_on": today(), "mailed_on": today(), "email_hash": secrets.token_bytes(32)}
        return {**row, **days, "state": SignatureState.PENDING}, secret.link

    def _raw_rate(self, number: int) -> float:
        begin = time.perf_counter()
        for _ in range(number):
            self.insert_raw(secrets.randbits(63), secrets.token_bytes(PAYLOAD_SIZE))
        return number / (time.perf_counter() - begin)

    def _open_sqlite(self) -> Callable[[int, bytes], object]:
        path = self.site.environ["DATABASE_URL"].removeprefix("sqlite:///")
        connection = sqlite3.connect(path, isolation_level=None)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(CREATE.format("BLOB"))
        statement = INSERT.format("?")
        return lambda *row: connection.execute(statement, row)

    def _open_postgresql(self) -> Callable[[int, bytes], object]:
        url = self.site.environ["DATABASE_URL"].replace("postgresql+psycopg:", "postgresql:")
        connection = psycopg.connect(url, autocommit=True)
        connection.execute(CREATE.format("BYTEA"))
        durable = connection.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
        ).fetchone()
        assert durable == ("on", "on"), durable
        statement = INSERT.format("%s")
        return lambda *row: connection.execute(statement, row)

    def _cpu(self) -> float:
        """The CPU seconds of the web processes so far."""
        master = self.site.processes["web"].pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        ticks = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13] for child in children]
        return sum(int(tick) for both in ticks for tick in both) / 100


@contextmanager
def running(kind: str) -> Iterator[Bench]:
    """The site on a database on the disk, with no worker and no limits."""
    tempfile.tempdir = DISK
    with tempfile.TemporaryDirectory(prefix="wzo-signing-") as folder:
        Path(folder).chmod(0o755)
        with databases(kind, Path(folder), ["signing"]) as (url,):
            site = RunningSite(url)
            site.environ |= UNLIMITED
            with site:
                worker = site.processes.pop("worker")
                worker.kill()
                worker.wait()
                yield Bench(site, kind)


def measure(kind: str, rounds: int = 5, number: int = 300) -> list[Row]:
    """Measure on a database, in `rounds` rounds of `number` requests; each round measures everything in turns."""
    rows = []
    with running(kind) as bench:
        actions = {
            f"{it.__name__}, c = {clients}": (it, clients) for clients in CLIENTS for it in (bench.sign, bench.confirm)
        }
        found: dict[str, list[Measured]] = {name: [] for name in actions}
        for action, clients in actions.values():
            bench.measure(action, clients, 64)  # Warms the caches.
        for _ in range(rounds):
            for name, (action, clients) in actions.items():
                found[name].append(bench.measure(action, clients, number))
        for name, measured in found.items():
            times = sorted(chain(*(it.times for it in measured)))
            rows.append(
                Row(
                    name=f"{kind}: {name}",
                    raw=statistics.median(it.raw for it in measured),
                    ours=statistics.median(it.rate for it in measured),
                    ratio=statistics.median(it.rate / it.raw for it in measured),
                    goal=GOALS[kind] if name.endswith("= 1") else None,
                    p50=1000 * statistics.median(times),
                    p99=1000 * times[int(len(times) * 0.99)],
                    cpu=1000 * statistics.median(it.cpu for it in measured),
                )
            )
    return rows


def main() -> None:
    """Print the table for both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", nargs="+", choices=list(GOALS), default=list(GOALS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--number", type=int, default=300)
    arguments = parser.parse_args()
    print(
        f"{'':28}"
        + "".join(f"{head:>10}" for head in ("raw/s", "ours/s", "ratio", "goal", "p50 ms", "p99 ms", "CPU ms"))
    )
    for kind in arguments.databases:
        for row in measure(kind, arguments.rounds, arguments.number):
            goal = "" if row.goal is None else f"{row.goal:.2f}"
            columns = (
                f"{row.raw:,.0f}",
                f"{row.ours:,.0f}",
                f"{row.ratio:.3f}",
                goal,
                *(f"{it:.2f}" for it in row[5:]),
            )
            print(f"{row.name:28}" + "".join(f"{column:>10}" for column in columns), flush=True)


if __name__ == "__main__":
    main()
