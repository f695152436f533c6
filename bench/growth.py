"""Measures how much slower the petition is with a million signatures than with a thousand: `make bench-growth`."""

import argparse
import logging
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.large_petition import Site
from bench.ratios import Growth, print_table
from bench.reading import databases
from wzo.extensions import db
from wzo.petition import intervals

FEW_JOBS, MANY_JOBS = 100, 100_000


def measure(kind: str, few: int, many: int, runs: int, rounds: int, *, export: bool = True) -> list[Growth]:
    """Measure every action on a small and on a large petition; prints what the export takes, if it is wanted."""
    print(f"Filling {kind} (a minute or two) …", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="wzo-bench-") as name, databases(kind, Path(name), ["few", "many"]) as urls:
        Path(name).chmod(0o755)
        sizes = ((few, FEW_JOBS), (many, MANY_JOBS))
        sites = [Site(url, Path(name), *size) for url, size in zip(urls, sizes, strict=True)]
        rows = [compare(action, sites, runs, rounds) for action in sites[0].actions]
        for row in export_rows(sites, few, many) if export else ():
            print_row(*row)
        for site in sites:
            with site.app.app_context():
                db.engine.dispose()
    return rows


def compare(action: str, sites: list[Site], runs: int, rounds: int) -> Growth:
    """Measure an action on both sites in turns, so that other load on the machine affects both."""
    for site in sites:
        site.time(action)  # Warms the caches.
    medians = []
    for _ in range(runs):
        pairs = [[site.time(action) for site in sites] for _ in range(rounds)]
        medians.append([statistics.median(times) for times in zip(*pairs, strict=True)])
    return Growth.from_runs(action, medians)


def export_rows(sites: list[Site], few: int, many: int) -> Iterator[list[str]]:
    """The rows about the export: its rate without the start of the process, its memory, and signing meanwhile."""
    (small_time, small_memory, _), (large_time, large_memory, meanwhile) = (site.export() for site in sites)
    yield ["export, signatures a second", "", f"{(many - few) / (large_time - small_time):,.0f}"]
    ratio = f"{large_memory / small_memory:.2f}"
    yield ["export, peak memory in MB", f"{small_memory:.0f}", f"{large_memory:.0f}", ratio]
    yield ["sign, during the export", "", f"{statistics.median(meanwhile):.2f}"]
    yield ["the slowest of these", "", f"{max(meanwhile):.2f}"]


def read_the_count_each_time() -> None:
    """Let every request read the count and the names."""
    intervals.COUNT_INTERVAL = 0


def print_row(name: str, *columns: str) -> None:
    print(f"{name:32}" + "".join(f"{column:>14}" for column in columns), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    logging.disable(logging.INFO)
    read_the_count_each_time()
    for kind in arguments.databases:
        rows = measure(kind, arguments.few, arguments.many, arguments.runs, arguments.rounds)
        print_table(f"{kind}: signatures", arguments.few, arguments.many, rows)


if __name__ == "__main__":
    main()
