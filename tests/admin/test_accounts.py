"""How accounts begin, what their owners change, and what administrators do with them."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.admin.panel import PASSWORD, Editor, enter, form_token, generator_code, is_in, make_editor, post
from tests.conftest import Mailbox, SignIn, WorkUntilDone, make_client
from wzo.accounts import passwords
from wzo.accounts.models import Invitation, Passkey, RecoveryCode, User, UserSession
from wzo.audit import AuditEntry
from wzo.extensions import db

NEW_PASSWORD = "seven oars below the bridge"


def run(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def path_of(link: str) -> str:
    found = re.search(r"(/admin/set-up/[\w-]{43}/)", link)
    assert found, link
    return found[1]


def set_up(client: FlaskClient, path: str, **fields: str) -> "tuple[str, int, str]":
    """Fill in the page of a link; the generator's secret, the status and the text of the answer."""
    page = client.get(path)
    assert page.status_code == 200, page.text
    secret = "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page.text))
    assert len(secret) == 32
    filled = {"name": "Anna", "zone": "Europe/Riga", "password": NEW_PASSWORD, "code": generator_code(secret)}
    answer = post(client, path, **{**filled, **fields})
    return secret, answer.status_code, answer.text


def users() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(User)) or 0


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_the_first_editor_comes_in_by_the_newest_link_that_a_release_prints(app: Flask) -> None:
    assert users() == 0
    older = path_of(run(app, "release"))
    newest = path_of(run(app, "release"))
    assert make_client(app).get(older).status_code == 410
    client = make_client(app)
    secret, status, _ = set_up(client, newest, email="First@example.org")
    assert status == 303
    assert is_in(client)
    user = db.session.scalars(select(User)).one()
    assert (user.email, user.role, user.zone) == ("first@example.org", "administrator", "Europe/Riga")
    assert "set-up" not in run(app, "release")
    assert enter(make_client(app), "first@example.org", NEW_PASSWORD, generator_code(secret, 1)).status_code == 303


def test_a_command_makes_a_link_for_an_editor(app: Flask) -> None:
    printed = run(app, "users", "create", "--name", "Anna", "--email", "anna@example.org", "--role", "writer")
    _, status, _ = set_up(make_client(app), path_of(printed))
    assert status == 303
    db.session.rollback()
    assert db.session.scalars(select(User.role)).one() == "writer"
    again = app.test_cli_runner().invoke(
        args=["users", "create", "--name", "A", "--email", "anna@example.org", "--role", "writer"]
    )
    assert again.exit_code == 1
    assert "already" in again.output


def invite(client: FlaskClient, email: str = "new@example.org") -> str:
    """Invite somebody; the path of the link that is shown."""
    answer = post(client, "/admin/users/invite/", name="New", email=email, role="publisher", language="ru")
    assert answer.location == "/admin/users/link/", answer.text
    return path_of(client.get("/admin/users/link/").text)


def test_an_invitation_is_shown_once_mailed_neutrally_and_kept_as_a_hash(
    app: Flask, client: FlaskClient, sign_in: SignIn, work: WorkUntilDone, mailbox: Mailbox
) -> None:
    sign_in(client)
    path = invite(client)
    assert client.get("/admin/users/link/").status_code == 303
    work()
    letter = mailbox.last()
    assert letter["To"] == "new@example.org"
    text = letter.get_content()
    assert path in text
    assert not re.search(r"тюрьм|женщин|prison|woman|wzo|редакт", f"{letter['Subject']} {text}", re.I)
    db.session.rollback()
    assert path.split("/")[3].encode() not in db.session.scalars(select(Invitation.token_hash)).one()


