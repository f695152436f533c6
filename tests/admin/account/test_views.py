"""What editors change about their own accounts."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.invitations import NEW_PASSWORD, invite, set_up
from tests.admin.editors import PASSWORD, Editor, enter, generator_code, is_in, make_editor, post
from tests.conftest import SignIn, make_client
from wzo.accounts.models import UserSession
from wzo.extensions import db


def test_recovery_codes_are_shown_until_they_are_kept(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    newcomer = make_client(app)
    set_up(newcomer, invite(client))
    page = newcomer.get("/admin/account/recovery-codes/").text
    assert len(set(re.findall(r"<code[^>]*>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>", page))) == 10
    assert post(newcomer, "/admin/account/recovery-codes/kept/").location == "/admin/"
    assert newcomer.get("/admin/account/recovery-codes/").status_code == 303


def change_password(client: FlaskClient, anna: Editor) -> None:
    wrong = post(client, "/admin/account/password/", old="wrong", password=NEW_PASSWORD)
    assert (wrong.status_code, "The password is wrong" in wrong.text.replace("\u00a0", " ")) == (400, True)
    assert post(client, "/admin/account/password/", old=PASSWORD, password=NEW_PASSWORD).status_code == 303


def change_generator(client: FlaskClient, anna: Editor) -> None:
    page = client.get("/admin/account/authenticator/").text
    secret = "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page))
    assert client.get("/admin/account/authenticator.svg").content_type == "image/svg+xml"
    assert post(client, "/admin/account/authenticator/", code=anna.code(5)).status_code == 400
    assert post(client, "/admin/account/authenticator/", code=generator_code(secret)).status_code == 303
    assert secret != anna.secret


def renew_codes(client: FlaskClient, anna: Editor) -> None:
    assert post(client, "/admin/account/recovery-codes/new/").location == "/admin/account/recovery-codes/"
    page = client.get("/admin/account/recovery-codes/").text
    assert not any(code in page for code in anna.codes)


@pytest.mark.parametrize("change", [change_password, change_generator, renew_codes])
def test_changing_a_proof_ends_all_other_sessions(
    app: Flask, anna: Editor, hers: FlaskClient, change: Callable[[FlaskClient, Editor], None]
) -> None:
    other = make_client(app)
    enter(other, anna.email, PASSWORD, anna.code(1))
    change(other, anna)
    assert (is_in(hers), is_in(other)) == (False, True)


def test_an_editor_sees_and_ends_own_sessions_alone(app: Flask, anna: Editor, hers: FlaskClient) -> None:
    stranger = make_editor()
    theirs, other = make_client(app), make_client(app)
    other.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"
    enter(theirs, stranger.email, PASSWORD, stranger.code())
    enter(other, anna.email, PASSWORD, anna.code(1))
    page = hers.get("/admin/account/").text
    assert "Chrome, Windows" in page
    db.session.rollback()
    foreign = db.session.scalars(select(UserSession.id).where(UserSession.user_id == stranger.id)).one()
    post(hers, f"/admin/account/sessions/{foreign}/end/")
    assert is_in(theirs)
    post(hers, "/admin/account/sessions/end-others/")
    assert (is_in(hers), is_in(other), is_in(theirs)) == (True, False, True)


def test_an_editor_chooses_language_and_time_zone(hers: FlaskClient) -> None:
    wrong = post(hers, "/admin/account/", name="Anna", language="de", zone="Moon/Sea")
    assert wrong.status_code == 400
    assert post(hers, "/admin/account/", name="Анна", language="ru", zone="Asia/Tbilisi").status_code == 303
    assert '<html lang="ru">' in hers.get("/admin/account/").text
