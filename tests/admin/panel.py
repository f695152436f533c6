"""What the tests of the panel share: editors with real proofs, and forms with the token of a real page."""

import re
import time
from dataclasses import dataclass
from typing import Any

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import UserFactory
from wzo.accounts import passwords, two_factor
from wzo.accounts.models import User
from wzo.extensions import db

PASSWORD = "purple kettle sings at noon"


@dataclass(frozen=True)
class Editor:
    """An editor, and what only the editor knows."""

    id: int
    email: str
    secret: str
    codes: list[str]

    def code(self, steps: int = 0) -> str:
        """What the code generator shows now, or so many steps of 30 seconds later."""
        return generator_code(self.secret, steps)


def generator_code(secret: str, steps: int = 0) -> str:
    """What a code generator with this secret shows."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)


def make_editor(role: str = "writer", **columns: Any) -> Editor:
    """An editor with the password PASSWORD, a code generator and ten recovery codes."""
    # Whatever was read before: SQLite cannot turn a read into a write while others write.
    db.session.rollback()
    secret = two_factor.new_secret()
    proofs = {"password_hash": passwords.hash_password(PASSWORD), "totp_ciphertext": two_factor.seal_secret(secret)}
    user: User = UserFactory(role=role, **{**proofs, **columns})
    codes = two_factor.new_recovery_codes(user.id)
    db.session.commit()
    return Editor(user.id, user.email, secret, codes)


def form_token(client: FlaskClient) -> str:
    """The token that this browser's forms carry."""
    return hidden(client.get("/admin/sign-in/", follow_redirects=True), "csrf_token")


def hidden(answer: TestResponse, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, answer.text
    return found[1]


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Send a form as the browser does from one of the panel's pages."""
    headers = fields.pop("headers", {})
    return client.post(path, data={"csrf_token": form_token(client), **fields}, headers=headers)


def enter(client: FlaskClient, email: str, password: str, code: str, **fields: Any) -> TestResponse:
    """Go through both pages of the sign-in; the answer to the second, or to the first where it goes no further."""
    first = post(client, "/admin/sign-in/", email=email, password=password, **fields)
    return post(client, "/admin/sign-in/code/", code=code, **fields) if first.status_code == 303 else first


def is_in(client: FlaskClient) -> bool:
    """Whether the browser is signed in."""
    return client.get("/admin/").status_code == 200
