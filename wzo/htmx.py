"""The only place that reads htmx's headers."""

from flask import make_response, render_template, request
from flask.wrappers import Response

# Where a page keeps room for the word that a form could not be sent.
FAILURE = "#failure"


def wants_fragment() -> bool:
    """Whether htmx asks for a part of a page. A whole page is wanted in every other case, boosted links included."""
    return request.headers.get("HX-Request-Type") == "partial"


def render(page: str, fragment: str, *, status: int = 200, **context: object) -> Response:
    """Render the page, or its fragment where htmx wants one; caches are told that the two differ."""
    template = fragment if wants_fragment() else page
    response = make_response(render_template(template, status=status, **context), status)
    response.vary.add("HX-Request-Type")
    return response


def render_failure(page: str, fragment: str, *, status: int, **context: object) -> Response:
    """Render a failure. In a part of a page it must not wipe out what stands there: what somebody typed, or a count."""
    response = render(page, fragment, status=status, **context)
    if wants_fragment():
        if request.method == "GET":
            response.headers["HX-Reswap"] = "none"
        else:
            response.headers["HX-Retarget"] = FAILURE
            response.headers["HX-Reswap"] = "innerHTML"
    return response
