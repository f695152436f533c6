"""How an editor's forms are sent in tests."""

import re
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from tests.conftest import SeparateClient


def send(client: FlaskClient, page: str, path: str, **fields: Any) -> TestResponse:
    """Send a form to a path, with the token that the panel's page holds; the answer is read to its end."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, f"{page} has no form"
    return client.post(path, data={"csrf_token": found[1], **fields}, buffered=True)


def own_token(client: FlaskClient) -> str:
    """A token for an editor who is signed in and sees no form."""
    raw = "0" * 40
    with client.session_transaction(base_url=SeparateClient.base_url) as session:
        session["csrf_token"] = raw
    return str(URLSafeTimedSerializer(client.application.secret_key or "", salt="wtf-csrf-token").dumps(raw))
