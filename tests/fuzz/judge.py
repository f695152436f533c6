"""What a response must be, whatever the request was."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.fuzz.known import HOST
from tests.fuzz.requests import Request
from tests.fuzz.texts import MARK

# They may answer with 503: the first says that the worker is not running, the second that signing has been paused.
UNAVAILABLE = {"health.readyz", "petition.sign"}


class Answer(NamedTuple):
    """A response, the CPU seconds that it took the site, and what the site logged meanwhile."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    seconds: float
    logged: str = ""

    def header(self, name: str) -> str:
        """The value of a header, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name), "")


def faults(request: Request, answer: Answer, host: str = HOST) -> Iterator[str]:
    """What is wrong with a response: each kind of fault has its own text."""
    where = f"{request.method} {request.endpoint}"
    is_meant = answer.status == 503 and request.endpoint in UNAVAILABLE and not answer.logged
    if answer.status >= 500 and not is_meant:
        yield f"{where}: {answer.status} {answer.logged}"
    if any(set("\r\n\0") & set(name + value) for name, value in answer.headers):
        yield f"{where}: a line break in a header"
    if not is_ours(answer.header("location"), host):
        yield f"{where}: leads to another site"
    # The site reads several slashes at the beginning as one.
    if answer.header("set-cookie") and not request.path.lstrip(b"/").startswith(b"admin"):
        yield f"{where}: sets a cookie"
    if "html" in answer.header("content-type") and MARK.encode() in answer.body:
        yield f"{where}: writes what was sent as HTML"


def is_ours(location: str, host: str) -> bool:
    """Whether a redirect, if there is one, stays on the site."""
    if not location:
        return True
    parts = urlsplit(location)
    is_local = location.startswith("/") and not parts.netloc
    return (is_local or parts.netloc == host) and "\\" not in location
