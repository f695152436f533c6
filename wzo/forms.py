"""What the public forms share: protection without cookies, and validators."""

import hmac
import time

from flask import Flask, request
from wtforms import ValidationError

from wzo.config import settings
from wzo.crypto import keyed_hash
from wzo.errors import ForeignForm

TOKEN_LIVES = 24 * 60 * 60
TOKEN_STEP = 60 * 60
# Posted by another server, which proves itself by a signature instead.
SIGNED = {"card.webhook"}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def form_token(form: str) -> str:
    """A signed word for browsers that do not say where a form was sent from: good for one form and one day.

    Its time is that of the full hour, so that a page stays the same for as long.
    """
    moment = int(time.time()) // TOKEN_STEP * TOKEN_STEP
    return f"{moment}.{_signature(form, moment)}"


def protect_forms(app: Flask) -> None:
    """Refuse posts that do not come from our own pages, by the browser's word, else by the form's token."""

    @app.before_request
    def refuse_foreign_posts() -> None:
        if request.method not in UNSAFE or request.endpoint is None or request.endpoint in SIGNED:
            return
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        if site is not None:
            own = site == "same-origin"
        elif origin is not None:
            own = origin in settings().origins
        elif request.endpoint.startswith("admin."):
            # An editor's browser tells; whatever does not is none.
            own = False
        else:
            own = _token_holds(request.endpoint, request.form.get("form_token", ""))
        if not own:
            raise ForeignForm


def refuse(message: object) -> ValidationError:
    """A validator's word, translated when it is shown."""
    return ValidationError(str(message))


def _signature(form: str, moment: int) -> str:
    key = settings().secret_key.encode()
    return keyed_hash(key, "form", form, str(moment)).hex()[:32]


def _token_holds(form: str, token: str) -> bool:
    moment, _, signature = token.partition(".")
    if not (moment.isascii() and moment.isdigit() and len(moment) < 12):
        return False
    age = time.time() - int(moment)
    # Signed bytes, not text: a token may hold anything that can be typed.
    right = hmac.compare_digest(signature.encode(), _signature(form, int(moment)).encode())
    return right and 0 <= age <= TOKEN_LIVES + TOKEN_STEP
