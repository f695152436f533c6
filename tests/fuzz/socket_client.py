"""Sends requests to a running server byte for byte, as no HTTP library would."""

import socket
from contextlib import suppress
from http.client import HTTPException, HTTPResponse

from tests.fuzz.judge import Answer
from tests.fuzz.requests import Request

# Seconds without a byte, after which a response counts as missing.
TIMEOUT = 60


def exchange(port: int, request: Request, network: str = "127.0.0.1") -> Answer:
    """Send a request to a server on this machine. The status is 0 if it closes the connection without a response."""
    with socket.create_connection(("127.0.0.1", port), TIMEOUT, source_address=(network, 0)) as connection:
        # It may be refused before it was read to its end.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(_bytes(request, port))
        response = HTTPResponse(connection, method=request.method)
        try:
            response.begin()
            body = response.read()
        except TimeoutError:
            return Answer(504, [], b"", 0, "no response")
        except (OSError, HTTPException):
            return Answer(0, [], b"", 0)
        return Answer(response.status, response.getheaders(), body, 0)


def _bytes(request: Request, port: int) -> bytes:
    headers = {"Host": f"127.0.0.1:{port}", "Connection": "close", **dict(request.headers)}
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        headers["Content-Length"] = str(len(request.body))
    lines = [
        f"{request.method} {request.target or '/'} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + request.body
