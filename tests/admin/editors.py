"""Editors with real credentials, and forms with the token of a real page."""

import re
import time
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import SeparateClient, make_client
from tests.factories import UserFactory
from wzo.accounts import passwords, two_factor
from wzo.accounts.models import User
from wzo.extensions import db

PASSWORD = "purple kettle sings at noon"


@dataclass(frozen=True)
class Editor:
    """An editor with their credentials."""

    id: int
    email: str
    secret: str
    codes: list[str]

    def code(self, steps: int = 0) -> str:
        """The code of the authenticator app now, or so many steps of 30 seconds later."""
        return authenticator_code(self.secret, steps)


def authenticator_code(secret: str, steps: int = 0) -> str:
    """The code of an authenticator app with this secret."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)


def make_editor(role: str = "writer", **columns: Any) -> Editor:
    """Create an editor with the password PASSWORD, an authenticator app and ten recovery codes."""
    # End any read first: SQLite cannot upgrade a read transaction while others write.
    db.session.rollback()
    secret = two_factor.generate_secret()
    credentials = {
        "password_hash": passwords.hash_password(PASSWORD),
        "totp_ciphertext": two_factor.encrypt_secret(secret),
    }
    user: User = UserFactory(role=role, **{**credentials, **columns})
    codes = two_factor.generate_recovery_codes(user.id)
    db.session.commit()
    return Editor(user.id, user.email, secret, codes)


def form_token(client: FlaskClient) -> str:
    """The CSRF token of this browser's forms."""
    return hidden(client.get("/admin/sign-in/", follow_redirects=True), "csrf_token")


def hidden(response: TestResponse, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.text)
    assert found, response.text
    return found[1]


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Post a form as the browser does from one of the panel's pages."""
    headers = fields.pop("headers", {})
    return client.post(path, data={"csrf_token": form_token(client), **fields}, headers=headers)


def enter(client: FlaskClient, email: str, password: str, code: str, **fields: Any) -> TestResponse:
    """Go through both pages of the sign-in; returns the last response."""
    first = post(client, "/admin/sign-in/", email=email, password=password, **fields)
    return post(client, "/admin/sign-in/code/", code=code, **fields) if first.status_code == 303 else first


def is_signed_in(client: FlaskClient) -> bool:
    """Whether the browser is signed in."""
    return client.get("/admin/").status_code == 200


def send(client: FlaskClient, page: str, path: str, **fields: Any) -> TestResponse:
    """Post a form to a path with the token of a page of the panel; the response is read to its end."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, f"{page} has no form"
    return client.post(path, data={"csrf_token": found[1], **fields}, buffered=True)


def own_token(client: FlaskClient) -> str:
    """A CSRF token for an editor who is signed in but sees no form."""
    raw = "0" * 40
    with client.session_transaction(base_url=SeparateClient.base_url) as session:
        session["csrf_token"] = raw
    return str(URLSafeTimedSerializer(client.application.secret_key or "", salt="wtf-csrf-token").dumps(raw))


@pytest.fixture
def anna(app: Flask) -> Editor:
    return make_editor(email="anna@example.org", name="Anna")


@pytest.fixture
def annas_client(app: Flask, anna: Editor) -> FlaskClient:
    """A browser in which Anna is signed in."""
    client = make_client(app)
    assert enter(client, anna.email, PASSWORD, anna.code()).status_code == 303
    return client


def column(name: str, user_id: int) -> object:
    db.session.rollback()
    return db.session.scalar(select(getattr(User, name)).where(User.id == user_id))
