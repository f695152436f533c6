"""Signing in and out, and the session between."""

import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from tests.accounts.invitations import invite, set_up, users
from tests.admin.editors import (
    PASSWORD,
    Editor,
    authenticator_code,
    column,
    enter,
    form_token,
    is_signed_in,
    make_editor,
    post,
)
from tests.conftest import SignIn, make_client
from tests.times import at
from wzo.accounts import passwords
from wzo.accounts.models import User, UserSession
from wzo.audit import AuditEntry
from wzo.extensions import db

pytestmark = pytest.mark.one_database


def test_it_accepts_a_correct_password_and_code(client: FlaskClient, anna: Editor) -> None:
    first = post(client, "/admin/sign-in/", email=" Anna@Example.org", password=PASSWORD)
    assert (first.status_code, first.location) == (303, "/admin/sign-in/code/")
    assert not is_signed_in(client)
    response = post(client, "/admin/sign-in/code/", code=f"{anna.code()[:3]} {anna.code()[3:]}")
    assert (response.status_code, response.location) == (303, "/admin/")
    assert is_signed_in(client)


def test_it_continues_to_the_requested_page(client: FlaskClient, anna: Editor) -> None:
    start = client.get("/admin/account/?lang=en")
    assert start.location == "/admin/sign-in/?next=/admin/account/?lang%3Den"
    assert 'name="next" value="/admin/account/?lang=en"' in client.get(start.location).text
    assert enter(client, anna.email, PASSWORD, anna.code(), next="/admin/account/").location == "/admin/account/"


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example/admin/", "/admin//evil.example", "/admin/\\evil", "/en/", "/admin/../en/"],
)
def test_it_never_redirects_elsewhere(client: FlaskClient, anna: Editor, elsewhere: str) -> None:
    assert enter(client, anna.email, PASSWORD, anna.code(), next=elsewhere).location == "/admin/"


def test_it_responds_alike_to_an_unknown_user_a_wrong_password_and_a_wrong_code(app: Flask, anna: Editor) -> None:
    closed = make_editor(disabled_at=at(1))
    tries = [
        ("nobody@example.org", PASSWORD, anna.code()),
        (anna.email, "another kettle sings at noon", anna.code()),
        (anna.email, PASSWORD, "000000" if anna.code() != "000000" else "000001"),
        (closed.email, PASSWORD, closed.code()),
    ]
    seen = set()
    for number, (email, password, code) in enumerate(tries):
        client = make_client(app)
        client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        first = post(client, "/admin/sign-in/", email=email, password=password)
        response = post(client, "/admin/sign-in/code/", code=code)
        # The responses differ only in the browser's own token and challenge, and what was typed.
        text = re.sub(r'value="[^"]*"|data-options="[^"]*"', "", response.text)
        seen.add((first.status_code, first.location, len(first.headers["Set-Cookie"]), response.status_code, text))
        assert not is_signed_in(client)
    assert len({it[:2] + it[3:] for it in seen}) == 1
    assert response.status_code == 403
    # A correct code is not used up by a wrong password.
    assert enter(make_client(app), anna.email, PASSWORD, anna.code()).status_code == 303


def test_it_does_not_reveal_in_the_cookie_whether_the_password_was_right(app: Flask, anna: Editor) -> None:
    cookies = []
    for password in (PASSWORD, "another kettle sings at noon"):
        client = make_client(app)
        assert post(client, "/admin/sign-in/", email=anna.email, password=password).status_code == 303
        with client.session_transaction(base_url="http://127.0.0.1:8000") as session:
            cookies.append(session["sign-in"])
    assert len(cookies[0]) == len(cookies[1])
    assert anna.email not in "".join(cookies)


def test_it_stores_no_ip_addresses_or_user_agents(app: Flask, client: FlaskClient, anna: Editor) -> None:
    client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.7"
    assert post(client, "/admin/sign-in/", email="nobody@example.org", password="x").status_code == 303
    assert enter(client, anna.email, PASSWORD, anna.code()).status_code == 303
    db.session.rollback()
    rows = [db.session.execute(select(table)).all() for table in db.metadata.tables.values()]
    for trace in ("203.0.113.77", "140.7", "Mozilla", "nobody@"):
        assert trace not in str(rows)
    assert db.session.scalar(select(UserSession.device)) == "Firefox, Android"


