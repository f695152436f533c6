"""Searches files for words, in whatever encoding."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.disk import read_file, without_empty_pages


def encodings(text: str) -> dict[str, bytes]:
    """The encodings of a text, and of its unkeyed hashes, that a file could contain, by name."""
    raw = text.encode()
    hashes = {name: hashlib.new(name, raw).digest() for name in ("md5", "sha1", "sha256", "sha512")}
    forms = {
        "utf-8": raw,
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "json": json.dumps(text)[1:-1].encode(),
        "percent": quote(text).encode(),
        "form": quote_plus(text).encode(),
        **hashes,
    }
    for name, content in {"utf-8": raw, **hashes}.items():
        forms[f"{name} in hex"] = content.hex().encode()
        forms[f"{name} in capital hex"] = content.hex().upper().encode()
        for shift in range(3):
            forms[f"{name} in base64, shifted by {shift}"] = _inner_base64(content, shift)
    return forms


def find_traces(places: Iterable[Path], traces: Mapping[str, bytes], since: float = 0) -> list[str]:
    """The names of the traces found in files or folders, each with its file; of those written `since` a time."""
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*")) if file.is_file()]
    assert files
    found = []
    for file in files:
        # A running database deletes files of its own.
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < since:
                continue
            content = without_empty_pages(read_file(file))
            found += [f"{name} in {file}" for name, trace in traces.items() if trace in content]
    return found


def _inner_base64(content: bytes, shift: int) -> bytes:
    """The base64 characters that depend on the content alone if it starts so many bytes after a multiple of three."""
    encoded = base64.b64encode(bytes(shift) + content)
    return encoded[(0, 2, 3)[shift] : (shift + len(content)) // 3 * 4]
