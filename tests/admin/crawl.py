"""Crawls the panel by its links, as an editor does."""

import re
from collections.abc import Callable
from urllib.parse import urldefrag, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.html import links

# So many pages of each kind are visited; each content type counts as a kind of its own.
PER_KIND = 1
Get = Callable[[str], tuple[int, bytes]]


def crawl(app: Flask, get: Get, start: str = "/admin/", per_kind: int = PER_KIND) -> dict[str, bytes]:
    """The pages by path, each with its body; every one responds 200."""
    pages: dict[str, bytes] = {}
    seen: dict[tuple[str, str], int] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        kind = _kind(app, path)
        if path in pages or kind is None or seen.get(kind, 0) >= per_kind:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        status, body = get(path)
        assert status == 200, f"{path} responds {status}"
        pages[path] = body
        waiting += [urldefrag(urljoin(path, it.get("href", ""))).url for it in links(body) if "download" not in it]
    return pages


def _kind(app: Flask, path: str) -> tuple[str, str] | None:
    """The kind of a page of the panel: its endpoint, its content type and its query; None for other pages."""
    parts = urlsplit(path)
    if parts.netloc or not parts.path.startswith("/admin/") or "lang=" in parts.query:
        return None
    try:
        endpoint, values = app.url_map.bind("127.0.0.1").match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        # A dead link counts as a page, which will not respond 200.
        return ("nowhere", parts.path)
    return endpoint, f"{values.get('content_type', '')} {re.sub('[0-9]+', '', parts.query)}"
