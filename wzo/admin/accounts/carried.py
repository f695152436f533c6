"""What the browser carries from one step to the next, so that nothing half done is kept here.

It lies in the session cookie, encrypted with EDITORS_KEY: neither the browser nor anybody who reads its cookies learns
whether a password was right, or a secret that was not confirmed yet.
"""

import base64
import binascii
from typing import Any

from flask import current_app, session

from wzo.crypto import CannotDecrypt, decrypt, encrypt
from wzo.publication import now

# In seconds: time enough to set up a code generator or to write down ten codes.
KEPT = 15 * 60


def carry(name: str, /, **content: Any) -> None:
    """Give the browser something to carry."""
    box = encrypt(_key(), {"name": name, "at": now(), "content": content})
    session[name] = base64.b85encode(box).decode()


def carried(name: str) -> dict[str, Any] | None:
    """What the browser carries under this name; None where it is nothing of ours, or too old."""
    try:
        parcel = decrypt(_key(), base64.b85decode(session.get(name, "")))
    except (CannotDecrypt, ValueError, binascii.Error):
        return None
    if parcel["name"] != name or not 0 <= now() - parcel["at"] <= KEPT:
        return None
    content: dict[str, Any] = parcel["content"]
    return content


def put_down(name: str) -> dict[str, Any] | None:
    """The same, and the browser carries it no longer."""
    content = carried(name)
    session.pop(name, None)
    return content


def _key() -> bytes:
    key: bytes = current_app.config["SETTINGS"].editors_key
    return key
