"""Strategies for requests: every rule and every method, with what pages have shown and with what they never would."""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from hypothesis import strategies as st

from tests.fuzz.bodies import Body, bodies, form_fields, urlencoded
from tests.fuzz.known import Known, Route
from tests.fuzz.texts import texts, to_bytes

VARIABLE = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")
STRANGE_METHODS = ("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "GET", "PROPFIND", "zyx")
WITH_BODY = {"POST", "PUT", "PATCH", "DELETE", "PROPFIND"}
UPLOAD_NAMES = ("pictures", "files", "poster", "upload.cover", "receipts", "file", "picture")
# Names that views read without any page showing them.
QUERY_NAMES = (
    "lang",
    "q",
    "page",
    "before",
    "from",
    "to",
    "only",
    "day",
    "id",
    "user",
    "action",
    "draft",
    "count",
    "tour",
)
HEADERS: dict[str, tuple[str, ...]] = {
    "Host": ("evil.example", "127.0.0.1:8000:9", "", "a b", "[::1", "127.0.0.1:8000.evil.example", "ё", "127.0.0.1:-1"),
    "Accept-Language": ("ru", "en", ";;q=x", "ru;q=nan", "*", "a" * 3_000, "en;q=1e999", "zh-" * 200, "\u00e9"),
    "HX-Request": ("true", "x"),
    "HX-Request-Type": ("partial", "full", "x"),
    "HX-Current-URL": ("javascript:1", "//evil", "\u00e9" * 100, "http://[::1"),
    "HX-Target": ("main", "<zyx>", "failure"),
    "Range": ("bytes=0-", "bytes=-1", "bytes=9999999999999999999-", "bytes=1-0", "x", "bytes=0-0,1-1,2-2", "items=a"),
    "If-None-Match": ("*", '"x"', 'W/"x"', "x" * 2_000, '"', "\u00ff"),
    "If-Modified-Since": ("x", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Foo 99999 99:99:99 GMT"),
    "If-Range": ("x", '"x"', "Thu, 01 Jan 0000 00:00:00 GMT"),
    "X-Forwarded-For": ("1.2.3.4", "::1", "zyx", "a, b, " * 200, "", "1.2.3.4, \u00ff"),
    "X-Forwarded-Proto": ("http", "https", "javascript", ""),
    "X-Forwarded-Host": ("evil.example", ""),
    "X-Forwarded-Prefix": ("//evil.example", "/x"),
    "Forwarded": ("for=1.2.3.4;host=evil.example", "zyx"),
    "Origin": ("null", "http://127.0.0.1:8000", "https://evil.example", "", "\u00ff"),
    "Referer": ("http://127.0.0.1:8000/admin/", "x", "\u00ff", "javascript:1"),
    "Sec-Fetch-Site": ("cross-site", "none", "", "same-site", "\u00ff"),
    "Cookie": (
        "session=x",
        "session=.eJw.x.y; session=",
        "=;;=",
        "\u00ff=\u00ff",
        "a" * 4_000,
        "session=" + "e30.Z.Z" * 100,
    ),
    "Content-Type": (
        "",
        "x",
        "text/plain; charset=zyx",
        "multipart/form-data",
        "application/json; charset=utf-16",
        "/",
    ),
    "Content-Encoding": ("gzip", "zyx"),
    "Accept": ("application/json", "*/*;q=x", "a" * 2_000),
    "Accept-Encoding": ("br", "gzip;q=0", "zyx;q=x", "*;q=0", ""),
    "Authorization": ("Basic \u00ff", "Bearer x", "Basic"),
    "Stripe-Signature": ("t=1,v1=x", "t=x", "", "t=" + "9" * 400, "v1=\u00ff"),
    "X-HTTP-Method-Override": ("DELETE",),
    "User-Agent": ("", "\u00ff\u0080", "x" * 5_000, "<zyx>"),
}


class Request(NamedTuple):
    """A request as it is sent: `target` percent-encoded, `headers` with a character for each byte."""

    endpoint: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> bytes:
        """The path without percent signs."""
        return unquote_to_bytes(self.target.partition("?")[0])


def requests(known: Known, *, panel: bool) -> st.SearchStrategy[Request]:
    """Requests to any route; `panel`: most of them to that of the editors."""
    in_panel = [route for route in known.routes if route.endpoint.startswith("admin.")]
    public = [route for route in known.routes if route not in in_panel]
    routes = in_panel * 4 + public if panel else public * 3 + in_panel
    return st.sampled_from(routes).flatmap(lambda route: _request(known, route))


@st.composite
def _request(draw: st.DrawFn, known: Known, route: Route) -> Request:
    usual = ("GET",) * 6 * ("GET" in route.methods) + ("POST",) * 8 * ("POST" in route.methods)
    method = draw(st.sampled_from((*usual, "HEAD", draw(st.sampled_from(STRANGE_METHODS)))))
    target = _path(draw, known, route)
    names = tuple(
        dict.fromkeys([name for fields in known.queries[route.endpoint] for name, _ in fields] or QUERY_NAMES)
    )
    query = draw(st.sampled_from(("", "", "", "form", "strange", "raw")))
    if query == "form" and known.queries[route.endpoint]:
        target += "?" + urlencoded(draw(form_fields(known.queries[route.endpoint]))).content.decode()
    elif query == "raw":
        target += "?" + quote(to_bytes(draw(texts)), safe="%&=+;/?:@")
    elif query:
        pairs = [(draw(st.sampled_from(names)), draw(texts)) for _ in range(draw(st.integers(1, 3)))]
        target += "?" + urlencoded(pairs).content.decode()
    body = Body("", b"")
    if method in WITH_BODY:
        body = draw(bodies(known.forms_for(route.endpoint), UPLOAD_NAMES))
    headers = {"Content-Type": body.content_type} if body.content_type else {}
    headers |= {"Sec-Fetch-Site": "same-origin"} if method in WITH_BODY else {}
    for _ in range(draw(st.sampled_from((0, 0, 1, 2, 4)))):
        name = draw(st.sampled_from(tuple(HEADERS)))
        headers[name] = draw(st.sampled_from(HEADERS[name])).encode().decode("latin-1")
    return Request(route.endpoint, method, target, tuple(headers.items()), body.content)


def _path(draw: st.DrawFn, known: Known, route: Route) -> str:
    """The path of a route: with arguments that belong together, with some that do not, or changed anywhere."""
    own = known.arguments[route.endpoint]
    kind = draw(st.sampled_from(("own",) * 12 + ("any",) * 4 + ("strange", "strange", "broken")))
    chosen = draw(st.sampled_from(own)) if own and kind == "own" else {}

    def fill(name: str) -> str:
        if name in chosen:
            return chosen[name]
        values = known.values[name]
        if values and kind != "strange":
            return draw(st.sampled_from(values))
        return quote(to_bytes(draw(texts)), safe="%;,@:&=+$~/." if kind == "strange" else "")

    path = VARIABLE.sub(lambda found: fill(found[1]), route.rule)
    if kind == "broken":
        place = draw(st.integers(0, len(path)))
        path = path[:place] + quote(to_bytes(draw(texts)), safe="%;,@:&=+$~/.") + path[place:]
    return path
