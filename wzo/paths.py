"""The paths of our own pages, each built once: routes do not change while the process runs."""

from typing import Any

import flask
from flask import Flask, g, request

from wzo.i18n import current_language

# Only paths whose arguments are public and short are cached: no search queries, and no tokens of links.
CACHED_ARGUMENTS = {"lang", "slug", "theme", "project", "country"}
MAX_LENGTH = 100
MAX_PATHS = 8_192

_known: dict[tuple[Any, ...], str] = {}


def url_for(endpoint: str, **arguments: Any) -> str:
    """As Flask's `url_for`, but quicker for the paths of public pages; for use within a request."""
    key = (endpoint, current_language(), *arguments.items())
    try:
        return _known[key]
    except (KeyError, TypeError):  # A list cannot be part of a key.
        path = flask.url_for(endpoint, **arguments)
    if not endpoint.startswith(".") and all(map(_is_public, arguments.items())):
        if len(_known) >= MAX_PATHS:
            _known.clear()
        _known[key] = path
    return path


def path_in(language: str) -> str:
    """The path of the current page in another language, with the arguments that a view put into `g.page_arguments`."""
    current = request._get_current_object()  # type: ignore[attr-defined] # each attribute of the proxy is a look-up
    if current.url_rule is None:
        return url_for("home.index", lang=language)
    arguments: dict[str, Any] = {**(current.view_args or {}), **g.get("page_arguments", {}), "lang": language}
    return url_for(current.url_rule.endpoint, **arguments)


def init_app(app: Flask) -> None:
    """Give templates the quicker `url_for`."""
    app.jinja_env.globals["url_for"] = app.jinja_env.filters["url_for"] = url_for


def _is_public(argument: tuple[str, object]) -> bool:
    name, value = argument
    return name in CACHED_ARGUMENTS and isinstance(value, str) and len(value) <= MAX_LENGTH
