"""What a passkey proves, and what it does not."""

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
    own(user.id, device)
    return user


def own(user_id: int, device: Authenticator, sign_count: int = 0) -> None:
    """Let an editor have the passkey of a device."""
    credential = {"credential_id": device.credential_id, "public_key": device.public_key}
    db.session.add(Passkey(user_id=user_id, sign_count=sign_count, **credential))
    db.session.commit()


def options(client: FlaskClient, path: str = SIGN_IN) -> dict[str, Any]:
    """What a page asks the browser for."""
    found = re.search(r'data-options="([^"]+)"', client.get(path).text)
    assert found
    asked: dict[str, Any] = json.loads(html.unescape(found[1]))
    return asked


def send(client: FlaskClient, answer: str) -> TestResponse:
    """Sign in with a passkey."""
    return post(client, "/admin/sign-in/passkey/", credential=answer)


def cookie(client: FlaskClient) -> dict[str, Any]:
    with client.session_transaction(base_url=SeparateClient.base_url) as session:
        return dict(session)


def put_cookie(client: FlaskClient, kept: dict[str, Any]) -> None:
    with client.session_transaction(base_url=SeparateClient.base_url) as session:
        session.clear()
        session.update(kept)


def let_factor_age() -> None:
    db.session.execute(update(UserSession).values(factor_at=at(time.time() - 3600)))
    db.session.commit()


def count_of(device: Authenticator) -> int:
    db.session.rollback()
    return db.session.scalars(select(Passkey.sign_count).where(Passkey.credential_id == device.credential_id)).one()


def test_it_signs_in(client: FlaskClient, anna: User, device: Authenticator) -> None:
    assert send(client, device.sign(options(client))).status_code == 303
    assert is_signed_in(client)


def test_a_response_is_accepted_once_even_with_the_cookie_of_then(
    app: Flask, client: FlaskClient, anna: User, device: Authenticator
) -> None:
    answer = device.sign(options(client))
    kept = cookie(client)
    assert send(client, answer).status_code == 303
    thief = make_client(app)
    put_cookie(thief, kept)
    assert send(thief, answer).status_code == 403
    assert not is_signed_in(thief)
    put_cookie(client, kept)
    assert send(client, answer).status_code == 403


def test_a_response_to_another_browser_is_refused(
    app: Flask, client: FlaskClient, anna: User, device: Authenticator
) -> None:
    answer = device.sign(options(client))
    other = make_client(app)
    options(other)
    assert send(other, answer).status_code == 403
    # Nor is one accepted where nothing was asked.
    third = make_client(app)
    with third.session_transaction(base_url=SeparateClient.base_url) as session:
        session.pop("passkey", None)
    assert third.post("/admin/sign-in/passkey/", data={"credential": answer}).status_code == 403


@pytest.mark.parametrize(("seconds", "status"), [(10 * 60 - 1, 303), (10 * 60 + 1, 403)])
def test_a_challenge_lasts_ten_minutes(
    client: FlaskClient, anna: User, device: Authenticator, seconds: int, status: int
) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        answer = device.sign(options(client))
        kept = cookie(client)
        clock.shift(seconds)
        # The page of the token would hold a new challenge.
        data = {"credential": answer, "csrf_token": token_of(client)}
        put_cookie(client, {**cookie(client), "passkey": kept["passkey"]})
        assert client.post("/admin/sign-in/passkey/", data=data).status_code == status


def token_of(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]*)"', client.get(SIGN_IN).text)
    assert found
    return found[1]


def test_a_key_without_verification_of_its_owner_proves_nothing(
    client: FlaskClient, anna: User, device: Authenticator
) -> None:
    """A security key that was found, and asks for no PIN."""
    assert options(client)["userVerification"] == "required"
    assert send(client, device.sign(options(client), verified=False)).status_code == 403
    assert not is_signed_in(client)


