"""The ways in and out, as SECURITY.md promises them under "Sign-in of editors"."""

import html
import re
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from tests.admin.panel import PASSWORD, Editor, enter, form_token, is_in, make_editor, post
from tests.conftest import SignIn, make_client
from tests.times import at
from wzo.accounts import passwords, two_factor
from wzo.accounts.models import RateLimit, RecoveryCode, User, UserSession
from wzo.audit import AuditEntry
from wzo.extensions import db


@pytest.fixture
def anna(app: Flask) -> Editor:
    return make_editor(email="anna@example.org")


def column(name: str, user_id: int) -> object:
    db.session.rollback()
    return db.session.scalar(select(getattr(User, name)).where(User.id == user_id))


def test_it_lets_in_who_knows_password_and_code(client: FlaskClient, anna: Editor) -> None:
    first = post(client, "/admin/sign-in/", email=" Anna@Example.org", password=PASSWORD)
    assert (first.status_code, first.location) == (303, "/admin/sign-in/code/")
    assert not is_in(client)
    answer = post(client, "/admin/sign-in/code/", code=f"{anna.code()[:3]} {anna.code()[3:]}")
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert is_in(client)


def test_it_goes_on_to_the_page_that_was_asked_for(client: FlaskClient, anna: Editor) -> None:
    start = client.get("/admin/account/?lang=en")
    assert start.location == "/admin/sign-in/?next=/admin/account/?lang%3Den"
    assert 'name="next" value="/admin/account/?lang=en"' in client.get(start.location).text
    assert enter(client, anna.email, PASSWORD, anna.code(), next="/admin/account/").location == "/admin/account/"


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example/admin/", "/admin//evil.example", "/admin/\\evil", "/en/", "/admin/../en/"],
)
def test_it_never_leads_elsewhere(client: FlaskClient, anna: Editor, elsewhere: str) -> None:
    assert enter(client, anna.email, PASSWORD, anna.code(), next=elsewhere).location == "/admin/"


def test_unknown_user_wrong_password_and_wrong_code_get_one_answer(app: Flask, anna: Editor) -> None:
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
        answer = post(client, "/admin/sign-in/code/", code=code)
        # What differs is this browser's own token and challenge, and what was typed.
        text = re.sub(r'value="[^"]*"|data-options="[^"]*"', "", answer.text)
        seen.add((first.status_code, first.location, len(first.headers["Set-Cookie"]), answer.status_code, text))
        assert not is_in(client)
    assert len({it[:2] + it[3:] for it in seen}) == 1
    assert answer.status_code == 403
    # A right code beside a wrong password is not used up.
    assert enter(make_client(app), anna.email, PASSWORD, anna.code()).status_code == 303


def test_the_cookie_does_not_tell_whether_the_password_was_right(app: Flask, anna: Editor) -> None:
    cookies = []
    for password in (PASSWORD, "another kettle sings at noon"):
        client = make_client(app)
        assert post(client, "/admin/sign-in/", email=anna.email, password=password).status_code == 303
        with client.session_transaction(base_url="http://127.0.0.1:8000") as session:
            cookies.append(session["sign-in"])
    assert len(cookies[0]) == len(cookies[1])
    assert anna.email not in "".join(cookies)


def test_a_time_step_is_never_accepted_twice(app: Flask, anna: Editor) -> None:
    code = anna.code()
    assert enter(make_client(app), anna.email, PASSWORD, code).status_code == 303
    assert enter(make_client(app), anna.email, PASSWORD, code).status_code == 403
    # Nor an earlier one than the last.
    assert enter(make_client(app), anna.email, PASSWORD, anna.code(-1)).status_code == 403


def test_a_code_that_is_sent_many_times_at_once_lets_in_once(app: Flask, anna: Editor) -> None:
    code, start = anna.code(), Barrier(4)
    clients = []
    for number in range(4):
        client = make_client(app)
        client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        post(client, "/admin/sign-in/", email=anna.email, password=PASSWORD)
        clients.append((client, form_token(client)))

    def send(it: tuple[FlaskClient, str]) -> int:
        start.wait()
        return it[0].post("/admin/sign-in/code/", data={"csrf_token": it[1], "code": code}).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, clients))
    assert sorted(answers) == [303, 403, 403, 403]


