"""The web addresses that people enter: one rule for what may be published, and for what is ever rendered as a link."""

import unicodedata
from urllib.parse import urlsplit

from wzo.typography import cache_texts

# An onion address is one with http. Links in Markdown may also be relative, mailto or tel (markdown_embeds.py).
BEGINNINGS = ("http://", "https://")


def is_web_address(text: str) -> bool:
    """Whether this is an absolute HTTP URL, without anything that a browser would leave out before it follows it."""
    # First, as a pasted picture may be an address of megabytes, which urlsplit would keep in its cache.
    if not text[:8].lower().startswith(BEGINNINGS):
        return False
    if any(c.isspace() or c == "\\" or unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname)


def is_onion_address(text: str) -> bool:
    """Whether this is the address of an onion service."""
    return is_web_address(text) and (urlsplit(text).hostname or "").endswith(".onion")


@cache_texts(1024, max_length=2_000)
def web_address(text: str) -> str:
    """The address, to be rendered as a link; empty if it is none, as in a draft or a damaged database."""
    text = text.strip()
    return text if is_web_address(text) else ""
