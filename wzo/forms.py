"""Shared by the public forms: cross-site request protection without cookies."""

import hmac
from datetime import timedelta

from flask import Flask, request
from wtforms import ValidationError

from wzo.clock import is_recent, now
from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.errors import CsrfFailed, SenderUnknown
from wzo.form_parser import Request

TOKEN_LIFETIME = timedelta(hours=24)
TOKEN_STEP = timedelta(hours=1)
# Endpoints that other servers post to: a signature or the token in the URL authenticates them instead.
SIGNED_ENDPOINTS = {"card.webhook", "petition.unsubscribe"}
UNSAFE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}


def form_token(form: str) -> str:
    """A signed token for browsers that send neither Sec-Fetch-Site nor Origin; valid for one form and one day.

    Its timestamp is rounded down to the hour, so that the page can be cached until then.
    """
    issued_at = int(now().replace(minute=0, second=0).timestamp())
    return f"{issued_at}.{_signatures(form, issued_at)[0]}"


def protect_forms(app: Flask) -> None:
    """Refuse posts that do not come from our own pages, according to the browser's headers or the form's token."""

    app.request_class = Request

    @app.before_request
    def refuse_malformed_forms() -> None:
        endpoint = request.endpoint or ""
        # The panel parses its forms once it knows how large they may be; a signature is computed from the raw body.
        if request.method in UNSAFE_METHODS and endpoint != "card.webhook" and not endpoint.startswith("admin."):
            _ = request.form

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
            # Every browser that the panel supports sends one of the two, unless something removes them.
            raise SenderUnknown
        else:
            is_own = _is_valid_token(request.endpoint, request.form.get("form_token", ""))
        if not is_own:
            raise CsrfFailed


def refuse(message: object) -> ValidationError:
    """A validation error with a message that may be lazily translated."""
    return ValidationError(str(message))


def _signatures(form: str, issued_at: int) -> list[str]:
    """The signature with the current key, and that with the one before it."""
    return [keyed_hash(key.encode(), "form", form, str(issued_at)).hex()[:32] for key in settings().secret_keys]


def _is_valid_token(form: str, token: str) -> bool:
    issued_at, _, signature = token.partition(".")
    if not (issued_at.isascii() and issued_at.isdigit() and len(issued_at) < 12):
        return False
    # Bytes, because compare_digest() accepts only ASCII strings, and a submitted token may be anything.
    own = _signatures(form, int(issued_at))
    is_signed = any(hmac.compare_digest(signature.encode(), it.encode()) for it in own)
    return is_signed and is_recent(int(issued_at), TOKEN_LIFETIME + TOKEN_STEP)