def test_clocks_may_be_half_a_minute_wrong(app: Flask, anna: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    # Between the codes and their being judged no half minute may end.
    begun = time.time()
    monkeypatch.setattr(time, "time", lambda: begun)
    assert enter(make_client(app), anna.email, PASSWORD, anna.code(2)).status_code == 403
    assert enter(make_client(app), anna.email, PASSWORD, anna.code(1)).status_code == 303


def test_each_of_ten_recovery_codes_lets_in_once_and_only_hashes_are_kept(app: Flask, anna: Editor) -> None:
    assert len(set(anna.codes)) == 10
    assert enter(make_client(app), anna.email, PASSWORD, anna.codes[3].lower()).status_code == 303
    assert enter(make_client(app), anna.email, PASSWORD, anna.codes[3]).status_code == 403
    assert enter(make_client(app), anna.email, PASSWORD, anna.codes[4]).status_code == 303
    db.session.rollback()
    kept = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(kept) == 10
    assert not any(code.replace("-", "").encode() in kept for code in anna.codes)


def test_a_code_of_another_editor_is_worth_nothing(app: Flask, anna: Editor) -> None:
    other = make_editor()
    assert enter(make_client(app), anna.email, PASSWORD, other.codes[0]).status_code == 403
    assert enter(make_client(app), anna.email, PASSWORD, other.code()).status_code == 403


def test_the_secret_is_sealed_at_rest(app: Flask, anna: Editor) -> None:
    box = column("totp_ciphertext", anna.id)
    assert isinstance(box, bytes)
    assert anna.secret.encode() not in box
    assert two_factor.seal_secret(anna.secret) != box


def test_a_password_is_hashed_anew_when_the_parameters_grow(app: Flask, client: FlaskClient) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    old = make_editor(password_hash=weak)
    assert enter(client, old.email, PASSWORD, old.code()).status_code == 303
    kept = column("password_hash", old.id)
    assert isinstance(kept, str)
    assert kept != weak
    assert kept.startswith("$argon2id$")
    assert not passwords.needs_rehash(kept)


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["password", "code"])
def test_of_fifty_guesses_at_once_five_are_judged(app: Flask, anna: Editor, stage: str) -> None:
    ready = []
    for number in range(50):
        client = make_client(app)
        client.environ_base["REMOTE_ADDR"] = f"198.51.{number}.1"
        ready.append((client, form_token(client)))
    if stage == "code":
        # One browser's cookie, copied: whoever has passed the first page tries many codes.
        first, _ = ready[0]
        post(first, "/admin/sign-in/", email=anna.email, password=PASSWORD)
        with first.session_transaction(base_url="http://127.0.0.1:8000") as session:
            carried = dict(session)
        for client, _ in ready:
            with client.session_transaction(base_url="http://127.0.0.1:8000") as session:
                session.update(carried)
        ready = [(client, form_token(client)) for client, _ in ready]
    path = "/admin/sign-in/" if stage == "password" else "/admin/sign-in/code/"
    fields = {"email": anna.email, "password": "wrong wrong wrong"} if stage == "password" else {"code": "123456"}

    def guess(it: tuple[FlaskClient, str]) -> int:
        return it[0].post(path, data={"csrf_token": it[1], **fields}).status_code

    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(guess, ready))
    assert len([it for it in answers if it != 429]) == 5
    assert set(answers) <= {303, 403, 429}


def test_guesses_are_slowed_by_source_too(app: Flask, anna: Editor) -> None:
    client = make_client(app)
    for number in range(5):
        assert post(client, "/admin/sign-in/", email=f"{number}@example.org", password="x").status_code == 303
    assert post(client, "/admin/sign-in/", email=anna.email, password=PASSWORD).status_code == 429
    elsewhere = make_client(app)
    elsewhere.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert enter(elsewhere, anna.email, PASSWORD, anna.code()).status_code == 303


def test_behind_the_router_the_source_is_the_last_address_that_it_names(production: FlaskClient, anna: Editor) -> None:
    token = re.search(r'name="csrf_token" value="([^"]*)"', production.get("/admin/sign-in/").text)
    assert token
    for number in range(6):
        answer = production.post(
            "/admin/sign-in/",
            data={"csrf_token": token[1], "email": f"{number}@example.org", "password": "x"},
            headers={"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.9", "Referer": "https://wps.example.org/"},
        )
    assert answer.status_code == 429


@pytest.mark.slow
@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org"])
def test_delays_grow_to_fifteen_minutes_and_are_told(app: Flask, anna: Editor, email: str) -> None:
    waits = []
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        for number in range(12):
            client = make_client(app)
            client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
            while True:
                answer = post(client, "/admin/sign-in/", email=email, password="x")
                if answer.status_code != 429:
                    break
                found = re.search(r"Wait\W+(\d+)\W+minute", answer.text)
                assert found, answer.text
                waits.append(int(found[1]))
                clock.shift(waits[-1] * 60)
                client.environ_base["REMOTE_ADDR"] = f"198.51.100.{100 + number}"
    assert waits == [1, 1, 2, 4, 8, 15, 15]


