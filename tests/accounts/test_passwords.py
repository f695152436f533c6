"""Accepted passwords, and how they are stored."""

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.invitations import NEW_PASSWORD
from tests.admin.editors import PASSWORD, column, enter, make_editor
from wzo.accounts import passwords


@pytest.mark.parametrize(
    "password",
    [
        "short but good",
        "x" * 129,
        "password1234567",
        "ПарольПарольПароль",
        "qwertyuiopasdfghjkl",
        "йцукенгшщзхъ12345",
        "1qaz2wsx3edc4rfv5tgb",
        "aaaaaaaaaaaaaaaaaaa",
        "abcdabcdabcdabcdabcd",
        "WomanPrisonSociety2026!",
        "correct horse battery staple",
        "new@example.org 2026",
        "P@ssw0rd-P@55word",
        "12345678901234567890",
    ],
)
def test_it_refuses_passwords_that_are_guessed_first(password: str) -> None:
    assert not (15 <= len(password) <= 128) or passwords.is_common(password, about=("new@example.org",))


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        NEW_PASSWORD,
        "Тихо спит фонарь у воды",
        "k3D!vv0-qLw9_zzPt5",
        "日本語の長い合言葉をここに書く時間",
        "x7" * 4 + "Kq9#pLm2",
    ],
)
def test_it_accepts_any_other_password_that_is_long_enough(password: str) -> None:
    assert len(password) >= 15
    assert not passwords.is_common(password, about=("new@example.org",))


@pytest.mark.usefixtures("real_passwords")
def test_it_rehashes_a_password_when_the_parameters_grow(app: Flask, client: FlaskClient) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    old = make_editor(password_hash=weak)
    assert enter(client, old.email, PASSWORD, old.code()).status_code == 303
    kept = column("password_hash", old.id)
    assert isinstance(kept, str)
    assert kept != weak
    assert kept.startswith("$argon2id$v=19$m=19456,t=3,p=1$")
    assert not passwords.needs_rehash(kept)
