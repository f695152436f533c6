"""Known devices: a signed cookie for each browser in which an editor has signed in with both factors.

After OWASP's “device cookies”: guesses from a known device have a counter of their own, those from all others count
for the account, so that other people's guesses cannot lock its owner out. The cookie grants no access. It names no
account: it holds a time, a random number and a keyed hash of them and the account.
"""

import hmac
import secrets
from datetime import timedelta

from flask import Response, after_this_request, request

from wzo.clock import is_recent, now
from wzo.config import settings
from wzo.crypto import keyed_hash

COOKIE = "wzo-device"
# Each sign-in with both factors renews it.
LIFETIME = timedelta(days=90)


def remember_device(email: str) -> None:
    """Let the response to this request make its browser a known device of an account."""
    content = f"{int(now().timestamp())}.{secrets.token_hex(16)}"
    value = f"{content}.{_signature(email, content)}"

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            _cookie_name(email),
            value,
            max_age=LIFETIME,
            secure=settings().production,
            httponly=True,
            samesite="Strict",
        )
        return response


def known_device(email: str) -> str | None:
    """The random number of this browser if it is a known device of an account, or else None."""
    content, _, signature = request.cookies.get(_cookie_name(email), "").rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(email, content).encode()):
        return None
    issued_at, _, number = content.partition(".")
    return number if is_recent(int(issued_at), LIFETIME) else None


def _cookie_name(email: str) -> str:
    """One for each account, as several editors may share a browser; with the prefix of the session's cookie."""
    account = keyed_hash(settings().editors_key, "device of account", email).hex()[:8]
    return f"{'__Host-' if settings().production else ''}{COOKIE}-{account}"


def _signature(email: str, content: str) -> str:
    return keyed_hash(settings().editors_key, "device", email, content).hex()
