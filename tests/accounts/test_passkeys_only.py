"""An installation that accepts passkeys alone."""

import dataclasses

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.accounts.authenticator import Authenticator
from tests.accounts.test_passkeys import age_factor, device, give_passkey, options, send  # noqa: F401
from tests.admin.editors import PASSWORD, Editor, anna, is_signed_in, own_token, post  # noqa: F401
from tests.conftest import SignIn
from wzo.accounts import invitations
from wzo.accounts.models import Passkey, RecoveryCode, User, UserSession
from wzo.extensions import db


@pytest.fixture(autouse=True)
def passkeys_only(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = dataclasses.replace(app.extensions["settings"], passkeys_only=True)
    monkeypatch.setitem(app.extensions, "settings", changed)


def test_it_refuses_passwords_and_codes(client: FlaskClient, anna: Editor) -> None:  # noqa: F811
    page = client.get("/admin/sign-in/").text
    assert 'name="password"' not in page
    assert "data-passkey" in page
    refused = post(client, "/admin/sign-in/", email=anna.email, password=PASSWORD)
    assert refused.status_code == 403
    assert "Only passkeys are accepted" in refused.text.replace("\u00a0", " ")


def test_it_refuses_a_code_after_a_sign_in_that_was_begun_before(
    app: Flask,
    client: FlaskClient,
    anna: Editor,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = app.extensions["settings"]
    with monkeypatch.context() as before:
        before.setitem(app.extensions, "settings", dataclasses.replace(settings, passkeys_only=False))
        assert post(client, "/admin/sign-in/", email=anna.email, password=PASSWORD).status_code == 303
    assert post(client, "/admin/sign-in/code/", code=anna.code()).status_code == 403
    assert not is_signed_in(client)


def test_it_signs_in_and_confirms_with_a_passkey(
    client: FlaskClient,
    anna: Editor,  # noqa: F811
    device: Authenticator,  # noqa: F811
) -> None:
    give_passkey(anna.id, device)
    assert send(client, device.sign(options(client))).status_code == 303
    assert is_signed_in(client)
    age_factor()
    assert 'name="factor_code"' not in client.get("/admin/factor/").text
    assert post(client, "/admin/factor/", factor_code=anna.code()).status_code == 403
    asked = options(client, "/admin/factor/")
    assert post(client, "/admin/factor/", factor_credential=device.sign(asked)).status_code == 303


def test_it_sets_up_the_first_account_with_a_passkey(app: Flask, client: FlaskClient, device: Authenticator) -> None:  # noqa: F811
    path = f"/admin/set-up/{invitations.create_first_invitation()}/"
    fields = {"name": "Anna", "email": "anna@example.org", "timezone": "UTC"}
    assert post(client, path, **fields, credential="{}").status_code == 400
    assert post(client, path, **fields, password=PASSWORD, code="123456").status_code == 400
    asked = options(client, path)
    assert post(client, path, **fields, credential=device.register(asked, verified=False)).status_code == 400
    asked = options(client, path)
    assert post(client, path, **fields, credential=device.register(asked)).location == "/admin/"
    assert is_signed_in(client)
    db.session.rollback()
    user = db.session.scalars(select(User)).one()
    assert (user.role, user.password_hash, user.totp_ciphertext) == ("administrator", "", None)
    assert post(client, path, **fields, credential=device.register(asked)).status_code == 410
    post(client, "/admin/sign-out/")
    assert send(client, device.sign(options(client))).status_code == 303


def test_it_resets_an_account_to_a_passkey(
    client: FlaskClient,
    anna: Editor,  # noqa: F811
    device: Authenticator,  # noqa: F811
) -> None:
    give_passkey(anna.id, Authenticator())
    path = f"/admin/set-up/{invitations.create_reset_link(user_id=anna.id, created_by=None)}/"
    asked = options(client, path)
    assert post(client, path, name="Anna", timezone="UTC", credential=device.register(asked)).status_code == 303
    db.session.rollback()
    assert list(db.session.scalars(select(Passkey.credential_id))) == [device.credential_id]
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    user = db.session.get_one(User, anna.id)
    assert (user.password_hash, user.totp_ciphertext) == ("", None)


def test_it_keeps_the_last_passkey_and_offers_no_passwords(
    client: FlaskClient,
    sign_in: SignIn,
    device: Authenticator,  # noqa: F811
) -> None:
    user = sign_in(client)
    give_passkey(user.id, device)
    page = client.get("/admin/account/").text
    assert "/admin/account/password/" not in page
    assert "/recovery-codes/new/" not in page
    token = own_token(client)
    for path in ("password", "authenticator", "recovery-codes/new"):
        response = client.post(f"/admin/account/{path}/", data={"csrf_token": token})
        assert response.status_code == 403, path
        assert "Only passkeys" in response.text.replace("\u00a0", " ")
    passkey_id = db.session.scalar(select(Passkey.id))
    remove = f"/admin/account/passkeys/{passkey_id}/remove/"
    assert client.post(remove, data={"csrf_token": token}).status_code == 409
    give_passkey(user.id, Authenticator())
    assert client.post(remove, data={"csrf_token": token}).status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1
