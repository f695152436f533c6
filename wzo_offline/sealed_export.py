"""Opens an export of signatures with the organisers' private key."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

# What a line of the export holds in clear, and what is sealed in it.
CLEAR = ("receipt", "confirmed_on", "news_url", "exported_on")
SEALED = ("name", "email", "country", "wants_news", "language", "signed_on")

Signature: TypeAlias = dict[str, str]


def open_export(lines: Iterable[str], private_key: PrivateKey) -> Iterator[Signature]:
    """Yield the signatures of an export, one JSON line each, as dictionaries with CLEAR and SEALED as keys.

    `wants_news` is "yes" or empty; it is empty too if the signer has taken the consent back on the site.
    Raises ValueError, naming the line, if one is damaged or was sealed to another key.
    """
    box = SealedBox(private_key)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _open_line(line, number, box)


def read_private_key(path: Path) -> PrivateKey:
    """Read the key that `flask petition keygen` wrote; raises ValueError if the file contains none."""
    try:
        return PrivateKey(base64.b64decode(path.read_text().strip(), validate=True))
    except (ValueError, TypeError, CryptoError):
        raise ValueError(f"{path} does not contain a private key written by `flask petition keygen`") from None


def _open_line(line: str, number: int, box: SealedBox[PrivateKey]) -> Signature:
    try:
        entry: dict[str, Any] = json.loads(line)
        signed: dict[str, Any] = json.loads(box.decrypt(base64.b64decode(entry["sealed"])))
        wants_news = signed.get("wants_news") and not entry.get("news_stopped")
        # A line that somebody has changed cannot replace what is sealed.
        values = {**{key: entry.get(key) for key in CLEAR}, **{key: signed.get(key) for key in SEALED}}
    except CryptoError:
        raise ValueError(f"line {number} was sealed to another key or has been changed") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"line {number} is damaged") from None
    return {key: str(value or "") for key, value in {**values, "wants_news": "yes" if wants_news else ""}.items()}
