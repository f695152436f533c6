"""Sends requests to the application in this process, as a visitor or as a signed-in editor."""

import contextvars
import logging
import time
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.test import run_wsgi_app

from tests.admin.editors import own_token
from tests.conftest import SignIn, make_client
from tests.fuzz.bodies import CSRF_TOKEN
from tests.fuzz.judge import Answer
from tests.fuzz.known import HOST
from tests.fuzz.requests import Request
from wzo.extensions import db
from wzo.rsgi.environ import COMMON

VISITOR = "visitor"


class Log(logging.Handler):
    """Keeps what was logged as an error, shortened to where it was raised."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        first, *lines = record.getMessage().splitlines()
        self.lines.append(" ".join([first, *(it.strip() for it in lines if "/wzo/" in it)][:1] + lines[-2:]))


class Browser:
    """Sends requests with the cookie of a role; loses its session now and then, and signs in again."""

    def __init__(self, app: Flask, role: str) -> None:
        self.app, self.role, self.host = app, role, HOST
        self.token = self.cookie = ""
        self.requests = 0
        self.log = Log()
        self.sign_in()

    def sign_in(self) -> None:
        """Get a new account with a session and a fresh second factor."""
        if self.role == VISITOR:
            return
        client = make_client(self.app)
        with self.app.app_context():
            SignIn()(client, self.role)
            self.token = own_token(client)
            db.session.remove()
        cookie = client.get_cookie(self.app.config["SESSION_COOKIE_NAME"], "127.0.0.1")
        assert cookie
        self.cookie = f"{cookie.key}={cookie.value}"

    def get(self, path: str) -> str | None:
        """The HTML of a page, as it should be."""
        answer = self.send(Request("", "GET", path, (), b""))
        return answer.body.decode() if answer.status == 200 and "html" in answer.header("content-type") else None

    def send(self, request: Request) -> Answer:
        """Send a request; signs in again if the session has ended by it."""
        self.requests += 1
        headers = (("Cookie", self.cookie), *request.headers) if self.cookie else request.headers
        body = request.body.replace(CSRF_TOKEN.encode(), self.token.encode())
        answer = self.exchange(request._replace(headers=headers, body=body))
        if self.role != VISITOR and _has_lost_the_session(answer):
            self.sign_in()
        return answer

    def exchange(self, request: Request) -> Answer:
        """Call the application."""
        logger = self.app.logger
        self.log.lines.clear()
        logger.addHandler(self.log)
        begin = time.thread_time()
        try:
            environ = _environ(request, self.network)
            body, status, headers = contextvars.Context().run(run_wsgi_app, self.app.wsgi_app, environ, True)
        finally:
            logger.removeHandler(self.log)
        seconds = time.thread_time() - begin
        return Answer(int(status[:3]), list(headers), b"".join(body), seconds, " ".join(self.log.lines))

    @property
    def network(self) -> str:
        """An address to come from, another one each time: after twenty signatures from one, there are puzzles."""
        return f"127.{self.requests >> 16 & 255}.{self.requests >> 8 & 255}.{self.requests & 255}"


def _environ(request: Request, network: str) -> dict[str, Any]:
    environ: dict[str, Any] = {
        **COMMON,
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path.decode("latin-1"),
        "QUERY_STRING": request.target.partition("?")[2],
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": network,
        "HTTP_HOST": HOST,
        "wsgi.input": BytesIO(request.body),
    }
    if request.body:
        environ["CONTENT_LENGTH"] = str(len(request.body))
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


def _has_lost_the_session(answer: Answer) -> bool:
    return answer.header("location").startswith("/admin/sign-in") or "session=" in answer.header("set-cookie")
