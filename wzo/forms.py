"""Shared by the public forms: CSRF protection without cookies, and validators."""

import hmac
import time

from flask import Flask, request
from wtforms import ValidationError

from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.errors import CsrfFailed

# In seconds.
TOKEN_LIFETIME = 24 * 60 * 60
TOKEN_STEP = 60 * 60
# Stripe's server posts to these endpoints; it signs its requests instead.
SIGNED_ENDPOINTS = {"card.webhook"}
UNSAFE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}


def form_token(form: str) -> str:
    """A signed token for browsers that send neither Sec-Fetch-Site nor Origin: valid for one form and one day.

    Its timestamp is the full hour, so that a page stays the same, and cacheable, for as long.
    """
    timestamp = int(time.time()) // TOKEN_STEP * TOKEN_STEP
    return f"{timestamp}.{_signature(form, timestamp)}"


def protect_forms(app: Flask) -> None:
    """Refuse forms that other sites submit, by the browser's headers or else by the form's token."""

    @app.before_request
    def refuse_cross_site_requests() -> None:
        if request.method not in UNSAFE_METHODS or request.endpoint is None or request.endpoint in SIGNED_ENDPOINTS:
            return
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        if site is not None:
            own = site == "same-origin"
        elif origin is not None:
            own = origin in settings().origins
        elif request.endpoint.startswith("admin."):
            # Every browser that an editor can use sends one of the two headers.
            own = False
        else:
            own = _is_valid(request.form.get("form_token", ""), request.endpoint)
        if not own:
            raise CsrfFailed


def refuse(message: object) -> ValidationError:
    """The error of a validator, with a message that is translated now."""
    return ValidationError(str(message))


def _signature(form: str, timestamp: int) -> str:
    key = settings().secret_key.encode()
    return keyed_hash(key, "form", form, str(timestamp)).hex()[:32]


def _is_valid(token: str, form: str) -> bool:
    timestamp, _, signature = token.partition(".")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        return False
    age = time.time() - int(timestamp)
    # compare_digest accepts only ASCII text, but a token may contain anything.
    genuine = hmac.compare_digest(signature.encode(), _signature(form, int(timestamp)).encode())
    return genuine and 0 <= age <= TOKEN_LIFETIME + TOKEN_STEP
