"""The state of a flow of several pages, such as a sign-in, which the browser keeps between them.

It is stored in the session cookie, encrypted with EDITORS_KEY: neither the browser nor a reader of its cookies
learns whether a password was right, or a secret that was not confirmed yet.
"""

import base64
import binascii
from datetime import timedelta
from typing import Any

from flask import session

from wzo.clock import is_recent, now
from wzo.config import settings
from wzo.crypto import CannotDecrypt, decrypt_with_any, encrypt

# Time enough to set up an authenticator app or to write down ten codes.
LIFETIME = timedelta(minutes=15)
# The name of the state between the two pages of the sign-in.
SIGN_IN = "sign-in"


def save_flow_state(name: str, /, **content: Any) -> None:
    """Save the state of a flow in this browser."""
    ciphertext = encrypt(_key(), {"name": name, "at": int(now().timestamp()), "content": content})
    session[name] = base64.b85encode(ciphertext).decode()


def get_flow_state(name: str) -> dict[str, Any] | None:
    """This browser's state of a flow; None if there is none, or if it is not genuine or has expired."""
    try:
        state = decrypt_with_any(settings().editors_keys, base64.b85decode(session.get(name, "")))
    except (CannotDecrypt, ValueError, binascii.Error):
        return None
    if state["name"] != name or not is_recent(state["at"], LIFETIME):
        return None
    content: dict[str, Any] = state["content"]
    return content


def pop_flow_state(name: str) -> dict[str, Any] | None:
    """Return this browser's state of a flow, and delete it."""
    content = get_flow_state(name)
    session.pop(name, None)
    return content


def _key() -> bytes:
    key: bytes = settings().editors_key
    return key
