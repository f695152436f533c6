"""Responses to htmx: the only module that reads and writes its headers."""

from flask import make_response, render_template, request
from flask.wrappers import Response

# The element of a page that shows why a form could not be sent.
FAILURE_TARGET = "#failure"


def wants_fragment() -> bool:
    """Whether htmx requests a part of a page. Everything else, boosted links included, gets a whole page."""
    return request.headers.get("HX-Request-Type") == "partial"


def render(page: str, fragment: str, *, status: int = 200, **context: object) -> Response:
    """Render the page, or its fragment if htmx requests it; the response varies on that header."""
    template = fragment if wants_fragment() else page
    response = make_response(render_template(template, status=status, **context), status)
    response.vary.add("HX-Request-Type")
    return response


def render_failure(page: str, fragment: str, *, status: int, **context: object) -> Response:
    """Render an error. As a fragment it must not replace the content of the page, such as what somebody has typed."""
    response = render(page, fragment, status=status, **context)
    if wants_fragment():
        if request.method == "GET":
            response.headers["HX-Reswap"] = "none"
        else:
            response.headers["HX-Retarget"] = FAILURE_TARGET
            response.headers["HX-Reswap"] = "innerHTML"
    return response
