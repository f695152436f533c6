"""Shared by the public forms: cross-site request protection without cookies."""

import hmac
import time

from flask import Flask, request
from wtforms import ValidationError

from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.errors import CsrfFailed

TOKEN_LIFETIME = 24 * 60 * 60
TOKEN_STEP = 60 * 60
# Endpoints that other servers post to: a signature or the token in the URL authenticates them instead.
SIGNED_ENDPOINTS = {"card.webhook", "petition.stop_news"}
UNSAFE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}


def form_token(form: str) -> str:
    """A signed token for browsers that send neither Sec-Fetch-Site nor Origin; valid for one form and one day.

    Its timestamp is rounded down to the hour, so that the page can be cached until then.
    """
    issued_at = int(time.time()) // TOKEN_STEP * TOKEN_STEP
    return f"{issued_at}.{_signature(form, issued_at)}"


def protect_forms(app: Flask) -> None:
    """Refuse posts that do not come from our own pages, according to the browser's headers or the form's token."""

    @app.before_request
    def refuse_cross_site_posts() -> None:
        if request.method not in UNSAFE_METHODS or request.endpoint is None or request.endpoint in SIGNED_ENDPOINTS:
            return
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        if site is not None:
            is_own = site == "same-origin"
        elif origin is not None:
            is_own = origin in settings().origins
        elif request.endpoint.startswith("admin."):
            # Every browser that the panel supports sends one of the two.
            is_own = False
        else:
            is_own = _is_valid_token(request.endpoint, request.form.get("form_token", ""))
        if not is_own:
            raise CsrfFailed


def refuse(message: object) -> ValidationError:
    """A validation error with a message that may be lazily translated."""
    return ValidationError(str(message))


def _signature(form: str, issued_at: int) -> str:
    key = settings().secret_key.encode()
    return keyed_hash(key, "form", form, str(issued_at)).hex()[:32]


def _is_valid_token(form: str, token: str) -> bool:
    issued_at, _, signature = token.partition(".")
    if not (issued_at.isascii() and issued_at.isdigit() and len(issued_at) < 12):
        return False
    age = time.time() - int(issued_at)
    # Bytes, because compare_digest() accepts only ASCII strings, and a submitted token may be anything.
    is_signed = hmac.compare_digest(signature.encode(), _signature(form, int(issued_at)).encode())
    return is_signed and 0 <= age <= TOKEN_LIFETIME + TOKEN_STEP