def test_a_right_sign_in_forgets_the_wrong_ones(app: Flask, anna: Editor) -> None:
    for _ in range(3):
        assert enter(make_client(app), anna.email, PASSWORD, "000000").status_code == 403
    assert enter(make_client(app), anna.email, PASSWORD, anna.code()).status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(RateLimit)) == 0


def test_nothing_is_kept_of_addresses_and_browsers(app: Flask, client: FlaskClient, anna: Editor) -> None:
    client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.7"
    assert post(client, "/admin/sign-in/", email="nobody@example.org", password="x").status_code == 303
    assert enter(client, anna.email, PASSWORD, anna.code()).status_code == 303
    db.session.rollback()
    rows = [db.session.execute(select(table)).all() for table in db.metadata.tables.values()]
    for mark in ("203.0.113.77", "140.7", "Mozilla", "nobody@"):
        assert mark not in str(rows)
    assert db.session.scalar(select(UserSession.device)) == "Firefox, Android"


def test_the_cookie_is_tied_to_this_host_and_out_of_reach(production: FlaskClient) -> None:
    cookie = production.get("/admin/sign-in/").headers["Set-Cookie"]
    assert cookie.startswith("__Host-wzo=")
    for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


def session_word(client: FlaskClient) -> str:
    with client.session_transaction(base_url="http://127.0.0.1:8000") as session:
        return str(session["_user_id"])


def test_the_session_is_known_by_a_random_word_of_which_the_hash_is_kept(client: FlaskClient, anna: Editor) -> None:
    enter(client, anna.email, PASSWORD, anna.code())
    word = session_word(client)
    assert len(word) == 43
    db.session.rollback()
    assert word.encode() not in db.session.scalars(select(UserSession.token_hash)).one()


def test_the_session_is_new_at_sign_in_and_when_the_factor_is_given_again(
    app: Flask, client: FlaskClient, anna: Editor
) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        enter(client, anna.email, PASSWORD, anna.code())
        first = session_word(client)
        clock.shift(16 * 60)
        assert client.get("/admin/account/password/").location == "/admin/factor/?next=/admin/account/password/"
        answer = post(client, "/admin/factor/?next=/admin/account/password/", factor_code=anna.code())
        assert answer.location == "/admin/account/password/"
        second = session_word(client)
        assert first != second
        assert client.get("/admin/account/password/").status_code == 200
        stolen = make_client(app)
        with stolen.session_transaction(base_url="http://127.0.0.1:8000") as session:
            session["_user_id"] = first
        assert not is_in(stolen)


def test_what_was_posted_goes_on_after_the_factor(client: FlaskClient, anna: Editor) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        enter(client, anna.email, PASSWORD, anna.code())
        clock.shift(16 * 60)
        new = "seven oars below the bridge"
        asked = post(client, "/admin/account/password/", old=PASSWORD, password=new)
        assert asked.status_code == 403
        assert f'name="password" value="{new}"' in asked.text
        wrong = post(client, "/admin/account/password/", old=PASSWORD, password=new, factor_code="123456")
        assert (wrong.status_code, "This is not right" in wrong.text.replace("\u00a0", " ")) == (403, True)
        sent = post(client, "/admin/account/password/", old=PASSWORD, password=new, factor_code=anna.code())
        assert sent.location == "/admin/account/"
        assert passwords.check_password(str(column("password_hash", anna.id)), new)


def test_it_ends_after_thirty_idle_minutes(client: FlaskClient, anna: Editor) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        enter(client, anna.email, PASSWORD, anna.code())
        for _ in range(3):
            clock.shift(29 * 60)
            assert is_in(client)
        clock.shift(30 * 60)
        assert not is_in(client)


def test_it_ends_after_eight_hours_at_most(client: FlaskClient, anna: Editor) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        enter(client, anna.email, PASSWORD, anna.code())
        for _ in range(23):
            clock.shift(20 * 60)
            assert is_in(client)
        clock.shift(20 * 60)
        assert not is_in(client)


