"""The actions of administrators on accounts, and their audit log."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.accounts.invitations import NEW_PASSWORD, invite, path_of, run, set_up
from tests.admin.editors import PASSWORD, Editor, authenticator_code, enter, form_token, is_signed_in, make_editor, post
from tests.conftest import CapturedEmails, RunWorker, SignIn, make_client
from tests.factories import UserFactory
from tests.test_audit import write
from wzo.accounts.models import Passkey, User, UserSession
from wzo.audit import AuditEntry, record
from wzo.extensions import db, write_transaction

pytestmark = pytest.mark.one_database


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.mark.parametrize("method", ["panel", "command"])
def test_it_resets_an_account_by_a_link_and_voids_all_its_factors(
    app: Flask, client: FlaskClient, sign_in: SignIn, run_worker: RunWorker, emails: CapturedEmails, method: str
) -> None:
    sign_in(client)
    anna = make_editor(email="anna@example.org", name="Anna")
    annas_client = make_client(app)
    enter(annas_client, anna.email, PASSWORD, anna.code())
    db.session.rollback()
    db.session.add(Passkey(user_id=anna.id, credential_id=b"1", public_key=b"2"))
    db.session.commit()
    if method == "panel":
        post(client, f"/admin/users/{anna.id}/reset/")
        link = client.get("/admin/users/link/").text
    else:
        link = run(app, "users", "reset", "Anna@example.org")
    run_worker()
    assert emails.all() == []
    # Nothing changes until the link is used.
    assert is_signed_in(annas_client)
    secret, status, _ = set_up(make_client(app), path_of(link))
    assert status == 303
    assert not is_signed_in(annas_client)
    assert enter(make_client(app), anna.email, PASSWORD, anna.code(1)).status_code == 403
    assert enter(make_client(app), anna.email, NEW_PASSWORD, anna.codes[0]).status_code == 403
    assert enter(make_client(app), anna.email, NEW_PASSWORD, authenticator_code(secret, 1)).status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Passkey)) == 0


CHANGES: list[tuple[str, dict[str, str]]] = [("role", {"role": "publisher"}), ("disable", {}), ("sign-out", {})]


@pytest.mark.parametrize(("act", "fields"), CHANGES)
def test_it_ends_sessions_with_the_role_the_account_or_on_request(
    client: FlaskClient, sign_in: SignIn, anna: Editor, annas_client: FlaskClient, act: str, fields: dict[str, str]
) -> None:
    sign_in(client)
    assert post(client, f"/admin/users/{anna.id}/{act}/", **fields).status_code == 303
    assert not is_signed_in(annas_client)


def test_it_ends_one_session(
    client: FlaskClient, sign_in: SignIn, app: Flask, anna: Editor, annas_client: FlaskClient
) -> None:
    sign_in(client)
    other = make_client(app)
    enter(other, anna.email, PASSWORD, anna.code(1))
    db.session.rollback()
    session_id = db.session.scalar(select(func.min(UserSession.id)).where(UserSession.user_id == anna.id))
    post(client, f"/admin/users/{anna.id}/sessions/{session_id}/end/")
    assert (is_signed_in(annas_client), is_signed_in(other)) == (False, True)


def test_it_disables_and_enables_an_account(client: FlaskClient, sign_in: SignIn, app: Flask, anna: Editor) -> None:
    sign_in(client)
    post(client, f"/admin/users/{anna.id}/disable/")
    assert enter(make_client(app), anna.email, PASSWORD, anna.code()).status_code == 403
    post(client, f"/admin/users/{anna.id}/enable/")
    assert enter(make_client(app), anna.email, PASSWORD, anna.code()).status_code == 303


@pytest.mark.parametrize(("act", "fields"), [("role", {"role": "writer"}), ("disable", {}), ("sign-out", {})])
def test_it_lets_no_administrator_change_their_own_role(
    client: FlaskClient, sign_in: SignIn, act: str, fields: dict[str, str]
) -> None:
    user = sign_in(client)
    response = post(client, f"/admin/users/{user.id}/{act}/", **fields)
    assert response.status_code == 403
    assert "You cannot do this to your own account" in response.text.replace("\u00a0", " ")
    db.session.rollback()
    assert db.session.scalars(select(User.role)).one() == "administrator"


def test_it_does_not_let_two_administrators_demote_each_other(app: Flask, sign_in: SignIn) -> None:
    clients = [make_client(app), make_client(app)]
    ids = [sign_in(client).id for client in clients]
    jobs = [(clients[0], ids[1], form_token(clients[0])), (clients[1], ids[0], form_token(clients[1]))]

    def demote(job: tuple[FlaskClient, int, str]) -> int:
        client, other, token = job
        fields = {"csrf_token": token, "role": "writer"}
        return client.post(f"/admin/users/{other}/role/", data=fields).status_code

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(demote, jobs))
    db.session.rollback()
    assert sorted(db.session.scalars(select(User.role))) == ["administrator", "writer"]


@pytest.mark.slow
def test_it_logs_every_change_to_users(app: Flask, client: FlaskClient, sign_in: SignIn, anna: Editor) -> None:
    sign_in(client)
    path = invite(client)
    set_up(make_client(app), path)
    for act, fields in [*CHANGES, ("enable", {}), ("reset", {})]:
        post(client, f"/admin/users/{anna.id}/{act}/", **fields)
    assert actions() == [
        "create-invitation",
        "create-account",
        "change-role",
        "disable-account",
        "end-sessions",
        "enable-account",
        "create-reset-link",
    ]


def test_it_filters_the_log_by_user_action_object_and_day(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    anna, boris = UserFactory(name="Anna"), UserFactory(name="Boris")
    ids = anna.id, boris.id
    with time_machine.travel("2026-11-20 22:30+00:00", tick=False):
        write(1, user_id=ids[0], note="first")
    with time_machine.travel("2026-11-21 09:00+00:00", tick=False):
        write(1, user_id=ids[1], object_type="pictures", object_id=3, note="second")
        write(1, user_id=ids[1], action="published", note="third")
    for query, seen in {
        "": "third second first",
        f"user={ids[0]}": "first",
        "action=published": "third",
        "type=pictures": "second",
        "type=stories&id=7": "third first",
        "day=2026-11-20": "first",
        "day=2026-11-21": "third second",
        "day=nonsense": "third second first",
        "user=x&id=%F0": "third second first",
    }.items():
        page = client.get(f"/admin/users/log/?{query}")
        assert page.status_code == 200
        notes = [note for note in ("third", "second", "first") if f"note: {note}" in page.text]
        assert " ".join(notes) == seen, query


def test_it_splits_a_long_log_into_pages(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    with write_transaction():
        for _ in range(120):
            record(action="tested")
    sizes, path = [], "/admin/users/log/?action=tested"
    while path:
        page = client.get(path).text
        sizes.append(page.count("<time "))
        older = [it.split('"')[0] for it in page.split('href="') if "before=" in it.split('"')[0]]
        path = next((it.replace("&amp;", "&") for it in older if "lang=" not in it), "")
    assert sizes == [50, 50, 20]
