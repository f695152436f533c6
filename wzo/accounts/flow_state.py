"""What the browser carries from one step to the next, so that nothing half done is kept here.

It lies in the session cookie, encrypted with EDITORS_KEY: neither the browser nor anybody who reads its cookies learns
whether a password was right, or a secret that was not confirmed yet.
"""

import base64
import binascii
from typing import Any

from flask import session

from wzo.clock import now
from wzo.config import settings
from wzo.crypto import CannotDecrypt, decrypt, encrypt

# In seconds: time enough to set up a code generator or to write down ten codes.
KEPT = 15 * 60


def save_flow_state(name: str, /, **content: Any) -> None:
    """Give the browser something to carry."""
    box = encrypt(_key(), {"name": name, "at": int(now().timestamp()), "content": content})
    session[name] = base64.b85encode(box).decode()


def get_flow_state(name: str) -> dict[str, Any] | None:
    """What the browser carries under this name; None where it is nothing of ours, or too old."""
    try:
        job = decrypt(_key(), base64.b85decode(session.get(name, "")))
    except (CannotDecrypt, ValueError, binascii.Error):
        return None
    if job["name"] != name or not 0 <= int(now().timestamp()) - job["at"] <= KEPT:
        return None
    content: dict[str, Any] = job["content"]
    return content


def pop_flow_state(name: str) -> dict[str, Any] | None:
    """The same, and the browser carries it no longer."""
    content = get_flow_state(name)
    session.pop(name, None)
    return content


def _key() -> bytes:
    key: bytes = settings().editors_key
    return key
