"""Clients that are slow, and requests that are too large."""

import socket
import time
from contextlib import ExitStack, suppress
from urllib.parse import urlencode

from tests.faults.drill import FORM, Ground, Outcome, Size
from tests.fuzz.bodies import BOUNDARY, MULTIPART
from tests.fuzz.report import memory
from tests.fuzz.server_browser import processes
from tests.running_site import TIMEOUT, RunningSite

FORM_HEADERS = "Host: {host}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
# What each slow client sends first, and then byte by byte.
BEGINNINGS = (
    "GET /en/ HTTP/1.1\r\nHost: {host}\r\nX: ",
    f"POST {FORM} HTTP/1.1\r\n{FORM_HEADERS}Content-Length: 100\r\n\r\n",
)
ORDINARY = ("/en/", "/ru/stories/", "/en/petition/mothers/", FORM, "/en/no-page", "/healthz", "/ru/", "/en/team/")
MEGABYTE = 1024 * 1024
# Megabytes by which the processes may grow: what Python has not given back.
GROWTH = 60


def slow_clients(ground: Ground, size: Size) -> Outcome:
    """Clients that send a byte at a time, and those that read nothing, beside ten ordinary requests."""
    site, times, held = ground.site, [], 0
    with ExitStack() as stack:
        slow = [stack.enter_context(_connect(site)) for _ in range(size.slow_clients)]
        for number, connection in enumerate(slow):
            connection.sendall(BEGINNINGS[number % 2].format(host=f"127.0.0.1:{site.port}").encode())
        for number in range(10):
            for connection in slow:
                connection.sendall(b"x")
            begin = time.perf_counter()
            status = _ordinary(ground, number)
            times.append(time.perf_counter() - begin)
            held += status in (200, 303, 404)
    ms = sorted(round(it * 1000) for it in times)
    return Outcome(10, held, note=f"{size.slow_clients} clients; {ms[5]} ms (median), {ms[-1]} ms at most")


def large_requests(ground: Ground, size: Size) -> Outcome:
    """Bodies of ten megabytes, ten thousand fields, 1,200 parts and addresses of a megabyte."""
    site = ground.site
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'
    form = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    requests: list[tuple[str, str, dict[str, str], bytes]] = [
        ("POST", path, {**form, "Content-Type": content_type}, body)
        for path in (FORM, "/en/donate/", "/donate/webhook", "/admin/sign-in/")
        for content_type, body in (
            (form["Content-Type"], b"name=" + b"a" * 10 * MEGABYTE),
            (form["Content-Type"], urlencode([("a", "b")] * 10_000).encode()),
            (MULTIPART, (part * 1_200 + f"--{BOUNDARY}--\r\n").encode()),
            ("application/json", b"[" * 10 * MEGABYTE),
        )
    ]
    requests += [("GET", f"/en/{'a' * MEGABYTE}", {}, b""), ("GET", f"/en/stories/?q={'a' * MEGABYTE}", {}, b"")]
    before, statuses = 0, []
    for number in range(2 + size.repeats):
        statuses += [_send(site, *request) for request in requests]
        # In the first rounds, buffers get their size.
        before = before if number > 1 else memory(processes(site.processes["web"].pid))
    after = memory(processes(site.processes["web"].pid))
    refused = sum(400 <= it < 500 for it in statuses)
    is_flat = after - before < GROWTH * MEGABYTE
    note = f"memory {before // MEGABYTE} → {after // MEGABYTE} MB"
    return Outcome(len(statuses) + 1, refused + is_flat, note=note)


def _ordinary(ground: Ground, number: int) -> int:
    if number < len(ORDINARY):
        return ground.site.ask(ORDINARY[number]).status
    return ground.sign(f"beside-slow-{number}@example.org").status


def _connect(site: RunningSite) -> socket.socket:
    return socket.create_connection(("127.0.0.1", site.port), timeout=TIMEOUT)


def _send(site: RunningSite, method: str, target: str, headers: dict[str, str], body: bytes) -> int:
    """The status; 0 if the connection was closed without any."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{site.port}", f"Content-Length: {len(body)}"]
    lines += [*(f"{name}: {value}" for name, value in headers.items()), "Connection: close", "", ""]
    with _connect(site) as connection:
        # It may be refused before it was read to its end.
        with suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall("\r\n".join(lines).encode() + body)
        try:
            start = connection.recv(12)
        except ConnectionResetError:
            start = b""
    return int(start[9:12] or 0)