def test_it_sets_a_cookie_for_this_host_only_out_of_reach_of_scripts(production_client: FlaskClient) -> None:
    cookie = production_client.get("/admin/sign-in/").headers["Set-Cookie"]
    assert cookie.startswith("__Host-wzo=")
    for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


def session_token(client: FlaskClient) -> str:
    with client.session_transaction(base_url="http://127.0.0.1:8000") as session:
        return str(session["_user_id"])


def test_it_identifies_a_session_by_a_random_token_and_stores_its_hash(client: FlaskClient, anna: Editor) -> None:
    enter(client, anna.email, PASSWORD, anna.code())
    token = session_token(client)
    assert len(token) == 43
    db.session.rollback()
    assert token.encode() not in db.session.scalars(select(UserSession.token_hash)).one()


def test_it_renews_the_session_at_sign_in_and_with_a_fresh_factor(
    app: Flask, client: FlaskClient, anna: Editor
) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        enter(client, anna.email, PASSWORD, anna.code())
        first = session_token(client)
        clock.shift(16 * 60)
        assert client.get("/admin/account/password/").location == "/admin/factor/?next=/admin/account/password/"
        response = post(client, "/admin/factor/?next=/admin/account/password/", factor_code=anna.code())
        assert response.location == "/admin/account/password/"
        second = session_token(client)
        assert first != second
        assert client.get("/admin/account/password/").status_code == 200
        stolen = make_client(app)
        with stolen.session_transaction(base_url="http://127.0.0.1:8000") as session:
            session["_user_id"] = first
        assert not is_signed_in(stolen)


def test_it_resends_the_form_after_the_factor(client: FlaskClient, anna: Editor) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        enter(client, anna.email, PASSWORD, anna.code())
        clock.shift(16 * 60)
        new = "seven oars below the bridge"
        asked = post(client, "/admin/account/password/", old=PASSWORD, password=new)
        assert asked.status_code == 403
        assert f'name="password" value="{new}"' in asked.text
        wrong = post(client, "/admin/account/password/", old=PASSWORD, password=new, factor_code="123456")
        assert (wrong.status_code, "The code is wrong" in wrong.text.replace("\u00a0", " ")) == (403, True)
        sent = post(client, "/admin/account/password/", old=PASSWORD, password=new, factor_code=anna.code())
        assert sent.location == "/admin/account/"
        assert passwords.check_password(str(column("password_hash", anna.id)), new)


def test_it_ends_a_session_after_thirty_idle_minutes(client: FlaskClient, anna: Editor) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        enter(client, anna.email, PASSWORD, anna.code())
        for _ in range(3):
            clock.shift(29 * 60)
            assert is_signed_in(client)
        clock.shift(30 * 60)
        assert not is_signed_in(client)


@pytest.mark.slow
def test_it_ends_a_session_after_eight_hours_at_most(client: FlaskClient, anna: Editor) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        enter(client, anna.email, PASSWORD, anna.code())
        for _ in range(23):
            clock.shift(20 * 60)
            assert is_signed_in(client)
        clock.shift(20 * 60)
        assert not is_signed_in(client)


def test_it_clears_the_browser_at_sign_out(app: Flask, client: FlaskClient, anna: Editor) -> None:
    enter(client, anna.email, PASSWORD, anna.code())
    response = post(client, "/admin/sign-out/")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert any(it.startswith("wzo=;") for it in response.headers.getlist("Set-Cookie"))
    assert not is_signed_in(client)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0
    assert client.get("/admin/sign-out/").status_code == 405