def test_nor_is_it_a_second_factor(client: FlaskClient, sign_in: SignIn, device: Authenticator) -> None:
    user = sign_in(client)
    own(user.id, device)
    let_factor_age()
    answer = device.sign(options(client, FACTOR), verified=False)
    assert post(client, FACTOR, factor_credential=answer).status_code == 403
    assert client.get(NEW).status_code == 303
    assert post(client, FACTOR, factor_credential=device.sign(options(client, FACTOR))).status_code == 303
    assert client.get(NEW).status_code == 200


def test_nor_can_it_be_added(app: Flask, client: FlaskClient, sign_in: SignIn, device: Authenticator) -> None:
    sign_in(client)
    asked = options(client, NEW)
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert post(client, NEW, name="Key", credential=device.register(asked, verified=False)).status_code == 400
    answer = device.register(options(client, NEW))
    assert post(client, NEW, name="Key", credential=answer).status_code == 303
    # Nor is the same one added twice, by a response that is new.
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
def test_a_counter_only_goes_on(client: FlaskClient, app: Flask, known: int, shown: int, accepted: bool) -> None:
    """A counter that goes back, or stands still, is that of a copy."""
    device, user = Authenticator(), UserFactory()
    own(user.id, device, known)
    answer = send(client, device.sign(options(client), count=shown))
    assert answer.status_code == (303 if accepted else 403)
    assert is_signed_in(client) is accepted
    assert count_of(device) == (shown if accepted else known)


def test_the_passkey_of_another_editor_is_no_second_factor(
    client: FlaskClient, sign_in: SignIn, anna: User, device: Authenticator
) -> None:
    sign_in(client, "administrator")
    let_factor_age()
    assert post(client, FACTOR, factor_credential=device.sign(options(client, FACTOR))).status_code == 403
    assert client.get("/admin/users/invite/").location.startswith("/admin/factor/")
    asked = {"name": "New", "email": "new@example.org", "role": "writer", "language": "en"}
    answer = device.sign(options(client, FACTOR))
    assert post(client, "/admin/users/invite/", **asked, factor_credential=answer).status_code == 403


def test_a_closed_account_has_no_passkeys(client: FlaskClient, anna: User, device: Authenticator) -> None:
    anna.disabled_at = at(1)
    db.session.commit()
    assert send(client, device.sign(options(client))).status_code == 403


@pytest.mark.parametrize(
    "wrong", [{"origin": "https://evil.example"}, {"origin": "http://127.0.0.1:8001"}, {"host": "evil.example"}]
)
def test_a_response_for_another_site_is_refused(
    client: FlaskClient, anna: User, device: Authenticator, wrong: dict[str, str]
) -> None:
    assert send(client, device.sign(options(client), **wrong)).status_code == 403


def test_a_signature_of_another_key_is_refused(client: FlaskClient, anna: User, device: Authenticator) -> None:
    forger = Authenticator()
    forger.credential_id = device.credential_id
    assert send(client, forger.sign(options(client))).status_code == 403
    stranger = Authenticator()
    assert send(client, stranger.sign(options(client))).status_code == 403


@pytest.mark.parametrize(
    "answer", ["", "x", "[]", "{}", "null", '{"id": 7}', '{"id": "AA"}', "[" * 5_000, '{"id": "é"}']
)
def test_a_damaged_response_is_refused(client: FlaskClient, anna: User, answer: str) -> None:
    assert send(client, answer).status_code == 403


def test_an_editor_changes_no_passkey_of_another(
    client: FlaskClient, sign_in: SignIn, anna: User, device: Authenticator
) -> None:
    number = db.session.scalars(select(Passkey.id)).one()
    sign_in(client, "administrator")
    post(client, f"/admin/account/passkeys/{number}/name/", name="Mine")
    post(client, f"/admin/account/passkeys/{number}/remove/")
    db.session.rollback()
    assert db.session.scalars(select(Passkey.name)).one() == ""


def test_a_used_challenge_is_stored_as_a_hash(client: FlaskClient, anna: User, device: Authenticator) -> None:
    asked = options(client)
    send(client, device.sign(asked))
    db.session.rollback()
    (kept,) = db.session.scalars(select(RateLimit.key))
    assert len(kept) == 32
    assert asked["challenge"] not in str(kept)
