"""As many requests as a server answers: by wrk where it is installed, or by a small client of our own.

`python -m bench.http_load PORT PATH SECONDS HEADER …` is that client; it prints a Load as JSON.
"""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import NamedTuple

from bench.servers import LOAD_CORE, on_core
from wzo.config import ROOT

CONNECTIONS = 16
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)


class Load(NamedTuple):
    """The result: the number of requests, the seconds that they took, and their percentiles in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float


def client_name() -> str:
    """Which client is used."""
    return "wrk" if shutil.which("wrk") else "bench.http_load"


def load(port: int, path: str, headers: Mapping[str, str], seconds: int) -> Load:
    """Ask for a path over 16 connections. Raises AssertionError if a response is an error."""
    url = f"http://127.0.0.1:{port}{path}"
    lines = [f"{name}: {value}" for name, value in headers.items()]
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--latency",
        *(it for line in lines for it in ("-H", line)),
        url,
    ]
    if not shutil.which("wrk"):
        command = [sys.executable, "-m", "bench.http_load", str(port), path, str(seconds), *lines]
    with on_core(LOAD_CORE):
        output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return parse_wrk(output) if command[0] == "wrk" else Load(**json.loads(output))


def parse_wrk(output: str) -> Load:
    """Read what wrk has printed. Raises AssertionError if a response was an error."""
    assert "Non-2xx" not in output, output
    total = re.search(r"(\d+) requests in ([\d.]+)(us|ms|s|m)\b", output)
    times = {
        share: float(value) * UNITS[unit] for share, value, unit in re.findall(r"(\d+)% +([\d.]+)(us|ms|s|m)\b", output)
    }
    assert total, output
    return Load(int(total[1]), float(total[2]) * UNITS[total[3]] / 1000, times["50"], times["99"])


class Client(asyncio.Protocol):
    """One connection: asks, waits for the whole response, and asks again; opens another one if the server closes it."""

    def __init__(self, request: bytes, times: list[float], closed: "asyncio.Queue[Exception | None]") -> None:
        self.request, self.times, self.closed = request, times, closed
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return
        status, length = head[9:12], LENGTH.search(head)
        if status not in (b"200", b"304"):
            self.closed.put_nowait(AssertionError(head))
        if len(body) >= (int(length[1]) if length and status == b"200" else 0):
            self.times.append(time.perf_counter() - self.begin)
            if b"connection: close" not in head.lower():
                self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        self.closed.put_nowait(error)

    def _ask(self) -> None:
        self.received = b""
        self.begin = time.perf_counter()
        self.transport.write(self.request)


async def ask_for(port: int, path: str, seconds: float, lines: list[str]) -> Load:
    """The load of our own client."""
    request = "\r\n".join([f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *lines, "", ""]).encode()
    times: list[float] = []
    begin = time.perf_counter()

    async def connect_again_and_again() -> None:
        loop, closed = asyncio.get_running_loop(), asyncio.Queue[Exception | None]()
        while True:
            await loop.create_connection(lambda: Client(request, times, closed), "127.0.0.1", port)
            if error := await closed.get():
                raise error

    tasks = [asyncio.create_task(connect_again_and_again()) for _ in range(CONNECTIONS)]
    done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in tasks:
        task.cancel()
    for task in done:
        task.result()
    passed, times = time.perf_counter() - begin, sorted(times)
    p50, p99 = (1000 * times[int(len(times) * share)] for share in (0.5, 0.99))
    return Load(len(times), passed, p50, p99)


if __name__ == "__main__":
    _, port, path, seconds, *lines = sys.argv
    print(json.dumps(asyncio.run(ask_for(int(port), path, float(seconds), lines))._asdict()))