def test_an_invitation_is_good_once(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    path = invite(client)
    assert set_up(make_client(app), path)[1] == 303
    assert make_client(app).get(path).status_code == 410
    db.session.rollback()
    assert db.session.scalars(select(User.role).where(User.email == "new@example.org")).one() == "publisher"


def test_an_invitation_that_is_used_twice_at_once_makes_one_account(
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


def set_up_or_gone(client: FlaskClient, path: str) -> int:
    try:
        return set_up(client, path)[1]
    except AssertionError:
        return 410


def test_an_invitation_lapses_after_a_day(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        sign_in(client)
        path = invite(client)
        clock.shift(24 * 60 * 60 - 60)
        assert make_client(app).get(path).status_code == 200
        clock.shift(120)
        assert make_client(app).get(path).status_code == 410


def test_an_invitation_can_be_withdrawn(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    path = invite(client)
    link_id = db.session.scalars(select(Invitation.id)).one()
    db.session.rollback()
    assert "new@example.org" in client.get("/admin/users/").text
    assert post(client, f"/admin/users/links/{link_id}/withdraw/").status_code == 303
    assert make_client(app).get(path).status_code == 410
    assert "new@example.org" not in client.get("/admin/users/").text


def test_nobody_is_invited_who_is_there(client: FlaskClient, sign_in: SignIn) -> None:
    user = sign_in(client)
    answer = post(client, "/admin/users/invite/", name="New", email=user.email.upper(), role="writer", language="en")
    assert answer.status_code == 400
    assert "already" in answer.text


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
def test_what_is_guessed_first_is_no_password(password: str) -> None:
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
def test_whatever_else_is_long_enough_is_one(password: str) -> None:
    assert len(password) >= 15
    assert not passwords.is_common(password, about=("new@example.org",))


def test_a_weak_password_or_a_wrong_code_make_no_account(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    path, before = invite(client), users()
    newcomer = make_client(app)
    for fields in ({"password": "fourteen chars"}, {"password": "z" * 129}, {"code": "123456"}, {"name": " "}):
        assert set_up(newcomer, path, **fields)[1] == 400
    assert users() == before
    assert set_up(newcomer, path)[1] == 303


def test_a_password_of_any_letters_can_be_chosen(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    path = invite(client)
    odd = ' пять "слов" <и> 5 & ещё\u00a0немного '
    secret, status, _ = set_up(make_client(app), path, password=odd)
    assert status == 303
    assert enter(make_client(app), "new@example.org", odd, generator_code(secret, 1)).status_code == 303


def test_the_picture_for_the_generator_is_an_svg_of_the_same_secret(
    app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(client)
    newcomer = make_client(app)
    newcomer.get(invite(client))
    picture = newcomer.get("/admin/set-up/authenticator.svg")
    assert picture.content_type == "image/svg+xml"
    assert b"<svg" in picture.data
    assert b"style" not in picture.data
    assert make_client(app).get("/admin/set-up/authenticator.svg").status_code == 410


def test_recovery_codes_are_shown_until_they_are_kept(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    newcomer = make_client(app)
    set_up(newcomer, invite(client))
    page = newcomer.get("/admin/account/recovery-codes/").text
    assert len(set(re.findall(r"<code[^>]*>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>", page))) == 10
    assert post(newcomer, "/admin/account/recovery-codes/kept/").location == "/admin/"
    assert newcomer.get("/admin/account/recovery-codes/").status_code == 303


@pytest.mark.parametrize("way", ["panel", "command"])
def test_a_reset_is_a_link_by_hand_and_voids_all_that_proved_who_it_was(
    app: Flask, client: FlaskClient, sign_in: SignIn, work: WorkUntilDone, mailbox: Mailbox, way: str
) -> None:
    sign_in(client)
    anna = make_editor(email="anna@example.org", name="Anna")
    hers = make_client(app)
    enter(hers, anna.email, PASSWORD, anna.code())
    db.session.rollback()
    db.session.add(Passkey(user_id=anna.id, credential_id=b"1", public_key=b"2"))
    db.session.commit()
    if way == "panel":
        post(client, f"/admin/users/{anna.id}/reset/")
        link = client.get("/admin/users/link/").text
    else:
        link = run(app, "users", "reset", "Anna@example.org")
    work()
    assert mailbox.letters() == []
    # Until the link is used everything is as it was.
    assert is_in(hers)
    secret, status, _ = set_up(make_client(app), path_of(link))
    assert status == 303
    assert not is_in(hers)
    assert enter(make_client(app), anna.email, PASSWORD, anna.code(1)).status_code == 403
    assert enter(make_client(app), anna.email, NEW_PASSWORD, anna.codes[0]).status_code == 403
    assert enter(make_client(app), anna.email, NEW_PASSWORD, generator_code(secret, 1)).status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Passkey)) == 0


@pytest.fixture
def anna(app: Flask) -> Editor:
    return make_editor(email="anna@example.org", name="Anna")


@pytest.fixture
def hers(app: Flask, anna: Editor) -> FlaskClient:
    """A browser in which Anna is signed in."""
    client = make_client(app)
    assert enter(client, anna.email, PASSWORD, anna.code()).status_code == 303
    return client


CHANGES: list[tuple[str, dict[str, str]]] = [("role", {"role": "publisher"}), ("disable", {}), ("sign-out", {})]


@pytest.mark.parametrize(("act", "fields"), CHANGES)
def test_sessions_end_with_the_role_the_account_or_an_administrators_word(
    client: FlaskClient, sign_in: SignIn, anna: Editor, hers: FlaskClient, act: str, fields: dict[str, str]
) -> None:
    sign_in(client)
    assert post(client, f"/admin/users/{anna.id}/{act}/", **fields).status_code == 303
    assert not is_in(hers)


def test_an_administrator_ends_one_session(
    client: FlaskClient, sign_in: SignIn, app: Flask, anna: Editor, hers: FlaskClient
) -> None:
    sign_in(client)
    other = make_client(app)
    enter(other, anna.email, PASSWORD, anna.code(1))
    db.session.rollback()
    session_id = db.session.scalar(select(func.min(UserSession.id)).where(UserSession.user_id == anna.id))
    post(client, f"/admin/users/{anna.id}/sessions/{session_id}/end/")
    assert (is_in(hers), is_in(other)) == (False, True)


def test_a_closed_account_can_be_opened_again(client: FlaskClient, sign_in: SignIn, app: Flask, anna: Editor) -> None:
    sign_in(client)
    post(client, f"/admin/users/{anna.id}/disable/")
    assert enter(make_client(app), anna.email, PASSWORD, anna.code()).status_code == 403
    post(client, f"/admin/users/{anna.id}/enable/")
    assert enter(make_client(app), anna.email, PASSWORD, anna.code()).status_code == 303


@pytest.mark.parametrize(("act", "fields"), [("role", {"role": "writer"}), ("disable", {}), ("sign-out", {})])
def test_nobody_takes_away_the_own_role(client: FlaskClient, sign_in: SignIn, act: str, fields: dict[str, str]) -> None:
    user = sign_in(client)
    answer = post(client, f"/admin/users/{user.id}/{act}/", **fields)
    assert answer.status_code == 403
    assert "You cannot do this to yourself" in answer.text.replace("\u00a0", " ")
    db.session.rollback()
    assert db.session.scalars(select(User.role)).one() == "administrator"


def test_two_administrators_cannot_remove_one_another(app: Flask, sign_in: SignIn) -> None:
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


def test_everything_about_people_is_in_the_log(app: Flask, client: FlaskClient, sign_in: SignIn, anna: Editor) -> None:
    sign_in(client)
    path = invite(client)
    set_up(make_client(app), path)
    for act, fields in [*CHANGES, ("enable", {}), ("reset", {})]:
        post(client, f"/admin/users/{anna.id}/{act}/", **fields)
    assert actions() == [
        "invited",
        "account made",
        "role changed",
        "disabled",
        "sessions ended",
        "enabled",
        "reset link made",
    ]


def change_password(client: FlaskClient, anna: Editor) -> None:
    wrong = post(client, "/admin/account/password/", old="wrong", password=NEW_PASSWORD)
    assert (wrong.status_code, "This is not your password" in wrong.text.replace("\u00a0", " ")) == (400, True)
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


def test_what_is_over_is_erased_by_the_worker(app: Flask, anna: Editor, hers: FlaskClient) -> None:
    from wzo.worker import PRUNE

    with time_machine.travel("2036-11-24 12:00", tick=False):
        for prune in PRUNE:
            prune()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 10


def test_an_editor_who_may_not_stays_in_the_panel(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    answer = client.get("/admin/users/")
    assert answer.status_code == 403
    assert "To the beginning of the panel" in answer.text.replace("\u00a0", " ")
