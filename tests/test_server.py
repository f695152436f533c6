"""The web servers, gunicorn and granian, each with the whole site behind it: what they send, refuse and log."""

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
from tests.running_site import PATIENCE, START_PATIENCE, free_port, wait_for
from wzo.config import ROOT

pytestmark = [pytest.mark.slow]

# What only a client knows, so no log may contain it.
MARK = "zyxomma"
CASES = {
    "a line that is no request": f"{MARK} {MARK}\r\n\r\n",
    "an unknown version": f"GET /{MARK} HTTP/9.9\r\nHost: x\r\n\r\n",
    "a NUL in a header": f"GET /{MARK} HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
    "a space in a header's name": f"GET /{MARK} HTTP/1.1\r\nHost: x\r\nBad {MARK}: 1\r\n\r\n",
    "two lengths": f"POST /{MARK} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "a length that is no number": f"POST /{MARK} HTTP/1.1\r\nHost: x\r\nContent-Length: 4x\r\n\r\nabcd",
    "too many headers": f"GET /{MARK} HTTP/1.1\r\nHost: x\r\n" + "".join(f"X-{n}: 1\r\n" for n in range(200)) + "\r\n",
    "a huge header": f"GET /{MARK} HTTP/1.1\r\nHost: x\r\nX: {'a' * 100_000}\r\n\r\n",
    "a huge address": f"GET /{MARK}{'a' * 100_000} HTTP/1.1\r\nHost: x\r\n\r\n",
}


class Server:
    """A web server process with one worker, as a context manager: `Server("wzo.server", installation)`."""

    def __init__(self, module: str, installation: Installation) -> None:
        self.module = module
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
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module], cwd=ROOT, env=self.environ, stdout=log, stderr=log
            )
        try:
            wait_for("the first response", self._is_up, START_PATIENCE)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.log_file.unlink()

    def _is_up(self) -> bool:
        assert self.process.poll() is None, self.log()
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def log(self) -> str:
        return self.log_file.read_text()

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, HTTPMessage, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

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


@pytest.fixture(scope="module", params=["wzo.server", "wzo.granian_server"])
def server(request: pytest.FixtureRequest, installations: Callable[[str], Installation]) -> Iterator[Server]:
    if request.param == "wzo.granian_server":
        pytest.importorskip("granian")
    with Server(request.param, installations("sqlite")) as running:
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
    assert sent["server"] in ("granian", "gunicorn")


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


def test_it_answers_while_slow_clients_keep_it_waiting(server: Server) -> None:
    if server.module == "wzo.server":
        pytest.skip("gunicorn's threads wait for the rest of a request; a proxy must be in front (docs/operations.md)")
    with ExitStack() as slow:
        connections = [slow.enter_context(server.connect()) for _ in range(10)]
        for connection in connections:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: ")
        assert server.ask("GET", "/healthz")[0] == 200
        connections[0].sendall(b"127.0.0.1\r\n\r\n")
        assert connections[0].recv(12) == b"HTTP/1.1 200"


def test_it_logs_no_requests(server: Server) -> None:
    assert server.ask("GET", f"/{MARK}?{MARK}", {"User-Agent": MARK, "Referer": f"http://{MARK}.example/"})[0] == 404
    assert MARK not in server.log()
    assert "127.0.0.1 " not in server.log()


def test_it_stops_when_told(installations: Callable[[str], Installation], server: Server) -> None:
    with Server(server.module, installations("sqlite")) as other:
        other.process.terminate()
        assert other.process.wait(PATIENCE) == 0
        with pytest.raises(ConnectionRefusedError):
            other.connect()


def test_it_names_a_setting_that_is_wrong(server: Server) -> None:
    environ = {**server.environ, "WEB_CONCURRENCY": "many"}
    ended = subprocess.run(
        [sys.executable, "-m", server.module], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert ended.returncode != 0
    assert "WEB_CONCURRENCY" in ended.stderr
    assert "Traceback" not in ended.stderr
