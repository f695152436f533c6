"""Private pages, meant for one visitor: never cached, and with a title that gives nothing away."""

from flask import g, make_response, render_template
from flask.wrappers import Response


def private_page(template: str, *, status: int = 200, **context: object) -> Response:
    """Render a private page: browsers' histories show a neutral title for it, and nothing caches it."""
    g.is_private_page = True
    return not_cached(make_response(render_template(template, **context), status))


def not_cached(response: Response) -> Response:
    """Forbid browsers and proxies to store a response."""
    response.headers["Cache-Control"] = "no-store"
    return response
