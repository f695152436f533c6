"""Invitations: shown once, valid once, for a day."""

import re
from concurrent.futures import ThreadPoolExecutor

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.invitations import invite, set_up, set_up_or_gone, users
from tests.admin.editors import post
from tests.conftest import CapturedEmails, RunWorker, SignIn, make_client
from wzo.accounts.models import Invitation, User
from wzo.extensions import db


def test_it_shows_an_invitation_once_emails_it_neutrally_and_stores_a_hash(
    app: Flask, client: FlaskClient, sign_in: SignIn, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign_in(client)
    path = invite(client)
    assert client.get("/admin/users/link/").status_code == 303
    run_worker()
    email = emails.last()
    assert email["To"] == "new@example.org"
    text = email.get_content()
    assert path in text
    assert not re.search(r"тюрьм|женщин|prison|woman|wzo|редакт", f"{email['Subject']} {text}", re.I)
    db.session.rollback()
    assert path.split("/")[3].encode() not in db.session.scalars(select(Invitation.token_hash)).one()


def test_it_accepts_an_invitation_once(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    path = invite(client)
    assert set_up(make_client(app), path)[1] == 303
    assert make_client(app).get(path).status_code == 410
    db.session.rollback()
    assert db.session.scalars(select(User.role).where(User.email == "new@example.org")).one() == "publisher"


def test_it_creates_one_account_if_an_invitation_is_used_in_parallel(
    app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client)
    path, before = invite(client), users()
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(lambda _: set_up_or_gone(make_client(app), path), range(3)))
    assert sorted(made)[0] == 303
    assert set(made) <= {303, 410}
    assert made.count(303) == 1
    assert users() == before + 1


def test_it_expires_after_a_day(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        sign_in(client)
        path = invite(client)
        clock.shift(24 * 60 * 60 - 60)
        assert make_client(app).get(path).status_code == 200
        clock.shift(120)
        assert make_client(app).get(path).status_code == 410


def test_it_can_be_withdrawn(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    path = invite(client)
    link_id = db.session.scalars(select(Invitation.id)).one()
    db.session.rollback()
    assert "new@example.org" in client.get("/admin/users/").text
    assert post(client, f"/admin/users/invitations/{link_id}/revoke/").status_code == 303
    assert make_client(app).get(path).status_code == 410
    assert "new@example.org" not in client.get("/admin/users/").text


def test_it_refuses_to_invite_an_existing_user(client: FlaskClient, sign_in: SignIn) -> None:
    user = sign_in(client)
    response = post(client, "/admin/users/invite/", name="New", email=user.email.upper(), role="writer", language="en")
    assert response.status_code == 400
    assert "already" in response.text
