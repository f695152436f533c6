"""The response of the WSGI application, as granian sends it."""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from typing import Any

from granian.rsgi import HTTPProtocol, ProtocolClosed

from wzo.rsgi.environ import Environ
from wzo.tracebacks import describe_error

# Bytes. A body up to this is read at once, a longer one in chunks; a client has this many seconds to take each.
MAX_AT_ONCE = 1024 * 1024
CHUNK_SECONDS = 60

log = logging.getLogger(__name__)

Application = Callable[[Environ, Any], Iterable[bytes]]


class Response:
    """The `start_response` of a WSGI application, and the body that it returned."""

    __slots__ = ("body", "context", "headers", "status")

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.body: Iterable[bytes] = ()
        # An iterator may set context variables in one call and reset them in the next.
        self.context = contextvars.Context()

    def __call__(self, status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        self.status, self.headers = int(status[:3]), headers

    def run(self, application: Application, environ: Environ) -> None:
        """Call the application, and read the body unless it is long or of unknown length."""
        self.context.run(self._run, application, environ)

    async def send(self, protocol: HTTPProtocol, threads: Executor) -> None:
        """Send the response; threads read the next chunk of a long body, and wait for no client."""
        if isinstance(self.body, (list, tuple)):
            protocol.response_bytes(self.status, self.headers, b"".join(self.body))
            return
        try:
            await self._stream(protocol, threads)
        except ProtocolClosed:
            log.debug("The client has gone.")
        except Exception as error:
            log.error("A response was cut short. %s", describe_error(error))
            # To end it here would make it look complete, and granian breaks off no connection: the client has to.
            await protocol.client_disconnect()

    async def _stream(self, protocol: HTTPProtocol, threads: Executor) -> None:
        loop = asyncio.get_running_loop()
        transport = protocol.response_stream(self.status, self.headers)
        iterator = iter(self.body)
        read = partial(self.context.run, next, iterator, b"")
        try:
            while chunk := await loop.run_in_executor(threads, read):
                async with asyncio.timeout(CHUNK_SECONDS):
                    await transport.send_bytes(chunk)
        finally:
            await loop.run_in_executor(threads, self.context.run, _close, self.body)

    def _run(self, application: Application, environ: Environ) -> None:
        body = application(environ, self)
        length = next((value for name, value in self.headers if name.lower() == "content-length"), "")
        if not isinstance(body, (list, tuple)) and length.isdecimal() and int(length) <= MAX_AT_ONCE:
            try:
                self.body = [b"".join(body)]
            finally:
                _close(body)
        else:
            self.body = body


def _close(body: Iterable[bytes]) -> None:
    if hasattr(body, "close"):
        body.close()
