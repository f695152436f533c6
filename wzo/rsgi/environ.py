"""The WSGI environment of a request (PEP 3333)."""

import sys
from functools import lru_cache
from io import BytesIO
from typing import Any

from granian.rsgi import Scope

Environ = dict[str, Any]

COMMON: Environ = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
}
WITHOUT_PREFIX = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def make_environ(scope: Scope) -> Environ:
    """The environment of a request without a body."""
    host, _, port = scope.server.rpartition(":")
    environ = {
        **COMMON,
        "REQUEST_METHOD": scope.method,
        # Decoded, with a character for each byte.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": "HTTP/1.0" if scope.http_version == "1" else "HTTP/1.1",
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.input": BytesIO(),
    }
    for name, value in scope.headers.items():
        key = _key(name)
        if key in environ:
            environ[key] += f"; {value}" if name == "cookie" else f",{value}"
        elif key:
            environ[key] = value
    return environ


@lru_cache(maxsize=256)
def _key(name: str) -> str:
    # "X_Forwarded_For" would become the same key as the header of the router in front.
    return "" if "_" in name else WITHOUT_PREFIX.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
