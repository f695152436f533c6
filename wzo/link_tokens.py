"""The tokens of links that are e-mailed or passed on: generated, and read whatever has stuck to them on the way.

Mail programs and messengers add punctuation, brackets or invisible characters to a link, break it, or change its case.
A token consists only of lower-case letters and the digits from 2 to 7 (base32, RFC 4648) and has a fixed length, so
everything else can be left out.
"""

import base64
import secrets
from typing import Any

from flask import Flask
from werkzeug.routing import BaseConverter, Map

ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz234567")
# 160 bits.
TOKEN_BYTES = 20


def generate_token(size: int = TOKEN_BYTES) -> str:
    """Generate a token of `size` random bytes; each five bytes give eight characters."""
    return encode_token(secrets.token_bytes(size))


def encode_token(raw: bytes) -> str:
    """The bytes as a token."""
    return base64.b32encode(raw).decode().rstrip("=").lower()


def length_of_token(size: int) -> int:
    """How many characters a token of `size` bytes has."""
    return len(encode_token(bytes(size)))


def clean_token(text: str, size: int = TOKEN_BYTES) -> str:
    """The token in a part of a URL: whatever cannot belong to it is left out."""
    return "".join(c for c in text if c.isascii() and c.lower() in ALPHABET).lower()[: length_of_token(size)]


class TokenConverter(BaseConverter):
    """A token in a URL: `<token:name>`, or `<token(16):name>` for one of 16 bytes."""

    # Slashes and line breaks too may have stuck to a token, so it matches more than werkzeug's PathConverter.
    part_isolating = False
    regex = r"[^/](?s:.)*?"
    weight = 200

    def __init__(self, map: Map, size: int = TOKEN_BYTES) -> None:
        super().__init__(map)
        self.size = size

    def to_python(self, value: str) -> Any:
        """The token alone."""
        return clean_token(value, self.size)


def init_app(app: Flask) -> None:
    """Let the rules of URLs contain tokens."""
    app.url_map.converters["token"] = TokenConverter