def test_signing_out_clears_the_browser(app: Flask, client: FlaskClient, anna: Editor) -> None:
    enter(client, anna.email, PASSWORD, anna.code())
    answer = post(client, "/admin/sign-out/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not is_in(client)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0
    assert client.get("/admin/sign-out/").status_code == 405


def test_signing_in_and_out_and_failing_are_in_the_log_without_what_was_typed(app: Flask, anna: Editor) -> None:
    client = make_client(app)
    enter(client, "stranger@example.org", PASSWORD, "123456")
    enter(client, anna.email, "not the password at all", "123456")
    enter(client, anna.email, PASSWORD, anna.code())
    post(client, "/admin/sign-out/")
    db.session.rollback()
    entries = db.session.execute(select(AuditEntry.action, AuditEntry.user_id).order_by(AuditEntry.id)).all()
    assert [tuple(it) for it in entries] == [
        ("sign-in failed", None),
        ("sign-in failed", anna.id),
        ("signed in", anna.id),
        ("signed out", anna.id),
    ]
    assert "stranger" not in str(db.session.execute(select(AuditEntry)).all())
    assert "{}" in set(db.session.scalars(select(AuditEntry.details)))


def test_a_changed_password_voids_a_sign_in_that_was_begun_with_the_old_one(app: Flask, anna: Editor) -> None:
    client = make_client(app)
    post(client, "/admin/sign-in/", email=anna.email, password=PASSWORD)
    db.session.rollback()
    db.session.execute(update(User).values(password_hash=passwords.hash_password("another kettle sings at noon")))
    db.session.commit()
    assert post(client, "/admin/sign-in/code/", code=anna.code()).status_code == 403


def test_a_post_after_the_session_has_ended_loses_nothing(client: FlaskClient, anna: Editor) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        enter(client, anna.email, PASSWORD, anna.code())
        token = form_token(client)
        clock.shift(31 * 60)
        written = {"name": "Анна «А»\r\nи ещё", "zone": "Europe/Riga", "language": "en"}
        kept = client.post("/admin/account/?x=1", data={"csrf_token": token, **written})
        assert kept.status_code == 401
        assert "What you wrote is kept" in kept.text.replace("\u00a0", " ")
        letter = unescaped(kept.text, "letter")
        second = post(client, "/admin/sign-in/", email=anna.email, password=PASSWORD, letter=letter)
        assert second.status_code == 200
        wrong = post(client, "/admin/sign-in/code/", code="123456", letter=unescaped(second.text, "letter"))
        assert wrong.status_code == 403
        done = post(client, "/admin/sign-in/code/", code=anna.code(), letter=unescaped(wrong.text, "letter"))
        assert done.status_code == 200
        assert 'action="/admin/account/?x=1"' in done.text
        assert {name: unescaped(done.text, name) for name in written} == written
        sent = client.post("/admin/account/?x=1", data={"csrf_token": unescaped(done.text, "csrf_token"), **written})
        assert sent.location == "/admin/account/"
        assert column("zone", anna.id) == "Europe/Riga"


def unescaped(page: str, name: str) -> str:
    found = re.findall(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return html.unescape(found[-1])


def test_long_writing_survives_the_end_of_a_session_but_strangers_send_little(
    app: Flask, client: FlaskClient, anna: Editor
) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        enter(client, anna.email, PASSWORD, anna.code())
        token = form_token(client)
        clock.shift(31 * 60)
        long = {"csrf_token": token, "body": "слово " * 40_000}
        kept = client.post("/admin/account/", data=long)
        assert kept.status_code == 401
        letter = unescaped(kept.text, "letter")
        again = client.post(
            "/admin/sign-in/",
            data={"csrf_token": token, "letter": letter, "email": anna.email, "password": PASSWORD},
            content_type="multipart/form-data",
        )
        assert again.status_code == 200
    stranger = make_client(app)
    assert (
        stranger.post("/admin/sign-in/", data={"csrf_token": form_token(stranger), "letter": "x" * 70_000}).status_code
        == 413
    )
    assert stranger.post("/admin/account/", data={"body": "x" * 70_000}).status_code == 303


def test_what_is_carried_can_only_be_sent_into_the_panel(client: FlaskClient, anna: Editor) -> None:
    letter = '["https://evil.example/", [["a", "b"]], false]'
    post(client, "/admin/sign-in/", email=anna.email, password=PASSWORD)
    answer = post(client, "/admin/sign-in/code/", code=anna.code(), letter=letter)
    assert (answer.status_code, answer.location) == (303, "/admin/")


def test_forms_of_the_panel_come_from_its_own_pages(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    token = form_token(client)
    fields = {"csrf_token": token, "name": "Other", "language": "en", "zone": "UTC"}
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
