"""Sends requests to a running web server on the same database."""

import os
from pathlib import Path

from flask import Flask

from tests.fuzz.browser import Browser
from tests.fuzz.judge import Answer
from tests.fuzz.requests import Request
from tests.fuzz.socket_client import exchange

TICK = os.sysconf("SC_CLK_TCK")


class ServerBrowser(Browser):
    """A browser whose requests go to the server at a port, byte for byte; `app` is the same site in this process."""

    def __init__(self, app: Flask, role: str, port: int, master: int) -> None:
        self.port, self.master = port, master
        super().__init__(app, role)
        self.host = f"127.0.0.1:{port}"

    def exchange(self, request: Request) -> Answer:
        """Send a request to the server; its CPU seconds are those of all its processes meanwhile."""
        before = self.seconds()
        answer = exchange(self.port, request, self.network)
        return answer._replace(seconds=self.seconds() - before)

    def seconds(self) -> float:
        """The CPU seconds of the web processes so far."""
        stats = [Path(f"/proc/{it}/stat").read_text().rpartition(")")[2].split() for it in processes(self.master)]
        return sum(int(it[11]) + int(it[12]) for it in stats) / TICK


def processes(master: int) -> list[int]:
    """The processes of a web server that answer."""
    return [int(it) for it in Path(f"/proc/{master}/task/{master}/children").read_text().split()]
