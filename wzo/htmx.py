"""The only place that reads htmx's headers."""

from flask import make_response, render_template, request
from flask.wrappers import Response


def wants_fragment() -> bool:
    """Whether htmx asks for a part of a page. A whole page is wanted in every other case, boosted links included."""
    return request.headers.get("HX-Request-Type") == "partial"


def render(page: str, fragment: str, *, status: int = 200, **context: object) -> Response:
    """Render the page, or its fragment where htmx wants one; caches are told that the two differ."""
    template = fragment if wants_fragment() else page
    response = make_response(render_template(template, **context), status)
    response.vary.add("HX-Request-Type")
    return response
