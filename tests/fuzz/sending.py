"""Sends generated requests, and judges what comes back."""

import hypothesis
from hypothesis import HealthCheck, Phase

from tests.fuzz.browser import VISITOR, Browser
from tests.fuzz.judge import faults
from tests.fuzz.known import Known
from tests.fuzz.report import Report
from tests.fuzz.requests import Request, requests

ROLES = (VISITOR, "writer", "administrator")
# After so many requests, the database is filled again, so that not everything is deleted in the end.
BLOCK = 500


def send_block(browser: Browser, known: Known, report: Report, *, seed: int, number: int) -> None:
    """Send so many requests: the same ones for the same seed, report and site."""

    @hypothesis.seed(f"{report.name} {seed}")
    @hypothesis.settings(
        max_examples=number, database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
    )
    @hypothesis.given(requests(known, panel=browser.role != VISITOR))
    def send(request: Request) -> None:
        answer = browser.send(request)
        report.add(request, answer, list(faults(request, answer, browser.host)))

    send()
    report.measure_memory()
