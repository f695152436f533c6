"""Responses to htmx, whose headers only this module and the page cache read and write.

This is htmx 4: its header `HX-Request-Type` is `partial` for a part of a page, `full` for a whole one.
"""

from flask import current_app, make_response, render_template, request
from flask.wrappers import Response

# The element of a page that shows why a form could not be sent.
FAILURE_TARGET = "#failure"


def wants_fragment() -> bool:
    """Whether htmx requests a part of a page. Everything else, boosted links included, gets a whole page."""
    return request.headers.get("HX-Request-Type") == "partial"


def render(page: str, fragment: str, *, status: int = 200, titled: bool = False, **context: object) -> Response:
    """Render the page, or its fragment if htmx requests it; the response varies on that header.

    `titled`: the fragment is the main content of its page, so the document gets the page's title with it.
    """
    template = fragment if wants_fragment() else page
    html = render_template(template, status=status, **context)
    if titled and wants_fragment():
        html = f"<title>{_title_of(page, context)}</title>{html}"
    response = make_response(html, status)
    response.vary.add("HX-Request-Type")
    return response


def _title_of(page: str, context: dict[str, object]) -> str:
    """The title of a page as HTML; its template must set it by what it is rendered with alone."""
    current_app.update_template_context(context)
    template = current_app.jinja_env.get_template(page)
    return "".join(template.blocks["title"](template.new_context(context)))


def render_failure(page: str, fragment: str, *, status: int, **context: object) -> Response:
    """Render an error. As a fragment it must not replace the content of the page, such as what somebody has typed."""
    response = render(page, fragment, status=status, titled=False, **context)
    if wants_fragment():
        if request.method == "GET":
            response.headers["HX-Reswap"] = "none"
        else:
            response.headers["HX-Retarget"] = FAILURE_TARGET
            response.headers["HX-Reswap"] = "innerHTML"
    return response
