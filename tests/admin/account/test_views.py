"""Changes that editors make to their own accounts."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.invitations import NEW_PASSWORD, invite, set_up
from tests.admin.editors import PASSWORD, Editor, authenticator_code, enter, is_signed_in, make_editor, post
from tests.conftest import SignIn, make_client
from wzo.accounts.models import UserSession
from wzo.extensions import db

pytestmark = pytest.mark.one_database


def test_it_shows_recovery_codes_until_they_are_saved(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
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


def change_authenticator(client: FlaskClient, anna: Editor) -> None:
    page = client.get("/admin/account/authenticator/").text
    secret = "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page))
    assert client.get("/admin/account/authenticator.svg").content_type == "image/svg+xml"
    assert post(client, "/admin/account/authenticator/", code=anna.code(5)).status_code == 400
    assert post(client, "/admin/account/authenticator/", code=authenticator_code(secret)).status_code == 303
    assert secret != anna.secret


def renew_codes(client: FlaskClient, anna: Editor) -> None:
    assert post(client, "/admin/account/recovery-codes/new/").location == "/admin/account/recovery-codes/"
    page = client.get("/admin/account/recovery-codes/").text
    assert not any(code in page for code in anna.codes)


@pytest.mark.parametrize("change", [change_password, change_authenticator, renew_codes])
def test_it_ends_all_other_sessions_when_a_factor_changes(
    app: Flask, anna: Editor, annas_client: FlaskClient, change: Callable[[FlaskClient, Editor], None]
) -> None:
    other = make_client(app)
    enter(other, anna.email, PASSWORD, anna.code(1))
    change(other, anna)
    assert (is_signed_in(annas_client), is_signed_in(other)) == (False, True)


def test_it_shows_and_ends_only_the_editors_own_sessions(app: Flask, anna: Editor, annas_client: FlaskClient) -> None:
    other_editor = make_editor()
    theirs, other = make_client(app), make_client(app)
    other.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"
    enter(theirs, other_editor.email, PASSWORD, other_editor.code())
    enter(other, anna.email, PASSWORD, anna.code(1))
    page = annas_client.get("/admin/account/").text
    assert "Chrome, Windows" in page
    db.session.rollback()
    foreign = db.session.scalars(select(UserSession.id).where(UserSession.user_id == other_editor.id)).one()
    post(annas_client, f"/admin/account/sessions/{foreign}/end/")
    assert is_signed_in(theirs)
    post(annas_client, "/admin/account/sessions/end-others/")
    assert (is_signed_in(annas_client), is_signed_in(other), is_signed_in(theirs)) == (True, False, True)


def test_it_lets_an_editor_choose_language_and_time_zone(annas_client: FlaskClient) -> None:
    wrong = post(annas_client, "/admin/account/", name="Anna", language="de", timezone="Moon/Sea")
    assert wrong.status_code == 400
    assert post(annas_client, "/admin/account/", name="Анна", language="ru", timezone="Asia/Tbilisi").status_code == 303
    assert '<html lang="ru">' in annas_client.get("/admin/account/").text


def test_it_keeps_the_language_that_was_chosen_at_the_bottom_of_a_page(annas_client: FlaskClient) -> None:
    """Until the session ends, or until the editor chooses a language for the account."""
    for language in ("ru", "en"):
        assert f'<html lang="{language}">' in annas_client.get(f"/admin/?lang={language}").text
        assert f'<html lang="{language}">' in annas_client.get("/admin/stories/").text
    post(annas_client, "/admin/account/", name="Анна", language="ru", timezone="Asia/Tbilisi")
    assert '<html lang="ru">' in annas_client.get("/admin/stories/").text
