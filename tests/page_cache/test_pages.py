"""A stored page in every encoding, whole, as a HEAD response and as a 304 response."""

import gzip
from typing import Any

import brotli
import pytest

from wzo.page_cache.pages import Page, make_page

pytestmark = pytest.mark.one_database

BODY = "Женщина. Тюрьма. Общество. ".encode() * 100
HTML = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "1"), ("Vary", "HX-Request-Type")]
DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


def ask(page: Page, method: str = "GET", **headers: str) -> tuple[str, dict[str, str], bytes]:
    got: list[Any] = []
    environ = {"REQUEST_METHOD": method, **{f"HTTP_{name}": value for name, value in headers.items()}}
    body = b"".join(page.respond(environ, lambda status, headers: got.extend((status, headers))))
    names = [name.lower() for name, _ in got[1]]
    assert len(names) == len(set(names)), "a header is sent twice"
    return got[0], dict(got[1]), body


@pytest.fixture
def page() -> Page:
    return make_page(HTML, BODY, 0, 3600)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP;q=1.0", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.9", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("*", "br"),
        ("*;q=0", None),
        ("identity;q=1, gzip;q=0.5", None),
        ("deflate", None),
        (";;q=,,", None),
        ("br;q=x", None),
    ],
)
def test_it_sends_the_encoding_that_the_client_prefers(page: Page, accepted: str, encoding: str | None) -> None:
    status, headers, body = ask(page, ACCEPT_ENCODING=accepted)
    assert status == "200 OK"
    assert headers.get("Content-Encoding") == encoding
    assert DECODERS[encoding](body) == BODY
    assert headers["Content-Length"] == str(len(body))
    assert headers["Vary"] == "Accept-Encoding, HX-Request-Type"


def test_it_has_a_strong_etag_for_each_encoding(page: Page) -> None:
    etags = {ask(page, ACCEPT_ENCODING=accepted)[1]["ETag"] for accepted in ("", "gzip", "br")}
    assert len(etags) == 3
    assert all(etag.startswith('"') and etag.endswith('"') for etag in etags)


def test_it_has_another_etag_when_anything_changes(page: Page) -> None:
    other = make_page(HTML, BODY + b".", 0, 3600)
    assert ask(page)[1]["ETag"] != ask(other)[1]["ETag"]


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', '"other",W/{}', "*", " * "])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_it_sends_nothing_that_the_client_has(page: Page, known: str, method: str) -> None:
    full = ask(page, ACCEPT_ENCODING="br")[1]
    status, headers, body = ask(page, method, ACCEPT_ENCODING="br", IF_NONE_MATCH=known.format(full["ETag"]))
    assert (status, body) == ("304 NOT MODIFIED", b"")
    assert headers["ETag"] == full["ETag"]
    assert headers["Vary"] == full["Vary"]
    assert not {"Content-Type", "Content-Length", "Content-Encoding"} & set(headers)


@pytest.mark.parametrize("known", ['"other"', "", "W/", "{}x", '"{}'])
def test_it_sends_the_page_to_those_who_have_another(page: Page, known: str) -> None:
    etag = ask(page, ACCEPT_ENCODING="br")[1]["ETag"]
    gzipped = ask(page, ACCEPT_ENCODING="gzip")[1]["ETag"]
    for value in (known.format(etag), gzipped):
        status, _, body = ask(page, ACCEPT_ENCODING="br", IF_NONE_MATCH=value)
        assert (status, brotli.decompress(body)) == ("200 OK", BODY)


@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
def test_it_sends_the_same_headers_for_head_and_no_body(page: Page, encoding: str) -> None:
    status, headers, _ = ask(page, ACCEPT_ENCODING=encoding)
    assert ask(page, "HEAD", ACCEPT_ENCODING=encoding) == (status, headers, b"")


@pytest.mark.parametrize(
    ("content_type", "body"), [("text/html", b"short"), ("image/png", BODY), ("application/octet-stream", BODY)]
)
def test_it_does_not_compress_what_does_not_get_smaller(content_type: str, body: bytes) -> None:
    page = make_page([("Content-Type", content_type)], body, 0, 3600)
    _, headers, sent = ask(page, ACCEPT_ENCODING="br, gzip")
    assert sent == body
    assert "Content-Encoding" not in headers
    assert "Vary" not in headers


def test_it_lends_its_headers_to_nobody(page: Page) -> None:
    page.respond({"REQUEST_METHOD": "GET"}, lambda status, headers: headers.append(("X-Mine", "1")))
    assert "X-Mine" not in ask(page)[1]


@pytest.mark.parametrize(("now", "fresh"), [(0, True), (3599, True), (3600, False), (-1, False)])
def test_it_is_stale_after_its_time_and_before_it_was_rendered(page: Page, now: float, fresh: bool) -> None:
    assert page.is_fresh(now) is fresh
