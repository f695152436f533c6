"""A page as it is stored and sent: compressed once for each encoding, with a strong ETag, or as a 304 response."""

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import brotli  # type: ignore[import-untyped]
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

BROTLI_QUALITY = 5
GZIP_LEVEL = 9
# Compression makes smaller bodies larger, if anything.
MIN_SIZE = 500
COMPRESSIBLE = (
    "text/",
    "application/json",
    "application/manifest+json",
    "application/xml",
    "application/atom+xml",
    "application/pgp-keys",
    "image/svg+xml",
)
# The best first.
ENCODINGS = ("br", "gzip", "identity")
# Headers of a 200 response that a 304 response to the same request does not need.
ABOUT_THE_BODY = {"content-type", "content-length", "content-encoding", "content-disposition"}

Headers = list[tuple[str, str]]


class Variant(NamedTuple):
    """A page in one encoding: its headers and its body, and the headers of a 304 response."""

    etag: str
    headers: Headers
    body: bytes
    headers_of_304: Headers


@dataclass(slots=True)
class Page:
    """A stored page: compressed bodies by encoding, or the body itself under "identity" if it is not compressed.

    `headers` are those of every variant. `rendered_at` and `fresh_until` are in seconds of `time.time()`.
    """

    headers: Headers
    bodies: dict[str, bytes]
    etag: str
    rendered_at: float
    fresh_until: float
    variants: dict[str, Variant] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The bytes of its bodies."""
        return sum(map(len, self.bodies.values()))

    def is_fresh(self, now: float) -> bool:
        """Whether its time has come and has not run out: after the clock was set back, it may be a page of the future.

        When the content changes, pages are removed instead.
        """
        return self.rendered_at <= now < self.fresh_until

    def body(self) -> bytes:
        """Its body, uncompressed; of a compressed page that is rarely needed: almost every client accepts gzip."""
        return self.bodies["identity"] if "identity" in self.bodies else gzip.decompress(self.bodies["gzip"])

    def respond(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Send the page as a WSGI application."""
        encoding = _best_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")) if len(self.bodies) > 1 else "identity"
        variant = self.variants.get(encoding) or self._make_variant(encoding)
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known is not None and _matches(known, variant.etag):
            start_response("304 NOT MODIFIED", variant.headers_of_304.copy())
            return ()
        start_response("200 OK", variant.headers.copy())
        return () if environ["REQUEST_METHOD"] == "HEAD" else (variant.body,)

    def _make_variant(self, encoding: str) -> Variant:
        headers = [*self.headers]
        etag = f'"{self.etag}"'
        body = self.body() if encoding == "identity" else self.bodies[encoding]
        if encoding != "identity":
            headers.append(("Content-Encoding", encoding))
            # A strong ETag identifies the bytes that are sent, so each encoding has its own.
            etag = f'"{self.etag}-{encoding}"'
        headers += [("ETag", etag), ("Content-Length", str(len(body)))]
        variant = Variant(etag, headers, body, [it for it in headers if it[0].lower() not in ABOUT_THE_BODY])
        if encoding in self.bodies:
            self.variants[encoding] = variant
        return variant


def make_page(headers: Headers, body: bytes, rendered_at: float, fresh_until: float) -> Page:
    """Make a page of a response as Flask renders it for a client that accepts no encoding."""
    own = [it for it in headers if it[0].lower() not in ("content-length", "etag", "vary", "date")]
    vary = [value.strip() for name, text in headers if name.lower() == "vary" for value in text.split(",")]
    content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    bodies = {"identity": body}
    if len(body) >= MIN_SIZE and content_type.startswith(COMPRESSIBLE):
        bodies = {
            "br": brotli.compress(body, quality=BROTLI_QUALITY),
            # Without a time, so that the same page has the same bytes in every process.
            "gzip": gzip.compress(body, GZIP_LEVEL, mtime=0),
        }
        vary = ["Accept-Encoding", *(it for it in vary if it.lower() != "accept-encoding")]
    if vary:
        own.append(("Vary", ", ".join(vary)))
    digest = hashlib.sha256(body).hexdigest()[:32]
    return Page(own, bodies, digest, rendered_at, fresh_until)


@lru_cache(maxsize=256)
def _best_encoding(accepted: str) -> str:
    """The best of our encodings for a client, by its Accept-Encoding header (RFC 9110, section 12.5.3)."""
    if not accepted:
        return "identity"
    accept = parse_accept_header(accepted, Accept)
    qualities = {encoding: accept.quality(encoding) for encoding in ENCODINGS}
    # What is not named is not accepted, but for the identity.
    if accept.find("identity") == -1:
        qualities["identity"] = 0.001
    best = max(ENCODINGS, key=lambda it: (qualities[it], -ENCODINGS.index(it)))
    return best if qualities[best] else "identity"


def _matches(known: str, etag: str) -> bool:
    """Whether an If-None-Match header names an ETag, or any; a cache on the way may have made it weak."""
    return known == etag or known.strip() == "*" or etag in (it.strip().removeprefix("W/") for it in known.split(","))
