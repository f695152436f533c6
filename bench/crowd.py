"""A crowd signs while a mail server is slow and processes are killed: `make crowd`, or `make crowd SIZE=full`.

On each database it measures how fast signatures turn into e-mails, and then kills processes of the web server and the
worker at random moments, and counts signatures and e-mails that were lost or doubled. Last, it counts the e-mails that
a bot can cause.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select

from bench.bot import PEOPLE, run_bot
from bench.load import address
from bench.reading import databases
from tests.petition.signing import code
from tests.running_site import RunningSite
from tests.smtp_server import Behaviour, SmtpServer
from wzo.config import ROOT, load_settings
from wzo.extensions import db
from wzo.outbox import Job
from wzo.petition import queries
from wzo.petition.models import Petition, Signature

# Seconds that the mail server takes for each reply.
REPLY_DELAY = 0.05
# Seconds to wait for e-mails, including those that a killed worker had leased.
TIMEOUT = 600
UNLIMITED = {"SIGNATURES_PER_HOUR": "10000000", "SIGNATURES_PER_HOUR_PER_NETWORK": "10000000"}


class Size(NamedTuple):
    """The size of the load: first the crowd, then the kills."""

    per_minute: int
    seconds: int
    reads: int
    kills: int
    per_minute_while_killed: int
    bot_posts: int

    def __str__(self) -> str:
        return (
            f"{self.per_minute:,} signatures a minute for {self.seconds} seconds and {self.reads} reads of the count a "
            f"second; {self.kills} kills while {self.per_minute_while_killed:,} a minute sign; "
            f"{self.bot_posts:,} posts of a bot"
        )


SIZES = {"small": Size(600, 10, 20, 6, 300, 1_000), "full": Size(2_000, 300, 100, 200, 600, 10_000)}


@dataclass
class Response:
    """The result of one request of the load."""

    number: int
    at: float
    seconds: float
    status: int


class Crowd:
    """A running site with a mail server, and the responses that the crowd got."""

    def __init__(self, site: RunningSite, server: SmtpServer) -> None:
        self.site = site
        self.server = server
        self.responses: list[Response] = []
        self.kills = {"web": 0, "worker": 0}

    @property
    def acknowledged(self) -> set[str]:
        """The addresses of those who were asked to check their e-mail."""
        return {address(it.number) for it in self.responses if it.status == 303}

    def sign(self, *, per_minute: float, seconds: float, first: int = 0, reads: int = 0) -> list[Response]:
        """Sign at a steady rate, in parallel with reads of the count; returns the responses to the reads."""
        with ThreadPoolExecutor(2) as loads:
            readers = loads.submit(self._load, "count", reads, seconds, 0)
            signers = loads.submit(self._load, "sign", per_minute / 60, seconds, first)
        self.responses += signers.result()
        return readers.result()

    def wait_for_emails(self) -> None:
        """Wait until nothing is queued; what a killed worker had leased is due again after two minutes."""
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end and (waiting := self._count(Job)):
            _progress(f"{waiting} jobs are waiting, {len(self.server.received)} e-mails were received")
            time.sleep(0.5)

    def kill(self, number: int, stop: threading.Event) -> None:
        """Kill processes at random moments: the web's and the worker in turns."""
        chance = random.Random(number)
        for kill in range(number):
            stop.wait(chance.uniform(0.1, 0.8))
            if kill % 2:
                self.site.kill_and_restart("worker")
                self.kills["worker"] += 1
                # Let it start, so that it is working when it is killed.
                stop.wait(chance.uniform(2, 4))
            else:
                self.site.kill_a_web_process(chance)
                self.kills["web"] += 1
            _progress(f"{kill + 1} of {number} kills")
        self.site.restart_web_if_it_ended()
        stop.set()

    def confirm(self) -> int:
        """Confirm every signature by the code of its last e-mail; returns how many were confirmed."""
        codes = {it.recipient: code(it.message) for it in self.server.received}
        confirmed = 0
        for typed in codes.values():
            response = self.site.ask("/en/petition/mothers/code", {"code": typed})
            confirmed += response.status == 303
        return confirmed

    def count(self) -> tuple[int, int, int]:
        """The number of signatures in the database, the public count and the recount."""
        with self.site.inside():
            petition_id = db.session.scalars(select(Petition.id).where(Petition.slug == "mothers")).one()
            public = queries.get_count(petition_id, None).confirmed
            return self._count(Signature), public, queries.recount(petition_id)

    @property
    def limit_of_a_network(self) -> int:
        """How many signatures are accepted from one network in an hour."""
        return load_settings(self.site.environ).signatures_per_hour_per_network

    def _count(self, model: Any) -> int:
        with self.site.inside():
            number = db.session.scalar(select(func.count()).select_from(model)) or 0
            db.session.rollback()
        return number

    def _load(self, what: str, rate: float, seconds: float, first: int) -> list[Response]:
        command = [sys.executable, "-m", "bench.load", what, *map(str, (self.site.port, rate, seconds, first))]
        output = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
        return [Response(**json.loads(line)) for line in output.splitlines()]


