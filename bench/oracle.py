"""Tests whether an attacker can find out who has signed: `make oracle`.

An attacker who posts an address may watch how long the response takes, and when an e-mail to an address of their own
arrives that they posted next. Neither may depend on whether the first address has signed. Two builds of the site that
leak on purpose show that the tests would notice.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

from bench.crowd import UNLIMITED
from bench.oracle_statistics import holm, kolmogorov_smirnov, mann_whitney
from bench.reading import databases
from tests.petition.signing import ANNA
from tests.running_site import RunningSite, wait_for
from tests.smtp_server import Behaviour, SmtpServer
from wzo.config import ROOT

SIGNIFICANCE = 0.01
STATES = ("new", "pending", "confirmed", "withdrawn", "blocked")
# Seconds that the mail server takes for each reply, and between two attempts of the attacker at most.
REPLY_DELAY = 0.05
SPACING = 0.5
# Run in place of the worker: e-mails leave at once, one after another, over one connection.
LEAKY_WORKER = """
from wzo import create_app, mail_sender, worker
mail_sender.SEND_INTERVAL = worker.SEND_INTERVAL = mail_sender.LEAD = 0.02
app = create_app()
with app.app_context():
    worker.Worker().run()
"""
# Imported by the web server: it processes signatures in the request that submits them.
LEAKY_WEB = """
from wzo import outbox
from wzo.extensions import write_transaction
from wzo.petition import actions, processing
submit = actions.submit_signature
def submit_and_process(**fields):
    submit(**fields)
    with write_transaction():
        processing.process_signatures(outbox.claim(actions.JOB_KIND, 50))
actions.submit_signature = submit_and_process
"""


class Attacker:
    """An attacker, who posts addresses to a running site and reads the e-mails to their own."""

    def __init__(self, site: RunningSite, server: SmtpServer) -> None:
        self.site = site
        self.server = server
        self.chance = random.Random(1)
        self.numbers = iter(range(10**9))

    def post(self, address: str) -> float:
        """Post an address; returns how many seconds the response took."""
        begin = time.perf_counter()
        response = self.site.ask("/en/petition/mothers/sign", {**ANNA, "email": address})
        seconds = time.perf_counter() - begin
        assert response.status == 303, response.status
        return seconds

    def new_address(self) -> str:
        """An address that nobody has used."""
        return f"address{next(self.numbers)}@example.org"

    def prepare(self, state: str, number: int) -> list[str]:
        """Addresses in a state; the e-mails needed for that have arrived."""
        addresses = [self.new_address() for _ in range(number)]
        for address in addresses:
            self.post(address)
        for address in addresses:
            email = wait_for("an e-mail", lambda address=address: self._email_to(address))  # type: ignore[misc]
            if path := {"confirmed": "c", "withdrawn": "w", "blocked": "n"}.get(state):
                self.site.ask(self.site.link(email, path), {"block": "y"})
        return addresses

    def arrivals(self, trials: int) -> dict[str, list[float]]:
        """How long the attacker's own e-mail takes, by whether the address posted just before it was new or known."""
        known = self.prepare("pending", 20)
        posted: dict[str, list[tuple[str, float]]] = {"new": [], "known": []}
        kinds = ["new", "known"] * trials
        self.chance.shuffle(kinds)
        for number, kind in enumerate(kinds):
            own = self.new_address()
            self.post(self.new_address() if kind == "new" else self.chance.choice(known))
            posted[kind].append((own, time.time()))
            self.post(own)
            _progress(f"{number + 1} of {len(kinds)} arrivals")
            time.sleep(self.chance.uniform(0.2, SPACING))
        wait_for("all e-mails", lambda: all(self._email_to(own) for pairs in posted.values() for own, _ in pairs))
        arrived = {it.recipient: it.at for it in self.server.received}
        return {kind: [arrived[own] - at for own, at in pairs] for kind, pairs in posted.items()}

    def responses(self, trials: int) -> dict[str, list[float]]:
        """How long responses to the form take, by the state of the address."""
        known = {state: self.prepare(state, 5) for state in STATES if state != "new"}
        times: dict[str, list[float]] = {state: [] for state in STATES}
        states = list(STATES) * trials
        self.chance.shuffle(states)
        for number, state in enumerate(states):
            times[state].append(self.post(self.new_address() if state == "new" else self.chance.choice(known[state])))
            _progress(f"{number + 1} of {len(states)} responses")
        return times

    def _email_to(self, address: str) -> Any:
        return next((it.message for it in reversed(self.server.received) if it.recipient == address), None)


