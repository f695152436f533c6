"""A bare Flask application and a bare WSGI function, to which pages are compared."""

from collections.abc import Iterable
from typing import Any

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """A greeting."""
    return "hello"


def bare(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The same without Flask."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "5")])
    return (b"hello",)
