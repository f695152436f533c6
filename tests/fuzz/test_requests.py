"""Strange requests to every route, as a visitor, a writer and an administrator: none is a fault of ours.

They go to the application, and to the web server that we ship, which reads them from a socket. `make fuzz
REQUESTS=100000` sends so many, on both databases together, and prints what came of them.
"""

import os
from collections.abc import Iterator
from functools import partial

import pytest
from flask import Flask

from tests.conftest import Installation, RunWorker
from tests.fuzz.browser import Browser
from tests.fuzz.conftest import Fill
from tests.fuzz.known import Known
from tests.fuzz.report import Report
from tests.fuzz.sending import BLOCK, ROLES, send_block
from tests.fuzz.server_browser import ServerBrowser, processes
from tests.prefork import Prefork
from tests.test_server import Server

pytestmark = pytest.mark.slow

# Of all roles on both databases; by hand, very many.
REQUESTS = int(os.environ.get("REQUESTS", 0))
FEW = 150
# By hand, one request of twenty goes through a socket.
TO_THE_SERVER = REQUESTS // 20
FEW_TO_THE_SERVER = 40


@pytest.mark.parametrize("role", ROLES)
def test_it_answers_every_request(
    stripe_app: Flask, fill: Fill, known: Known, database: str, role: str, run_worker: RunWorker
) -> None:
    report = Report(f"{database}, {role}")
    number = REQUESTS // (2 * len(ROLES)) or FEW
    for seed in range(0, number, BLOCK):
        fill()
        send_block(Browser(stripe_app, role), known, report, seed=seed, number=min(BLOCK, number - seed))
        # What was stored is no fault for the worker either.
        run_worker()
    report.check(limits=REQUESTS > 0)


@pytest.fixture
def server(installation: Installation, prefork: Prefork, fill: Fill) -> Iterator[Server]:
    fill()
    with Server(installation, prefork) as running:
        yield running


def test_it_answers_every_request_through_the_web_server(
    server: Server, app: Flask, known: Known, fill: Fill, database: str
) -> None:
    port, master = server.port, server.process.pid
    report = Report(f"{database}, through the web server", partial(processes, master))
    number = TO_THE_SERVER // 2 // len(ROLES) or FEW_TO_THE_SERVER
    for role in ROLES:
        for seed in range(0, number, BLOCK):
            fill()
            browser = ServerBrowser(app, role, port, master)
            send_block(browser, known, report, seed=seed, number=min(BLOCK, number - seed))
    report.check(limits=REQUESTS > 0)
