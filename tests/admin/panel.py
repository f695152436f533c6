"""What the tests of the panel share: editors with real proofs, their forms, the links and codes they are given."""

import html
import re
from dataclasses import dataclass

import pyotp
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import UserFactory
from wzo.admin.accounts import factors, passwords
from wzo.admin.accounts.models import User
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
        return str(pyotp.TOTP(self.secret).at(time_machine_now(), steps))


def time_machine_now() -> int:
    import time

    return int(time.time())


def make_editor(role: str = "writer", **columns: object) -> Editor:
    """An editor with the password PASSWORD, a code generator and ten recovery codes."""
    secret = factors.new_secret()
    user: User = UserFactory(
        role=role,
        password_hash=passwords.hash_password(PASSWORD),
        totp_box=factors.seal_secret(secret),
        **columns,
    )
    codes = factors.new_recovery_codes(user.id)
    db.session.commit()
    return Editor(user.id, user.email, secret, codes)
