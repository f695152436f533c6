"""The adapter between granian, which calls it for each request, and the WSGI application."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import parent_process

from granian.rsgi import HTTPProtocol, Scope

from wzo.config import Settings
from wzo.headers import HeadersMiddleware
from wzo.page_cache.pages import Page
from wzo.rsgi.body import BodyError, BodyReader
from wzo.rsgi.environ import Environ, make_environ
from wzo.rsgi.refusals import refuse
from wzo.rsgi.response import Application, Response
from wzo.tracebacks import describe_error

THREADS = 4
# Requests that may wait for a thread; further ones are refused with 503 (Service Unavailable).
MAX_WAITING = 500
# Bytes. Browsers send one or two kilobytes of each.
MAX_URL, MAX_HEADERS = 8 * 1024, 32 * 1024

log = logging.getLogger(__name__)


class RsgiAdapter:
    """Serves a WSGI application through RSGI.

    `find_page` finds a page that can be sent without waiting; `on_start` is called in each web process.
    """

    def __init__(
        self,
        application: Application,
        settings: Settings,
        find_page: Callable[[Environ], Page | None],
        on_start: Callable[[], None] = lambda: None,
    ) -> None:
        self.application = application
        self.on_start = on_start
        self.find_page = find_page
        self.refuse = HeadersMiddleware(refuse, settings)
        self.bodies = BodyReader()
        self.waiting = 0

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads: in the web process itself, since they do not survive a fork."""
        self.threads = ThreadPoolExecutor(THREADS, "request")
        threading.Thread(target=_stop_with_parent, name="parent", daemon=True).start()
        self.on_start()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for the threads when the process stops."""
        self.threads.shutdown()

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Respond to a request."""
        environ = make_environ(scope)
        response = Response()
        try:
            status = self._refusal(environ)
            if status:
                self._refuse(environ, response, status)
            elif page := self.find_page(environ):
                response.body = page.respond(environ, response)
            elif _has_body(environ):
                length = environ.get("CONTENT_LENGTH")
                async with self.bodies.read(aiter(protocol), int(length) if length else None) as body:
                    environ |= {"wsgi.input": body.file, "CONTENT_LENGTH": str(body.length)}
                    await self._run(environ, response)
            else:
                await self._run(environ, response)
        except BodyError as error:
            self._refuse(environ, response, error.status)
        except Exception as error:
            log.error("A request failed. %s", describe_error(error))
            self._refuse(environ, response, 500)
        await response.send(protocol, self.threads)

    async def _run(self, environ: Environ, response: Response) -> None:
        self.waiting += 1
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self.threads, response.run, self.application, environ)
        finally:
            self.waiting -= 1

    def _refusal(self, environ: Environ) -> int:
        """The status with which a request is refused at once, or 0."""
        if len(environ["PATH_INFO"]) + len(environ["QUERY_STRING"]) > MAX_URL:
            return 414
        if sum(len(key) + len(value) for key, value in environ.items() if key.startswith("HTTP_")) > MAX_HEADERS:
            return 431
        return 503 if self.waiting >= MAX_WAITING else 0

    def _refuse(self, environ: Environ, response: Response, status: int) -> None:
        environ["wzo.refusal"] = status
        response.body = self.refuse(environ, response)


def _stop_with_parent() -> None:
    """Stop this process when the one that started it was killed: it would keep the port, and nobody could stop it."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _has_body(environ: Environ) -> bool:
    return environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ
