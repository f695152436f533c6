"""Paths out of addresses as people paste them."""

from urllib.parse import unquote, urlsplit

from wzo.invisible_characters import drop_invisible_characters

# Suffixes of page names, which may lack a slash; any other text with a dot is a host.
FILE_ENDINGS = (".html", ".htm", ".php")


def path_of(address: str) -> str:
    """The path of an address, with or without its host: `women-in-prison.ru/page1.html` gives `/page1.html`.

    Query and fragment are dropped. Empty if there is no path.
    """
    address = drop_invisible_characters(address).strip()
    if not address.startswith(("/", "http://", "https://")):
        first = address.partition("/")[0]
        address = f"//{address}" if "." in first and not first.endswith(FILE_ENDINGS) else f"/{address}"
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return ""
    return "/" + path.lstrip("/") if path.strip("/") else ""


def comparable(path: str) -> str:
    """A path in the form in which paths are compared: in lower case, without a slash at the end."""
    return path.casefold().rstrip("/")
