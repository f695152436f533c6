"""The site's responses through RSGI, with a test double of granian's protocol."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from wzo.config import load_settings
from wzo.rsgi import adapter, response
from wzo.rsgi.adapter import RsgiAdapter
from wzo.rsgi.environ import Environ, make_environ


def scope(method: str = "GET", path: str = "/", query: str = "", **headers: str) -> Any:
    """A request as granian describes it."""
    return SimpleNamespace(
        method=method,
        path=path,
        query_string=query,
        http_version="1.1",
        server="127.0.0.1:8000",
        client="203.0.113.7:50000",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


class Protocol:
    """The side of granian: it has a body in chunks, and notes what it is given to send."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks = chunks
        self.sent: tuple[int, dict[str, str], bytes] | None = None
        self.streamed = b""
        self.is_cut_short = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            yield chunk

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.sent = (status, dict(headers), body)

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> "Protocol":
        self.sent = (status, dict(headers), b"")
        return self

    async def send_bytes(self, data: bytes) -> None:
        self.streamed += data

    async def client_disconnect(self) -> None:
        self.is_cut_short = True


def ask(application: Any, request: Any, *chunks: bytes) -> Protocol:
    protocol = Protocol(*chunks)

    async def run() -> None:
        served = RsgiAdapter(application, load_settings({}), lambda _: None)
        served.__rsgi_init__(asyncio.get_running_loop())
        await served.__rsgi__(request, protocol)  # type: ignore[arg-type]
        served.__rsgi_del__(asyncio.get_running_loop())

    asyncio.run(run())
    return protocol


def echo(environ: Environ, start_response: Any) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("X-Length", environ.get("CONTENT_LENGTH", ""))])
    return [body]


@pytest.mark.parametrize("headers", [{"content_length": "5"}, {"transfer_encoding": "chunked"}])
def test_it_passes_the_body_on(headers: dict[str, str]) -> None:
    sent = ask(echo, scope("POST", **headers), b"ab", b"cde").sent
    assert sent == (200, {"X-Length": "5"}, b"abcde")


def test_it_makes_the_environment_as_wsgi_describes_it() -> None:
    environ = make_environ(
        scope("POST", "/ru/пример", "q=1", host="example.org", content_type="text/plain", x_forwarded_for="1.2.3.4")
    )
    wanted = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/ru/пример".encode().decode("latin-1"),
        "QUERY_STRING": "q=1",
        "HTTP_HOST": "example.org",
        "CONTENT_TYPE": "text/plain",
        "HTTP_X_FORWARDED_FOR": "1.2.3.4",
        "REMOTE_ADDR": "203.0.113.7",
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    assert {key: environ[key] for key in wanted} == wanted


def test_it_answers_an_error_of_the_application_with_500(caplog: pytest.LogCaptureFixture) -> None:
    typed = "what a visitor typed"

    def fail(environ: Environ, start_response: Any) -> list[bytes]:
        raise ValueError(typed)

    sent = ask(fail, scope()).sent
    assert sent is not None
    status, headers, body = sent
    assert (status, "Content-Security-Policy" in headers) == (500, True)
    assert "не ваша вина" in body.decode()
    assert "ValueError" in caplog.text
    assert typed not in caplog.text


def test_it_refuses_when_too_many_requests_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "MAX_WAITING", 0)
    sent = ask(echo, scope()).sent
    assert sent is not None
    assert (sent[0], sent[1]["Retry-After"]) == (503, "60")


class Rows:
    """A long body, which remembers whether it was closed."""

    def __init__(self, *, fails: bool) -> None:
        self.fails, self.is_closed = fails, False

    def __iter__(self) -> Iterator[bytes]:
        yield b"one"
        if self.fails:
            raise ValueError("in the middle")
        yield b"two"

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("fails", [False, True])
def test_it_streams_a_body_of_unknown_length(fails: bool) -> None:
    rows = Rows(fails=fails)

    def application(environ: Environ, start_response: Any) -> Rows:
        start_response("200 OK", [])
        return rows

    protocol = ask(application, scope())
    # What is cut short is not ended, so that nobody takes it for the whole.
    assert (protocol.streamed, protocol.is_cut_short) == ((b"one", True) if fails else (b"onetwo", False))
    assert rows.is_closed


def test_it_reads_a_short_file_at_once_and_a_long_one_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "MAX_AT_ONCE", 6)
    for length, whole, streamed in (("6", b"onetwo", b""), ("7", b"", b"onetwo")):

        def application(environ: Environ, start_response: Any, length: str = length) -> Rows:
            start_response("200 OK", [("Content-Length", length)])
            return Rows(fails=False)

        protocol = ask(application, scope())
        assert protocol.sent is not None
        assert (protocol.sent[2], protocol.streamed) == (whole, streamed)
