"""Measures the first view of the public pages on a phone with a slow connection: `make bench-first-view`."""

import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from playwright.sync_api import Browser, ProxySettings

from bench.slow_line import slow_line
from tests.browser.chromium import chromium
from tests.running_site import RunningSite

RUNS = 5
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
# 400 kbit/s each way, and 400 ms from a request to the first byte of its response.
RATE, ROUND_TRIP = 50_000, 0.4
THROTTLED = {"offline": False, "latency": 1000 * ROUND_TRIP, "downloadThroughput": RATE, "uploadThroughput": RATE}
GOAL = 1.8
PAGES = {
    "home": "/ru/",
    "stories": "/ru/stories/",
    "story": "/ru/stories/outcasts-1/",
    "petition": "/ru/petition/mothers/",
    "donate": "/ru/donate/",
}
OBSERVE = """
  window.seen = {largest: 0, shift: 0};
  new PerformanceObserver((list) => {
    for (const paint of list.getEntries()) seen.largest = paint.startTime / 1000;
  }).observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) seen.shift += shift.value;
  }).observe({type: "layout-shift", buffered: true});
"""


class Load(NamedTuple):
    """A load with an empty cache: seconds to the largest contentful paint, layout shift, bytes and requests."""

    largest: float
    shift: float
    size: int
    requests: int


@dataclass(frozen=True)
class FirstView:
    """The loads of a page, throttled by Chromium and over a line with handshakes."""

    page: str
    throttled: list[Load]
    over_line: list[Load]

    def median(self, loads: list[Load]) -> float:
        """The median of the largest contentful paints, in seconds."""
        return statistics.median(load.largest for load in loads)

    @property
    def missed(self) -> bool:
        """Whether the goal is missed, or something moved."""
        loads = (self.throttled, self.over_line)
        return any(self.median(it) > GOAL or any(load.shift for load in it) for it in loads)


def measure(site: RunningSite, browser: Browser, runs: int = RUNS) -> Iterator[FirstView]:
    """Load each page some times; a load before them warms up the site."""
    with slow_line(RATE, ROUND_TRIP) as proxy:
        for name, path in PAGES.items():
            site.ask(path)
            near = [load(browser, site.url + path) for _ in range(runs)]
            far = [load(browser, site.url + path, proxy) for _ in range(runs)]
            yield FirstView(name, near, far)


def load(browser: Browser, url: str, proxy: str = "") -> Load:
    """Open a page with an empty cache: through a proxy, or else throttled by Chromium."""
    server: ProxySettings | None = {"server": proxy, "bypass": "<-loopback>"} if proxy else None
    context = browser.new_context(locale="ru", proxy=server, **PHONE)  # type: ignore[arg-type]
    context.add_init_script(OBSERVE)
    tab = context.new_page()
    session = context.new_cdp_session(tab)
    session.send("Network.enable")
    if not proxy:
        session.send("Network.emulateNetworkConditions", THROTTLED)
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda it: sizes.append(int(it["encodedDataLength"])))
    tab.goto(url, wait_until="networkidle")
    seen = tab.evaluate("seen")
    context.close()
    return Load(seen["largest"], seen["shift"], sum(sizes), len(sizes))


def main() -> None:
    """Print a row for each page; exits with an error if a page misses the goal or moves while it loads."""
    missed = False
    print(f"{'':10}{'LCP, s':>8}{'goal':>6}{'with handshakes, s':>20}{'CLS':>7}{'KB':>7}{'requests':>10}")
    with RunningSite() as site, chromium() as browser:
        for view in measure(site, browser):
            first, missed = view.throttled[0], missed or view.missed
            shift = max(it.shift for it in view.throttled + view.over_line)
            print(
                f"{view.page:10}{view.median(view.throttled):>8.2f}{GOAL:>6}{view.median(view.over_line):>20.2f}"
                f"{shift:>7.3f}{first.size / 1024:>7.1f}{first.requests:>10}",
                flush=True,
            )
    sys.exit(missed)


if __name__ == "__main__":
    main()
