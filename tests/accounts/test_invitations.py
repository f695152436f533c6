"""Invitations: shown once, valid once, for a day."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.accounts.invitations import invite, set_up, set_up_or_gone, users
from tests.admin.editors import post
from tests.conftest import Mailbox, SignIn, WorkUntilDone, make_client
from tests.factories import UserFactory
from tests.times import at
from wzo.accounts import invitations
from wzo.accounts.models import Invitation, Role, User, UserSession
from wzo.accounts.queries import find_invitation, token_hash
from wzo.errors import NoLongerAdministrator, NotYourself
from wzo.extensions import db


def test_it_shows_an_invitation_once_emails_it_neutrally_and_stores_a_hash(
    app: Flask, client: FlaskClient, sign_in: SignIn, work: WorkUntilDone, mailbox: Mailbox
) -> None:
    sign_in(client)
    path = invite(client)
    assert client.get("/admin/users/link/").status_code == 303
    work()
    email = mailbox.last()
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


@pytest.fixture
def boss(app: Flask) -> int:
    """The administrator who acts."""
    return int(UserFactory(role=Role.ADMINISTRATOR).id)


@pytest.fixture
def other(app: Flask) -> int:
    """Another administrator, who is signed in twice."""
    user_id = int(UserFactory(role=Role.ADMINISTRATOR).id)
    for token in ("one", "two"):
        db.session.add(UserSession(token_hash=token_hash(token), user_id=user_id))
    db.session.commit()
    return user_id


def make_invitation(by: int, email: str = "new@example.org", role: str = Role.ADMINISTRATOR) -> str:
    return invitations.invite(name="New", email=email, role=role, language="en", created_by=by)


def sessions(user_id: int) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(UserSession.user_id == user_id)) or 0


LOSSES = {
    "demoted to publisher": lambda user_id, by: invitations.change_role(user_id=user_id, role=Role.PUBLISHER, by=by),
    "demoted to writer": lambda user_id, by: invitations.change_role(user_id=user_id, role=Role.WRITER, by=by),
    "closed": lambda user_id, by: invitations.disable(user_id=user_id, by=by),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_the_links_that_were_made_by_them_or_for_them_lapse(boss: int, other: int, loss: str) -> None:
    made_by_them = make_invitation(other)
    made_for_them = invitations.make_reset_link(user_id=other, created_by=boss)
    of_somebody_else = make_invitation(boss, "third@example.org")
    LOSSES[loss](other, boss)
    assert find_invitation(made_by_them) is None
    assert find_invitation(made_for_them) is None
    assert find_invitation(of_somebody_else) is not None
    assert sessions(other) == 0


def test_used_links_stay_for_the_record(boss: int, other: int) -> None:
    make_invitation(other)
    db.session.query(Invitation).update({"used_at": at(1)})
    db.session.commit()
    invitations.disable(user_id=other, by=boss)
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 1


def test_the_same_role_again_changes_nothing(boss: int, other: int) -> None:
    token = make_invitation(other)
    invitations.change_role(user_id=other, role=Role.ADMINISTRATOR, by=boss)
    assert find_invitation(token) is not None
    assert sessions(other) == 2


def test_ending_the_sessions_ends_all(boss: int, other: int) -> None:
    assert invitations.end_all_sessions(user_id=other, by=boss) == 2
    assert sessions(other) == 0


def test_an_account_that_is_open_again_has_no_sessions(boss: int, other: int) -> None:
    invitations.disable(user_id=other, by=boss)
    invitations.enable(user_id=other, by=boss)
    assert sessions(other) == 0
    db.session.rollback()
    assert db.session.get_one(User, other).disabled_at is None


ACTS = {
    "role": lambda user_id, by: invitations.change_role(user_id=user_id, role=Role.WRITER, by=by),
    "disable": lambda user_id, by: invitations.disable(user_id=user_id, by=by),
    "enable": lambda user_id, by: invitations.enable(user_id=user_id, by=by),
    "end sessions": lambda user_id, by: invitations.end_all_sessions(user_id=user_id, by=by),
}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_does_it_to_themselves_or_without_being_administrator(boss: int, other: int, act: str) -> None:
    with pytest.raises(NotYourself):
        ACTS[act](boss, boss)
    for columns in (
        {"role": Role.PUBLISHER},
        {"role": Role.WRITER},
        {"role": Role.ADMINISTRATOR, "disabled_at": at(1)},
    ):
        former = int(UserFactory(**columns).id)
        with pytest.raises(NoLongerAdministrator):
            ACTS[act](other, former)
    assert sessions(other) == 2


def test_a_newer_invitation_or_reset_replaces_the_one_before(boss: int, other: int) -> None:
    first, second = make_invitation(boss), make_invitation(boss)
    assert find_invitation(first) is None
    assert find_invitation(second) is not None
    old, new = (invitations.make_reset_link(user_id=other, created_by=boss) for _ in range(2))
    assert find_invitation(old) is None
    assert find_invitation(new) is not None
