"""The web server with the whole site behind it: what it sends, refuses and logs, and that no client holds it up."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Self

import pytest

from tests.conftest import Installation
from tests.prefork import Prefork
from tests.running_site import START_TIMEOUT, TIMEOUT, free_port, wait_for
from wzo.config import ROOT, load_settings
from wzo.headers import HeadersMiddleware

pytestmark = [pytest.mark.slow]

# What only a client knows, so no log may contain it.
MARK = "zyxomma"
CASES = {
    "a line that is not a request": f"{MARK} {MARK}\r\n\r\n",
    "an unknown version": f"GET /{MARK} HTTP/9.9\r\nHost: x\r\n\r\n",
    "a NUL in a header": f"GET /{MARK} HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
    "a space in a header's name": f"GET /{MARK} HTTP/1.1\r\nHost: x\r\nBad {MARK}: 1\r\n\r\n",
    "two lengths": f"POST /{MARK} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "a length that is not a number": f"POST /{MARK} HTTP/1.1\r\nHost: x\r\nContent-Length: 4x\r\n\r\nabcd",
    "too many headers": f"GET /{MARK} HTTP/1.1\r\nHost: x\r\n" + "".join(f"X-{n}: 1\r\n" for n in range(200)) + "\r\n",
    "a huge header": f"GET /{MARK} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: {'a' * 100_000}\r\n\r\n",
    "a huge address": f"GET /{MARK}{'a' * 100_000} HTTP/1.1\r\nHost: x\r\n\r\n",
}


class Server:
    """A web server process with one worker, as a context manager."""

    def __init__(self, installation: Installation, prefork: Prefork) -> None:
        self.prefork = prefork
        self.port = free_port()
        self.log_file = Path(tempfile.mkstemp(prefix="wzo-server-")[1])
        settings = installation.settings
        self.environ = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": settings.database_url,
            "INSTANCE_PATH": str(settings.instance_path),
            "PORT": str(self.port),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": "1",
        }

    def __enter__(self) -> Self:
        with self.log_file.open("wb") as log:
            self.process = self.prefork.start("python -m wzo.server", self.environ, log)
        try:
            wait_for("the first response", self._is_up, START_TIMEOUT)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(TIMEOUT)
        self.log_file.unlink()

    def _is_up(self) -> bool:
        assert self.process.poll() is None, self.log()
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def is_listening(self) -> bool:
        try:
            self.connect().close()
        except ConnectionRefusedError:
            return False
        return True

    def log(self) -> str:
        return self.log_file.read_text()

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: str | None = None
    ) -> tuple[int, HTTPMessage, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT)

    def send(self, text: str) -> str:
        """Send bytes as they are, and return everything up to the end of the connection."""
        received = b""
        with self.connect() as connection:
            try:
                connection.sendall(text.encode())
                while data := connection.recv(65_536):
                    received += data
            except (ConnectionResetError, BrokenPipeError):
                # Refused before the whole request was read.
                pass
        return received.decode("latin-1")


@pytest.fixture(scope="module")
def server(installations: Callable[[str], Installation], prefork: Prefork) -> Iterator[Server]:
    with Server(installations("sqlite"), prefork) as running:
        yield running


def test_it_sends_the_headers_of_the_site_and_few_of_its_own(
    server: Server, installations: Callable[[str], Installation]
) -> None:
    site = installations("sqlite").app.test_client().get("/healthz")
    status, headers, body = server.ask("GET", "/healthz")
    sent = {name.lower(): value for name, value in headers.items()}
    assert (status, body) == (200, site.data)
    assert {name: sent.pop(name.lower(), None) for name, _ in site.headers} == dict(site.headers)
    assert set(sent) <= {"connection", "date", "server"}
    # Without its version.
    assert sent["server"] == "granian"


def test_it_sends_no_body_to_head(server: Server) -> None:
    received = server.send("HEAD /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    head, _, body = received.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 200 ")
    assert body == ""


@pytest.mark.parametrize("case", CASES)
def test_it_refuses_malformed_requests(server: Server, case: str) -> None:
    received = server.send(CASES[case])
    assert received[:12] in ("", "HTTP/1.1 400", "HTTP/1.1 414", "HTTP/1.1 431", "HTTP/1.1 505")
    assert server.ask("GET", "/healthz")[0] == 200
    assert MARK not in server.log()


def test_it_takes_no_second_request_from_the_body_of_the_first(server: Server) -> None:
    hidden = f"GET /{MARK} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    received = server.send(
        "POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        f"0\r\n\r\n{hidden}"
    )
    assert received.count("HTTP/1.1 ") <= 1


def test_it_answers_while_connections_are_idle(server: Server) -> None:
    with ExitStack() as idle:
        for _ in range(10):
            idle.enter_context(server.connect())
        assert server.ask("GET", "/healthz")[0] == 200


@pytest.mark.parametrize(
    ("clients", "beginning", "more"),
    [
        (200, "GET /healthz HTTP/1.1\r\nX: ", "x"),
        (20, "POST /en/search/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n", "x"),
        (20, "POST /en/search/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
    ],
    ids=["headers", "bodies", "chunked bodies"],
)
def test_it_answers_while_clients_send_slowly(server: Server, clients: int, beginning: str, more: str) -> None:
    with ExitStack() as slow:
        connections = [slow.enter_context(server.connect()) for _ in range(clients)]
        for text in (beginning, more, more):
            for connection in connections:
                connection.sendall(text.encode())
            assert [server.ask("GET", path)[0] for path in ("/healthz", "/en/", "/en/no-page")] == [200, 200, 404]


def test_it_answers_while_clients_read_slowly(server: Server) -> None:
    with ExitStack() as slow:
        for _ in range(20):
            connection = slow.enter_context(server.connect())
            # Fifty responses, of which this client reads nothing.
            connection.sendall(b"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20)
        assert [server.ask("GET", path)[0] for path in ("/healthz", "/en/", "/en/no-page")] == [200, 200, 404]


@pytest.mark.parametrize(
    ("line", "headers", "status"),
    [
        (f"GET /{'a' * 10_000}", "", 414),
        (f"GET /?{'a' * 10_000}", "", 414),
        ("GET /en/", f"X: {'a' * 40_000}", 431),
        ("POST /en/petition/mothers/sign", "Sec-Fetch-Site: same-origin\r\nContent-Length: 999999999", 413),
        ("GET /en/", "Host: elsewhere.example", 400),
        ("GET /en/%00", "", 400),
    ],
)
def test_its_refusals_have_all_headers(server: Server, line: str, headers: str, status: int) -> None:
    received = server.send(f"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}\r\n\r\n")
    assert received.startswith(f"HTTP/1.1 {status} ")
    names = {line.partition(":")[0].lower() for line in received.partition("\r\n\r\n")[0].splitlines()[1:]}
    site = {name.lower() for name, _ in HeadersMiddleware(None, load_settings({})).http_headers}
    assert site <= names


def test_it_sends_bodies_of_every_size_to_the_site(server: Server) -> None:
    def post(size: int) -> int:
        headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        return server.ask("POST", "/en/petition/mothers/sign", headers, f"q={'a' * size}")[0]

    assert [post(size) == 413 for size in (1, 60_000, 70_000)] == [False, False, True]


def test_it_ignores_headers_that_are_spelt_like_those_of_a_router(server: Server) -> None:
    # With an underscore, it would become the same variable as the header that the router sends.
    status, headers, _ = server.ask("GET", "/en/", {"X_Forwarded_Proto": "http"})
    assert status == 200, headers


def test_it_logs_no_requests(server: Server) -> None:
    assert server.ask("GET", f"/{MARK}?{MARK}", {"User-Agent": MARK, "Referer": f"http://{MARK}.example/"})[0] == 404
    assert MARK not in server.log()
    assert "127.0.0.1 " not in server.log()


def test_it_stops_when_told(installations: Callable[[str], Installation], prefork: Prefork, server: Server) -> None:
    with Server(installations("sqlite"), prefork) as other:
        other.process.terminate()
        assert other.process.wait(TIMEOUT) == 0
        with pytest.raises(ConnectionRefusedError):
            other.connect()


def test_its_workers_end_when_it_is_killed(installations: Callable[[str], Installation], prefork: Prefork) -> None:
    with Server(installations("sqlite"), prefork) as other:
        other.process.kill()
        other.process.wait(TIMEOUT)
        # Otherwise they would keep the port, and go on with an old version.
        wait_for("the end of the workers", lambda: not other.is_listening())


def test_it_names_a_setting_that_is_wrong(server: Server) -> None:
    environ = {**server.environ, "WEB_CONCURRENCY": "many"}
    ended = subprocess.run(
        [sys.executable, "-m", "wzo.server"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert ended.returncode != 0
    assert "WEB_CONCURRENCY" in ended.stderr
    assert "Traceback" not in ended.stderr
