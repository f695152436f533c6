"""Passkeys: what they prove, and what they do not."""

import html
import json
import re
import time
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests.accounts.authenticator import Authenticator
from tests.admin.editors import is_signed_in, post
from tests.conftest import SeparateClient, SignIn, make_client
from tests.factories import UserFactory
from tests.times import at
from wzo.accounts.models import Passkey, RateLimit, User, UserSession
from wzo.extensions import db

SIGN_IN, FACTOR, NEW = "/admin/sign-in/", "/admin/factor/", "/admin/account/passkeys/new/"


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


@pytest.fixture
def anna(app: Flask, device: Authenticator) -> User:
    """An editor with a passkey on the device."""
    user: User = UserFactory()
    give_passkey(user.id, device)
    return user


def give_passkey(user_id: int, device: Authenticator, sign_count: int = 0) -> None:
    """Give an editor the passkey of a device."""
    credential = {"credential_id": device.credential_id, "public_key": device.public_key}
    db.session.add(Passkey(user_id=user_id, sign_count=sign_count, **credential))
    db.session.commit()


def options(client: FlaskClient, path: str = SIGN_IN) -> dict[str, Any]:
    """The WebAuthn options of a page."""
    found = re.search(r'data-options="([^"]+)"', client.get(path).text)
    assert found
    requested: dict[str, Any] = json.loads(html.unescape(found[1]))
    return requested


def send(client: FlaskClient, response: str) -> TestResponse:
    """Sign in with a passkey."""
    return post(client, "/admin/sign-in/passkey/", credential=response)


def cookie(client: FlaskClient) -> dict[str, Any]:
    with client.session_transaction(base_url=SeparateClient.base_url) as session:
        return dict(session)


def set_cookie(client: FlaskClient, saved: dict[str, Any]) -> None:
    with client.session_transaction(base_url=SeparateClient.base_url) as session:
        session.clear()
        session.update(saved)


def age_factor() -> None:
    db.session.execute(update(UserSession).values(factor_at=at(time.time() - 3600)))
    db.session.commit()


def sign_count_of(device: Authenticator) -> int:
    db.session.rollback()
    return db.session.scalars(select(Passkey.sign_count).where(Passkey.credential_id == device.credential_id)).one()


def test_it_signs_in(client: FlaskClient, anna: User, device: Authenticator) -> None:
    assert send(client, device.sign(options(client))).status_code == 303
    assert is_signed_in(client)


def test_it_accepts_a_response_once_even_with_the_old_cookie(
    app: Flask, client: FlaskClient, anna: User, device: Authenticator
) -> None:
    response = device.sign(options(client))
    saved = cookie(client)
    assert send(client, response).status_code == 303
    thief = make_client(app)
    set_cookie(thief, saved)
    assert send(thief, response).status_code == 403
    assert not is_signed_in(thief)
    set_cookie(client, saved)
    assert send(client, response).status_code == 403


def test_it_refuses_a_response_to_another_browsers_challenge(
    app: Flask, client: FlaskClient, anna: User, device: Authenticator
) -> None:
    response = device.sign(options(client))
    other = make_client(app)
    options(other)
    assert send(other, response).status_code == 403
    # Nor is one accepted without a challenge.
    third = make_client(app)
    with third.session_transaction(base_url=SeparateClient.base_url) as session:
        session.pop("passkey", None)
    assert third.post("/admin/sign-in/passkey/", data={"credential": response}).status_code == 403


@pytest.mark.parametrize(("seconds", "status"), [(10 * 60 - 1, 303), (10 * 60 + 1, 403)])
def test_it_expires_a_challenge_after_ten_minutes(
    client: FlaskClient, anna: User, device: Authenticator, seconds: int, status: int
) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        response = device.sign(options(client))
        saved = cookie(client)
        clock.shift(seconds)
        # Loading the page of the token would create a new challenge.
        data = {"credential": response, "csrf_token": token_of(client)}
        set_cookie(client, {**cookie(client), "passkey": saved["passkey"]})
        assert client.post("/admin/sign-in/passkey/", data=data).status_code == status


def token_of(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]*)"', client.get(SIGN_IN).text)
    assert found
    return found[1]


def test_it_refuses_a_key_without_user_verification(client: FlaskClient, anna: User, device: Authenticator) -> None:
    """A lost security key that asks for no PIN."""
    assert options(client)["userVerification"] == "required"
    assert send(client, device.sign(options(client), verified=False)).status_code == 403
    assert not is_signed_in(client)


