"""How many requests a second one core answers, compared with a bare Flask "hello": `python -m bench.serving`."""

import argparse
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bench.http_load import load
from bench.reading import databases
from bench.report import Line, print_lines, progress
from bench.servers import HELLO, OURS, UNCACHED, Server, caching_nginx, fill, has_nginx, serve, static_nginx
from wzo.static_files import StaticFiles

# What browsers send.
COMPRESSED = {"Accept-Encoding": "br, gzip"}
PAGES = {
    "home": "/ru/",
    "list of stories": "/ru/stories/",
    "story": "/ru/stories/dissertations/",
    "petition": "/ru/petition/",
}
COUNT_JSON, COUNT = "/petition/mothers/count.json", "/ru/petition/mothers/count"
STATIC = "css/petition.css"
# Of the rate of a "hello"; milliseconds.
CACHED, CACHED_P99 = 1.65, 8.0
UNCACHED_GOALS = {"home": 0.12, "list of stories": 0.25, "story": 0.20}


class Target(NamedTuple):
    """A page to measure, the headers that ask for it, and its goals: × the rate of a "hello", and a p99 in ms."""

    name: str
    server: Server
    path: str
    headers: Mapping[str, str] = COMPRESSED
    goal: float | None = None
    p99_goal: float | None = None


class Round(NamedTuple):
    """One round: requests a second and CPU milliseconds of each, of "hello" and of the page; p50 and p99 in ms."""

    hello_rate: float
    hello_cpu: float
    rate: float
    cpu: float
    p50: float
    p99: float


@dataclass
class Row:
    """What a page does in all rounds."""

    target: Target
    rounds: list[Round] = field(default_factory=list)

    def line(self) -> Line:
        """Its medians, and whether the goals are met."""
        shares = [it.rate / it.hello_rate for it in self.rounds]
        rate, cpu, p50, p99 = (statistics.median(values) for values in list(zip(*self.rounds, strict=True))[2:])
        share, goal, p99_goal = statistics.median(shares), self.target.goal, self.target.p99_goal
        return Line(
            name=self.target.name,
            rate=rate,
            cpu=cpu,
            ratio=share,
            low=min(shares),
            high=max(shares),
            ratio_by_cpu=statistics.median(it.hello_cpu / it.cpu if it.cpu else 0 for it in self.rounds),
            p50=p50,
            p99=p99,
            goal=None if goal is None else f"≥ {goal:g}" + (f", p99 ≤ {p99_goal:g}" if p99_goal else ""),
            mark=goal,
            is_met=None if goal is None else share >= goal,
            p99_is_met=None if p99_goal is None else p99 <= p99_goal,
        )


@contextmanager
def targets(*, quick: bool) -> Iterator[tuple[Server, list[Target]]]:
    """Start all servers; yields the server of "hello" and the pages to measure."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wzo-bench-")))
        folder.chmod(0o755)
        hello = stack.enter_context(serve((*HELLO, "bench.hello:app")))
        found = [Target("bare WSGI function", stack.enter_context(serve((*HELLO, "bench.hello:bare"))), "/")]
        for kind in ("sqlite",) if quick else ("sqlite", "postgresql"):
            progress(f"{kind}: loading the content")
            own = folder / kind
            own.mkdir(mode=0o755)
            (url,) = stack.enter_context(databases(kind, own, ["serving"]))
            fill(url, own)
            site = stack.enter_context(serve(OURS, database=url, folder=own))
            uncached = stack.enter_context(serve(UNCACHED, database=url, folder=own))
            found += _cached(site) if kind == "sqlite" else [_page(site, "home", f" ({kind})")]
            found += [
                Target(f"{name}, uncached ({kind})", uncached, PAGES[name], goal=goal)
                for name, goal in UNCACHED_GOALS.items()
            ]
            if kind == "sqlite" and has_nginx() and not quick:
                cache = stack.enter_context(caching_nginx(site, folder / "cache"))
                static = stack.enter_context(static_nginx(folder / "static"))
                found += [
                    Target("nginx: home, cached", cache, PAGES["home"]),
                    Target("nginx: static file", static, f"/static/{STATIC}"),
                ]
        yield hello, found


def _page(site: Server, name: str, note: str = "") -> Target:
    return Target(f"{name}{note}", site, PAGES[name], COMPRESSED, CACHED, CACHED_P99)


def _cached(site: Server) -> list[Target]:
    """The pages as shipped, from the page cache."""
    etag = site.get(PAGES["home"], COMPRESSED).headers["ETag"]
    goals = (CACHED, CACHED_P99)
    return [
        *(_page(site, name) for name in PAGES),
        Target("count as JSON", site, COUNT_JSON, COMPRESSED, *goals),
        Target("count as a fragment", site, COUNT, {**COMPRESSED, "HX-Request-Type": "partial"}, *goals),
        Target("home, unchanged (304)", site, PAGES["home"], {**COMPRESSED, "If-None-Match": etag}, *goals),
        Target("static file", site, StaticFiles().urls[STATIC]),
    ]


def measure(*, rounds: int = 5, seconds: int = 1, quick: bool = False) -> list[Line]:
    """Measure every page alternately with a "hello", in `rounds` rounds."""
    with targets(quick=quick) as (hello, found):
        rows = [Row(it) for it in found]
        for target in found:
            for _ in range(20):
                response = target.server.get(target.path, target.headers)
                assert response.status in (200, 304), (target.name, response.status)
        for number in range(rounds):
            for row in rows:
                progress(f"round {number + 1} of {rounds}: {row.target.name}")
                row.rounds.append(_measure_round(hello, row.target, seconds))
    return [row.line() for row in rows]


def _measure_round(hello: Server, target: Target, seconds: int) -> Round:
    """Both right after each other, so that other load on the machine affects both."""
    hello_rate, hello_cpu, *_ = _run(hello, "/", {}, seconds)
    return Round(hello_rate, hello_cpu, *_run(target.server, target.path, target.headers, seconds))


def _run(server: Server, path: str, headers: Mapping[str, str], seconds: int) -> tuple[float, float, float, float]:
    before = server.cpu()
    done = load(server.port, path, headers, seconds)
    return done.requests / done.seconds, (server.cpu() - before) / done.requests * 1000, done.p50, done.p99


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="on SQLite, and without nginx")
    arguments = parser.parse_args()
    print_lines({"serving": measure(**vars(arguments))})


if __name__ == "__main__":
    main()
