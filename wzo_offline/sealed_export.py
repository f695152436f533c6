"""Opens an export of signatures with the organisers' private key."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

# The fields of a line of the export that are in plain text, and those that are sealed.
PLAIN = ("receipt", "confirmed_on", "unsubscribe_url", "exported_on")
SEALED = ("name", "email", "country", "wants_news", "language", "signed_on")

Signature: TypeAlias = dict[str, str]


def open_export(lines: Iterable[str], *private_keys: PrivateKey) -> Iterator[Signature]:
    """Yield the signatures of an export, one JSON line each, as dictionaries with PLAIN and SEALED as keys.

    `wants_news` is "yes" or empty; it is empty too if the signer has unsubscribed on the site. After the organisers'
    key was replaced, an export needs the old private key and the new one.

    Raises ValueError, naming the line, if one is damaged or was sealed to none of the keys.
    """
    boxes = {key_id(key): SealedBox(key) for key in private_keys}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _open_line(line, number, boxes)


def read_private_keys(paths: Sequence[Path]) -> list[PrivateKey]:
    """Read several keys; see `read_private_key`."""
    return [read_private_key(path) for path in paths]


def key_id(key: PrivateKey) -> str:
    """The id of a key pair in an export: the first eight bytes of the public key's SHA-256, in hexadecimal digits."""
    return hashlib.sha256(bytes(key.public_key)).hexdigest()[:16]


def read_private_key(path: Path) -> PrivateKey:
    """Read the key that `flask petition keygen` wrote; raises ValueError if the file contains none."""
    try:
        return PrivateKey(base64.b64decode(path.read_text().strip(), validate=True))
    except (ValueError, TypeError, CryptoError):
        raise ValueError(f"{path} does not contain a private key written by `flask petition keygen`") from None


def _open_line(line: str, number: int, boxes: dict[str, SealedBox[PrivateKey]]) -> Signature:
    named = ""
    try:
        entry: dict[str, Any] = json.loads(line)
        named = str(entry.get("key") or "")
        signed: dict[str, Any] = json.loads(_open_box(base64.b64decode(entry["sealed"]), named, boxes))
        wants_news = signed.get("wants_news") and not entry.get("unsubscribed")
        # Fields added to a line by somebody else cannot replace the sealed ones.
        values = {**{key: entry.get(key) for key in PLAIN}, **{key: signed.get(key) for key in SEALED}}
    except CryptoError:
        raise ValueError(
            f"line {number} was sealed to another key{f' ({named})' if named and named not in boxes else ''} than the "
            f"given {', '.join(boxes)}, or has been changed"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(f"line {number} is damaged") from None
    return {key: str(value or "") for key, value in {**values, "wants_news": "yes" if wants_news else ""}.items()}


def _open_box(sealed: bytes, named: str, boxes: dict[str, SealedBox[PrivateKey]]) -> bytes:
    """Open what was sealed to one of the keys: the one named in the line, otherwise any. Raises CryptoError."""
    for box in [boxes[named]] if named in boxes else boxes.values():
        try:
            return box.decrypt(sealed)
        except CryptoError:
            continue
    raise CryptoError
