"""Measures how much CPU a page takes that is rendered anew, beside a bare Flask "hello": `python -m bench.rendering`.

Both run under gunicorn with one worker, whose CPU time is read from /proc. On one core, the requests answered in a
second are in inverse proportion to it, so that a page at 0.2 is answered a fifth as often as the "hello".
"""

import http.client
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from flask_migrate import upgrade

from bench.reading import databases
from wzo import create_app
from wzo.config import ROOT, load_settings
from wzo.extensions import db
from wzo.seed.demo import load_demo
from wzo.seed.loading import load_seed

STORIES = 100
PORT = 8731
# The pages, and what share of the rate of a "hello" each should reach.
GOALS = {
    "/ru/": ("home", 0.12),
    "/ru/stories/": ("list of stories", 0.25),
    "/ru/stories/dissertations/": ("story", 0.20),
    "/ru/petition/": ("petition", 0.20),
}
TICK = os.sysconf("SC_CLK_TCK")


class Row(NamedTuple):
    """A page: the CPU time that it takes in milliseconds, its rate as a share of that of a "hello", and the goal."""

    page: str
    cpu: float
    share: float
    goal: float


class Server:
    """One worker of gunicorn, and a connection to it."""

    def __init__(self, port: int, pid: int) -> None:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        self.stat = Path(f"/proc/{children[0]}/stat")
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def cpu(self, path: str, requests: int) -> float:
        """The CPU time of a request in milliseconds."""
        before = self._ticks()
        for _ in range(requests):
            self.connection.request("GET", path)
            response = self.connection.getresponse()
            response.read()
            assert response.status == 200, (path, response.status)
        self.connection.close()
        return (self._ticks() - before) / TICK / requests * 1000

    def _ticks(self) -> int:
        user, system = self.stat.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
        return int(user) + int(system)


@contextmanager
def serve(application: str, worker: str, port: int, environment: dict[str, str]) -> Iterator[Server]:
    """Run an application under gunicorn meanwhile."""
    options = [
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        worker,
        "--threads",
        "4" if worker == "gthread" else "1",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--preload", "--no-control-socket", *options, application],
        env={**os.environ, **environment, "WEB_CONCURRENCY": "1"},
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_open(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def wait_until_open(port: int) -> None:
    """Wait until a server answers. Raises TimeoutError."""
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/")
            connection.getresponse()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError


def measure(kind: str = "sqlite", *, runs: int = 5, requests: int = 200) -> list[Row]:
    """The rows of the table "the page rendered anew (cache off)", on SQLite or PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="wzo-bench-") as name, databases(kind, Path(name), ["anew"]) as urls:
        Path(name).chmod(0o755)
        environment = {"DATABASE_URL": urls[0], "INSTANCE_PATH": name, "PORT": str(PORT)}
        app = create_app(load_settings(environment))
        with app.app_context():
            upgrade(str(ROOT / "migrations"))
            load_seed()
            load_demo(stories=STORIES, seed=1, on_progress=lambda count: None)
            db.engine.dispose()
        with (
            serve("bench.hello:app", "sync", PORT + 1, {}) as hello,
            serve("wzo:create_app()", "gthread", PORT, environment) as site,
        ):
            return [_measure_page(hello, site, path, runs, requests) for path in GOALS]


def _measure_page(hello: Server, site: Server, path: str, runs: int, requests: int) -> Row:
    site.cpu(path, 20)  # Warms the caches.
    hellos, pages = [], []
    for _ in range(runs):
        # In turns, so that other load on the machine affects both.
        hellos.append(hello.cpu("/", requests * 5))
        pages.append(site.cpu(path, requests))
    name, goal = GOALS[path]
    shares = [bare / page for bare, page in zip(hellos, pages, strict=True)]
    return Row(name, statistics.median(pages), statistics.median(shares), goal)


def main() -> None:
    logging.disable(logging.INFO)
    for kind in sys.argv[1:] or ["sqlite", "postgresql"]:
        print(f"\n{kind}, rendered anew{'CPU ms':>20}{'× hello':>10}{'goal':>8}")
        for row in measure(kind):
            print(f"{row.page:30}{row.cpu:13.2f}{row.share:10.3f}{row.goal:8.2f}", flush=True)


if __name__ == "__main__":
    main()
