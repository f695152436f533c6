"""Measures how soon an editor can write on a slow connection, which Chromium throttles: `make bench-editing`."""

import statistics

from playwright.sync_api import Browser, BrowserContext

from tests.browser.chromium import chromium
from tests.browser.editors import create_editor, sign_in
from tests.running_site import RunningSite

RUNS = 7
# 400 kbit/s each way, and 400 ms from a request to the first byte of its response.
CONNECTION = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
LIMIT = 2.5
EDIT, READ = "/admin/stories/1/", "/en/stories/outcasts-1/"
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime / 1000"
READY = "performance.timing.domContentLoadedEventEnd - performance.timing.navigationStart"


def main() -> None:
    """Print the cost of the edit page, with an empty cache, and that of the story's public page."""
    with RunningSite() as site, chromium() as browser:
        signed_in = browser.new_context(locale="en")
        sign_in(signed_in.new_page(), site, create_editor(site, role="publisher"))
        cookies = signed_in.cookies()
        rows = {path: [measure(browser, site, path, cookies) for _ in range(RUNS)] for path in (READ, EDIT)}
    print(f"{'':28}{'requests':>9}{'KB':>8}{'seen, s':>9}{'usable, s':>11}")
    for path, runs in rows.items():
        requests, size, seen, usable = (statistics.median(one) for one in zip(*runs, strict=True))
        print(f"{path:28}{requests:>9.0f}{size / 1024:>8.1f}{seen:>9.2f}{usable:>11.2f}")
    read, edit = (statistics.median(run[3] for run in rows[path]) for path in (READ, EDIT))
    print(f"Writing is ready {edit / read:.2f} times as late as reading; the limit is {LIMIT} s: ", end="")
    print("kept." if edit <= LIMIT else "missed.")


def measure(browser: Browser, site: RunningSite, path: str, cookies: list) -> tuple[int, int, float, float]:  # type: ignore[type-arg]
    """Open a page with an empty cache; returns requests, bytes, and seconds until it is seen and usable."""
    context: BrowserContext = browser.new_context(locale="en")
    context.add_cookies(cookies)
    tab = context.new_page()
    session = context.new_cdp_session(tab)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", CONNECTION)
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda it: sizes.append(int(it["encodedDataLength"])))
    tab.goto(site.url + path, wait_until="load")
    usable = tab.evaluate(READY) / 1000
    seen = tab.evaluate(PAINTED) or usable
    context.close()
    sizes = [size for size in sizes if size]
    return len(sizes), sum(sizes), seen, usable


if __name__ == "__main__":
    main()
