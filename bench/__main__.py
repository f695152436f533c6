"""Measures the site and compares it with its goals: `make bench`, or `make bench-quick` for served pages alone.

Growth is measured here on SQLite, with a hundred thousand signatures; `make bench-growth` measures all of it.
"""

import argparse
import logging
import signal
import sys
import tempfile
import time
from pathlib import Path

from bench import crowd, growth, reading, serving, signing
from bench.http_load import client_name
from bench.ratios import Growth
from bench.report import Line, machine, print_lines, progress, write

DATABASES = ("sqlite", "postgresql")
FEW_STORIES, STORIES = 100, 10_000
FEW_SIGNATURES, SIGNATURES = 1_000, 100_000
MOST_GROWTH, MOST_SEARCH_TIME = 1.1, 5.0
# These may grow: see bench/README.md.
MAY_GROW = {reading.AFTER_CHANGE, "recount"}
SERVED = "Served by one core: ratio to a bare Flask “hello” (H)"
# Milliseconds.
MOST_TO_SIGN = 15.0


def main() -> None:
    """Measure, print the table, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    logging.disable(logging.INFO)
    # An end from outside is orderly too, so that no server is left running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    begin, facts = time.monotonic(), {**machine(), "client": client_name()}
    print(f"{facts['processor']}, {facts['cores']} cores, load average {facts['load_average']}, client {client_name()}")
    if arguments.quick:
        print_lines({SERVED: serving.measure(rounds=1, quick=True)})
        return
    sections = {
        SERVED: serving.measure(),
        "Signing: ratio to a raw durable insert": [
            _signing_line(it) for kind in DATABASES for it in measure_signing(kind)
        ],
        f"Growth: ratio of {STORIES:,} stories to {FEW_STORIES}, on SQLite": [
            _growth_line(it) for it in reading.measure("sqlite", FEW_STORIES, STORIES, runs=3, rounds=5)
        ],
        f"Growth: ratio of {SIGNATURES:,} signatures to {FEW_SIGNATURES:,}, on SQLite": [
            _growth_line(it) for it in measure_signatures()
        ],
    }
    crowds = {kind: measure_crowd(kind) for kind in DATABASES}
    print_lines(sections)
    for kind, results in crowds.items():
        print(f"\nA crowd signs, on {kind}")
        print("".join(f"  {name:40}{value:>11}\n" for name, value in results.items()), end="")
    facts |= {"seconds": round(time.monotonic() - begin), "load_average_at_the_end": machine()["load_average"]}
    print(f"\n{facts['seconds']} seconds, load average {facts['load_average_at_the_end']}")
    for path in write(sections, {**facts, "crowd": crowds}):
        print(path)


def measure_signing(kind: str) -> list[signing.Row]:
    """Sign and confirm, in a short time."""
    progress(f"signing, on {kind}")
    return signing.measure(kind, rounds=3, number=100)


def measure_signatures() -> list[Growth]:
    """The petition with few and with many signatures."""
    growth.read_the_count_each_time()
    return growth.measure("sqlite", FEW_SIGNATURES, SIGNATURES, runs=3, rounds=5, export=False)


def measure_crowd(kind: str) -> dict[str, str]:
    """How soon the e-mails of a small crowd arrive."""
    progress(f"a crowd signs, on {kind}")
    with tempfile.TemporaryDirectory(prefix="wzo-crowd-") as folder:
        # PostgreSQL runs as another user.
        Path(folder).chmod(0o755)
        with reading.databases(kind, Path(folder), ["crowd"]) as (url,), crowd.crowd(url, crowd.UNLIMITED) as site:
            return crowd.measure_speed(site, crowd.SIZES["small"])


def _signing_line(row: signing.Row) -> Line:
    return Line(
        name=row.name,
        rate=row.ours,
        cpu=row.cpu,
        ratio=row.ratio,
        p50=row.p50,
        p99=row.p99,
        goal=None if row.goal is None else f"≥ {row.goal:g}, p99 ≤ {MOST_TO_SIGN:g}",
        mark=row.goal,
        is_met=None if row.goal is None else row.ratio >= row.goal,
        p99_is_met=None if row.goal is None else row.p99 <= MOST_TO_SIGN,
    )


def _growth_line(row: Growth) -> Line:
    searches = row.name.startswith("search")
    goal = f"≤ {MOST_SEARCH_TIME:g} ms" if searches else f"≤ {MOST_GROWTH:g}"
    is_met = row.many <= MOST_SEARCH_TIME if searches else row.ratio <= MOST_GROWTH
    may_grow = row.name in MAY_GROW
    return Line(
        name=row.name,
        ratio=row.ratio,
        low=row.low,
        high=row.high,
        ratio_by_cpu=row.cpu_ratio,
        p50=row.many,
        goal=None if may_grow else goal,
        is_met=None if may_grow else is_met,
    )


if __name__ == "__main__":
    main()
