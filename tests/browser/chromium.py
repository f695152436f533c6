"""The browser for tests and screenshots."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserType, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
# The headless shell draws no windows, which saves much of the work, but keeps no profile.
SHELL = Path("/usr/bin/chromium-headless-shell")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    # Requests to any other host fail.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
# For tests: scripts that run for a moment, such as axe on one page after another, only lose by being optimised.
NO_OPTIMISATION = "--js-flags=--no-opt --no-maglev"
# For pages that are only measured, which takes a quarter less time. Clicks wait for frames that do not come then.
NO_FRAMES = "--disable-threaded-compositing"


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Debian's Chromium, which can reach this machine only. A thread can have one at a time."""
    with sync_playwright() as playwright, launched(playwright.chromium, *arguments) as browser:
        yield browser


@contextmanager
def launched(kind: BrowserType, *arguments: str) -> Iterator[Browser]:
    """The same where Playwright runs already: `launched(browser.browser_type)` is a second browser."""
    browser = kind.launch(executable_path=SHELL if SHELL.exists() else CHROMIUM, args=[*ARGUMENTS, *arguments])
    yield browser
    browser.close()
