"""The web addresses that people enter: one rule for what may be published, and for what is ever rendered as a link."""

import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

# An onion address is one with http. Links in Markdown may also be relative, mailto or tel (markdown_embeds.py).
SCHEMES = ("http", "https")


@lru_cache(1024)
def is_web_address(text: str) -> bool:
    """Whether this is an absolute HTTP URL, without anything that a browser would leave out before it follows it."""
    if any(c.isspace() or c == "\\" or unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.hostname)


def is_onion_address(text: str) -> bool:
    """Whether this is the address of an onion service."""
    return is_web_address(text) and (urlsplit(text).hostname or "").endswith(".onion")


def web_address(text: str) -> str:
    """The address, to be rendered as a link; empty if it is none, as in a draft or a damaged database."""
    text = text.strip()
    return text if is_web_address(text) else ""