def test_it_refuses_a_second_factor_without_user_verification(
    client: FlaskClient, sign_in: SignIn, device: Authenticator
) -> None:
    user = sign_in(client)
    give_passkey(user.id, device)
    age_factor()
    response = device.sign(options(client, FACTOR), verified=False)
    assert post(client, FACTOR, factor_credential=response).status_code == 403
    assert client.get(NEW).status_code == 303
    assert post(client, FACTOR, factor_credential=device.sign(options(client, FACTOR))).status_code == 303
    assert client.get(NEW).status_code == 200


def test_it_adds_no_key_without_user_verification(
    app: Flask, client: FlaskClient, sign_in: SignIn, device: Authenticator
) -> None:
    sign_in(client)
    requested = options(client, NEW)
    assert requested["authenticatorSelection"]["userVerification"] == "required"
    assert post(client, NEW, name="Key", credential=device.register(requested, verified=False)).status_code == 400
    response = device.register(options(client, NEW))
    assert post(client, NEW, name="Key", credential=response).status_code == 303
    # Nor is the same key added twice by a new response.
    assert post(client, NEW, name="Key", credential=device.register(options(client, NEW))).status_code == 400
    other = make_client(app)
    assert send(other, device.sign(options(other))).status_code == 303


@pytest.mark.parametrize(
    ("known", "shown", "accepted"),
    [
        (0, 0, True),
        (0, 1, True),
        (7, 8, True),
        (7, 900, True),
        (7, 7, False),
        (7, 6, False),
        (7, 1, False),
        (7, 0, False),
    ],
)
def test_it_accepts_only_a_growing_counter(
    client: FlaskClient, app: Flask, known: int, shown: int, accepted: bool
) -> None:
    """A counter that decreases or stays the same belongs to a copy."""
    device, user = Authenticator(), UserFactory()
    give_passkey(user.id, device, known)
    response = send(client, device.sign(options(client), count=shown))
    assert response.status_code == (303 if accepted else 403)
    assert is_signed_in(client) is accepted
    assert sign_count_of(device) == (shown if accepted else known)


def test_it_refuses_another_editors_passkey_as_a_second_factor(
    client: FlaskClient, sign_in: SignIn, anna: User, device: Authenticator
) -> None:
    sign_in(client, "administrator")
    age_factor()
    assert post(client, FACTOR, factor_credential=device.sign(options(client, FACTOR))).status_code == 403
    assert client.get("/admin/users/invite/").location.startswith("/admin/factor/")
    requested = {"name": "New", "email": "new@example.org", "role": "writer", "language": "en"}
    response = device.sign(options(client, FACTOR))
    assert post(client, "/admin/users/invite/", **requested, factor_credential=response).status_code == 403


def test_it_refuses_the_passkey_of_a_disabled_account(client: FlaskClient, anna: User, device: Authenticator) -> None:
    anna.disabled_at = at(1)
    db.session.commit()
    assert send(client, device.sign(options(client))).status_code == 403


@pytest.mark.parametrize(
    "wrong", [{"origin": "https://evil.example"}, {"origin": "http://127.0.0.1:8001"}, {"host": "evil.example"}]
)
def test_it_refuses_a_response_for_another_site(
    client: FlaskClient, anna: User, device: Authenticator, wrong: dict[str, str]
) -> None:
    assert send(client, device.sign(options(client), **wrong)).status_code == 403


def test_it_refuses_the_signature_of_another_key(client: FlaskClient, anna: User, device: Authenticator) -> None:
    forger = Authenticator()
    forger.credential_id = device.credential_id
    assert send(client, forger.sign(options(client))).status_code == 403
    unknown = Authenticator()
    assert send(client, unknown.sign(options(client))).status_code == 403


@pytest.mark.parametrize(
    "response", ["", "x", "[]", "{}", "null", '{"id": 7}', '{"id": "AA"}', "[" * 5_000, '{"id": "é"}']
)
def test_it_refuses_a_malformed_response(client: FlaskClient, anna: User, response: str) -> None:
    assert send(client, response).status_code == 403


def test_it_lets_no_editor_change_anothers_passkey(
    client: FlaskClient, sign_in: SignIn, anna: User, device: Authenticator
) -> None:
    number = db.session.scalars(select(Passkey.id)).one()
    sign_in(client, "administrator")
    post(client, f"/admin/account/passkeys/{number}/name/", name="Mine")
    post(client, f"/admin/account/passkeys/{number}/remove/")
    db.session.rollback()
    assert db.session.scalars(select(Passkey.name)).one() == ""


def test_it_stores_a_used_challenge_as_a_hash(client: FlaskClient, anna: User, device: Authenticator) -> None:
    requested = options(client)
    send(client, device.sign(requested))
    db.session.rollback()
    (saved,) = db.session.scalars(select(RateLimit.key))
    assert len(saved) == 32
    assert requested["challenge"] not in str(saved)