def test_it_logs_sign_ins_sign_outs_and_failures_without_what_was_typed(app: Flask, anna: Editor) -> None:
    client = make_client(app)
    enter(client, "stranger@example.org", PASSWORD, "123456")
    enter(client, anna.email, "not the password at all", "123456")
    enter(client, anna.email, PASSWORD, anna.code())
    post(client, "/admin/sign-out/")
    db.session.rollback()
    entries = db.session.execute(select(AuditEntry.action, AuditEntry.user_id).order_by(AuditEntry.id)).all()
    assert [tuple(it) for it in entries] == [
        ("sign-in-failed", None),
        ("sign-in-failed", anna.id),
        ("sign-in", anna.id),
        ("sign-out", anna.id),
    ]
    assert "stranger" not in str(db.session.execute(select(AuditEntry)).all())
    assert "{}" in set(db.session.scalars(select(AuditEntry.details)))


def test_it_voids_a_sign_in_that_was_begun_with_an_old_password(app: Flask, anna: Editor) -> None:
    client = make_client(app)
    post(client, "/admin/sign-in/", email=anna.email, password=PASSWORD)
    db.session.rollback()
    db.session.execute(update(User).values(password_hash=passwords.hash_password("another kettle sings at noon")))
    db.session.commit()
    assert post(client, "/admin/sign-in/code/", code=anna.code()).status_code == 403


def test_it_accepts_forms_from_the_panels_own_pages_only(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    token = form_token(client)
    fields = {"csrf_token": token, "name": "Other", "language": "en", "timezone": "UTC"}
    silent = {"Sec-Fetch-Site": ""}
    del client.environ_base["HTTP_SEC_FETCH_SITE"]
    assert client.post("/admin/account/", data=fields).status_code == 403
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {"Origin": "https://evil.example"}, silent):
        assert client.post("/admin/account/", data=fields, headers=headers).status_code == 403
    own = {"Sec-Fetch-Site": "same-origin"}
    foreign = client.post("/admin/account/", data={**fields, "csrf_token": "x"}, headers=own)
    assert foreign.status_code == 403
    assert "We could not accept the form" in foreign.text.replace("\u00a0", " ")
    assert client.post("/admin/account/", data=fields, headers=own).status_code == 303
    own = {"Origin": "http://127.0.0.1:8000"}
    assert client.post("/admin/account/", data=fields, headers=own).status_code == 303


def test_it_creates_no_account_with_a_weak_password_or_a_wrong_code(
    app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client)
    path, before = invite(client), users()
    newcomer = make_client(app)
    for fields in ({"password": "fourteen chars"}, {"password": "z" * 129}, {"code": "123456"}, {"name": " "}):
        assert set_up(newcomer, path, **fields)[1] == 400
    assert users() == before
    assert set_up(newcomer, path)[1] == 303


def test_it_accepts_a_password_of_any_characters(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    path = invite(client)
    odd = ' пять "слов" <и> 5 & ещё\u00a0немного '
    secret, status, _ = set_up(make_client(app), path, password=odd)
    assert status == 303
    assert enter(make_client(app), "new@example.org", odd, authenticator_code(secret, 1)).status_code == 303


def test_it_shows_the_secret_as_an_svg_qr_code(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    newcomer = make_client(app)
    newcomer.get(invite(client))
    picture = newcomer.get("/admin/set-up/authenticator.svg")
    assert picture.content_type == "image/svg+xml"
    assert b"<svg" in picture.data
    assert b"style" not in picture.data
    assert make_client(app).get("/admin/set-up/authenticator.svg").status_code == 410


def test_it_survives_malformed_input(client: FlaskClient) -> None:
    for fields in (
        {"email": "a\0@example.org", "password": "x"},
        {"email": "a@example.org", "password": "x", "pending": "[1"},
        {"email": "x" * 300, "password": "x" * 2000, "pending": '["/admin/", [["a", "\\ud800"]], false]'},
        {},
    ):
        assert post(client, "/admin/sign-in/", **fields).status_code in (200, 303, 400)
    for credential in ("", "{", "[]", '{"id": 1}', '{"id": "\u044f", "rawId": "x", "response": {}}', "[" * 9000, "{}"):
        assert post(client, "/admin/sign-in/passkey/", credential=credential).status_code == 403
    assert client.get("/admin/set-up/%00/").status_code in (400, 404)
    assert client.get("/admin/set-up/unknown/").status_code == 410
