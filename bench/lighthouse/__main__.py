"""Runs Lighthouse as a phone on the public pages and prints their scores: `make lighthouse`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.first_view import PAGES
from tests.browser.chromium import CHROMIUM
from tests.running_site import RunningSite

PROGRAM = Path(__file__).parent / "node_modules" / ".bin" / "lighthouse"
FLAGS = "--headless=new --no-sandbox --disable-gpu --no-first-run"
# A busy machine spoils the score of performance only; it is that of the median run.
RUNS = 3
GOAL = 100
HELD = ("accessibility", "best-practices", "seo")
Report = dict[str, Any]


def audit(url: str) -> Report:
    """Lighthouse's report on a page, as JSON; it emulates a phone by default.

    On a busy machine it sometimes fails; then it tries once more.
    """
    command = [PROGRAM, url, "--quiet", "--output=json", "--no-enable-error-reporting", f"--chrome-flags={FLAGS}"]
    environ = {**os.environ, "CHROME_PATH": str(CHROMIUM)}
    for _ in range(2):
        ended = subprocess.run(command, env=environ, capture_output=True, check=False)
        if ended.returncode == 0:
            break
    else:
        raise RuntimeError(ended.stderr.decode())
    report: Report = json.loads(ended.stdout)
    return report


def scores(report: Report) -> dict[str, int]:
    """The score of each category, of 100."""
    return {name: round(100 * category["score"]) for name, category in report["categories"].items()}


def imperfect_audits(report: Report) -> list[str]:
    """The audits that have a score below 1, with their values."""
    below = [it for it in report["audits"].values() if it["score"] is not None and it["score"] < 1]
    return [f"{it['id']} {it['score']:.2f} {it.get('displayValue', '')}".rstrip() for it in below]


def main() -> None:
    """Print a row for each page and the audits below 1; exits with an error if a score other than speed is too low."""
    missed = False
    print(f"{'':10}{'performance':>12}{'goal':>6}" + "".join(f"{name:>16}" for name in HELD))
    with RunningSite() as site:
        for page, path in PAGES.items():
            site.ask(path)
            reports = sorted((audit(site.url + path) for _ in range(RUNS)), key=lambda it: scores(it)["performance"])
            report = reports[RUNS // 2]
            score = scores(report)
            missed = missed or any(score[name] < GOAL for name in HELD)
            print(f"{page:10}{score['performance']:>12}{GOAL:>6}" + "".join(f"{score[name]:>16}" for name in HELD))
            for line in imperfect_audits(report):
                print(f"{'':12}{line}")
            sys.stdout.flush()
    sys.exit(missed)


if __name__ == "__main__":
    main()