@contextmanager
def crowd(database_url: str | None, limits: Mapping[str, str]) -> Iterator[Crowd]:
    """The site on a database, with a slow mail server; with default limits if none are given."""
    with SmtpServer(Behaviour(delay=REPLY_DELAY)) as server:
        site = RunningSite(database_url)
        site.environ |= {"SMTP_URL": server.url, **limits}
        with site:
            yield Crowd(site, server)


def measure_speed(crowd: Crowd, size: Size) -> dict[str, str]:
    """Sign at the rate of a crowd, and measure how long after each signature its e-mail arrives."""
    reads = crowd.sign(per_minute=size.per_minute, seconds=size.seconds, reads=size.reads)
    crowd.wait_for_emails()
    asked = {address(it.number): it.at for it in crowd.responses if it.status == 303}
    arrived = {it.recipient: it.at for it in reversed(crowd.server.received)}
    waits = sorted(arrived[it] - asked[it] for it in asked if it in arrived)
    answers = sorted(it.seconds for it in crowd.responses)
    last = max(arrived.values()) - min(asked.values())
    return {
        "acknowledged": str(len(asked)),
        "other responses": _refused(crowd.responses),
        "mailed": str(len(arrived)),
        "lost": str(len(set(asked) - set(arrived))),
        "extra e-mails": str(len(crowd.server.received) - len(arrived)),
        "e-mails a minute": f"{len(arrived) / last * 60:,.0f}",
        "wait for the e-mail, median": f"{statistics.median(waits):.1f} s",
        "wait for the e-mail, p99": f"{_percentile(waits, 0.99):.1f} s",
        "response to the form, median": f"{statistics.median(answers) * 1000:.0f} ms",
        "response to the form, p99": f"{_percentile(answers, 0.99) * 1000:.0f} ms",
        "reads of the count that failed": f"{sum(it.status != 200 for it in reads)} of {len(reads)}",
    }


def measure_kills(crowd: Crowd, size: Size) -> dict[str, str]:
    """Kill processes while a crowd signs, confirm all signatures, and count those that were lost or doubled."""
    stop = threading.Event()
    killing = threading.Thread(target=crowd.kill, args=(size.kills, stop))
    killing.start()
    first, seconds = 1_000_000, 10
    while not stop.is_set():
        crowd.sign(per_minute=size.per_minute_while_killed, seconds=seconds, first=first)
        first += int(size.per_minute_while_killed / 60 * seconds)
    killing.join()
    crowd.wait_for_emails()
    mailed = Counter(it.recipient for it in crowd.server.received)
    confirmed = crowd.confirm()
    stored, public, recounted = crowd.count()
    return {
        "kills": ", ".join(f"{number} of {name}" for name, number in crowd.kills.items()),
        "acknowledged": str(len(crowd.acknowledged)),
        "other responses": _refused(crowd.responses),
        "mailed": str(len(mailed)),
        "confirmed": str(confirmed),
        "counted": str(public),
        "recounted": str(recounted),
        "doubled": str(stored - len(mailed)),
        "lost": str(len(crowd.acknowledged - set(mailed)) + confirmed - public),
        "extra e-mails": str(mailed.total() - len(mailed)),
    }


def measure_bot(crowd: Crowd, size: Size) -> dict[str, str]:
    """Count the e-mails that a bot in one network causes, and those of people in other networks meanwhile."""
    statuses, accepted = run_bot(crowd.site, size.bot_posts, _progress)
    crowd.wait_for_emails()
    mailed = Counter(it.partition("@")[0].rstrip("0123456789") for it in set(crowd.server.recipients))
    return {
        "responses to the bot": ", ".join(f"{number:,} × {status}" for status, number in statuses.items()),
        "limit of its network": f"{crowd.limit_of_a_network:,}",
        "e-mails that the bot caused": f"{mailed['stranger']:,}",
        "other people accepted": f"{accepted} of {PEOPLE}",
        "e-mails to them": f"{mailed['person']}",
    }


def _refused(responses: list[Response]) -> str:
    """The responses that acknowledged nothing: how many by status; 0 is a broken connection."""
    statuses = Counter(it.status for it in responses if it.status != 303)
    return ", ".join(f"{number} × {status}" for status, number in statuses.items()) or "0"


def _percentile(sorted_values: list[float], share: float) -> float:
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


# The title, the measurement, and the limits: in the first two, everybody signs from one network.
PARTS = {
    "speed": ("A crowd signs", measure_speed, UNLIMITED),
    "kills": ("Processes are killed", measure_kills, UNLIMITED),
    "bot": ("A bot signs strangers up", measure_bot, {}),
}


def main() -> None:
    """Print the results on both databases."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    arguments = parser.parse_args()
    size = SIZES[arguments.size]
    for kind in arguments.database or ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="wzo-crowd-") as folder:
            Path(folder).chmod(0o755)
            with databases(kind, Path(folder), list(PARTS)) as urls:
                for (part, (title, measure, limits)), url in zip(PARTS.items(), urls, strict=True):
                    if part not in (arguments.part or PARTS):
                        continue
                    with crowd(url, limits) as site:
                        _print(f"{title}, on {kind}: {size}", measure(site, size))


def _print(title: str, results: dict[str, str]) -> None:
    print(f"\n{title}")
    for name, value in results.items():
        print(f"  {name:34}{value:>20}", flush=True)


if __name__ == "__main__":
    main()
