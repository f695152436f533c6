"""Every page of the panel, found as an editor finds it: by the links on the pages before it."""

import re
from collections.abc import Callable
from urllib.parse import urldefrag, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.html import parse

# Of each sort of page so many are looked at; the kinds of things count as sorts of their own.
OF_A_SORT = 1
Get = Callable[[str], tuple[int, bytes]]


def crawl(app: Flask, get: Get, start: str = "/admin/", of_a_sort: int = OF_A_SORT) -> dict[str, bytes]:
    """The pages by their paths, each with what was sent; every one answers 200."""
    pages: dict[str, bytes] = {}
    seen: dict[tuple[str, str], int] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        sort = _sort(app, path)
        if path in pages or sort is None or seen.get(sort, 0) >= of_a_sort:
            continue
        seen[sort] = seen.get(sort, 0) + 1
        status, body = get(path)
        assert status == 200, f"{path} answers {status}"
        pages[path] = body
        links = parse(body).all(lambda it: it.tag == "a" and "download" not in it.attrib)
        waiting += [urldefrag(urljoin(path, link.get("href") or "")).url for link in links]
    return pages


def _sort(app: Flask, path: str) -> tuple[str, str] | None:
    """The sort of a page of the panel: its endpoint, and what else tells it from others; None for what is none."""
    parts = urlsplit(path)
    if parts.netloc or not parts.path.startswith("/admin/") or "lang=" in parts.query:
        return None
    try:
        endpoint, values = app.url_map.bind("127.0.0.1").match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        # A link that leads nowhere is a page like another, which will not answer 200.
        return ("nowhere", parts.path)
    return endpoint, f"{values.get('content_type', '')} {re.sub('[0-9]+', '', parts.query)}"