@contextmanager
def attacker(url: str, *, leaky: str = "") -> Iterator[Attacker]:
    """The site on a database, attacked; `leaky` is the process, if any, that leaks."""
    with SmtpServer(Behaviour(delay=REPLY_DELAY)) as server, tempfile.TemporaryDirectory() as folder:
        site = RunningSite(url)
        site.environ |= {"SMTP_URL": server.url, **UNLIMITED}
        if leaky == "web":
            # Python imports it at the start of every process.
            Path(folder, "sitecustomize.py").write_text(_when_imported(LEAKY_WEB))
            site.environ["PYTHONPATH"] = f"{folder}{os.pathsep}{ROOT}"
        elif leaky:
            site.environ["SMTP_CONNECTIONS"] = "1"
        with site:
            if leaky == "worker":
                site.processes["worker"].kill()
                site.processes["worker"].wait()
                command = [sys.executable, "-c", LEAKY_WORKER]
                site.processes["worker"] = subprocess.Popen(command, cwd=ROOT, env=site.environ, start_new_session=True)
            yield Attacker(site, server)


def compare(title: str, times: Mapping[str, Sequence[float]]) -> bool:
    """Print the tests of every two samples; returns whether they find a difference."""
    pairs = list(combinations(times, 2))
    tests: list[tuple[str, Callable[[Sequence[float], Sequence[float]], float]]] = [
        ("Mann-Whitney", mann_whitney),
        ("Kolmogorov-Smirnov", kolmogorov_smirnov),
    ]
    p_values = [test(times[a], times[b]) for a, b in pairs for _, test in tests]
    adjusted = holm(p_values)
    print(f"\n{title}, milliseconds (median, p90)")
    for name, sample in times.items():
        median, p90 = statistics.median(sample), statistics.quantiles(sample, n=10)[-1]
        print(f"  {name:12}{median * 1000:9.1f}{p90 * 1000:9.1f}   n = {len(sample)}")
    for (a, b), first, second in zip(pairs, adjusted[::2], adjusted[1::2], strict=True):
        print(f"  {a} and {b}: p = {first:.3g} ({tests[0][0]}), {second:.3g} ({tests[1][0]})", flush=True)
    return min(adjusted) < SIGNIFICANCE


def _when_imported(code: str) -> str:
    """A module that runs code in the web server's process alone."""
    indented = "".join(f"    {line}\n" for line in code.strip().splitlines())
    return f"import sys\nif 'wzo.server' in sys.orig_argv:\n{indented}"


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def main() -> None:
    """Print the tests on both databases, for the site as it is and for builds that leak; fails if they are wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--arrivals", type=int, default=200)
    parser.add_argument("--responses", type=int, default=500)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    arguments = parser.parse_args()
    wrong = []
    for kind in arguments.database or ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="wzo-oracle-") as folder:
            Path(folder).chmod(0o755)
            with databases(kind, Path(folder), ["sound", "worker", "web"]) as urls:
                for leaky, url in zip(("", "worker", "web"), urls, strict=True):
                    build = f"a {leaky} that leaks" if leaky else "the site"
                    with attacker(url, leaky=leaky) as somebody:
                        results: dict[str, dict[str, list[float]]] = {}
                        if leaky != "web":
                            results["arrival of the attacker's own e-mail"] = somebody.arrivals(arguments.arrivals)
                        if leaky != "worker":
                            results["response to the form"] = somebody.responses(arguments.responses)
                    for what, times in results.items():
                        title = f"{kind}, {build}, {what}"
                        if compare(title, times) != bool(leaky):
                            wrong.append(title)
    for title in wrong:
        print(f"Wrong: {title}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
