"""Authenticator and recovery codes: each is valid once, for its own editor only."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editors import PASSWORD, Editor, column, enter, form_token, make_editor, post
from tests.conftest import make_client
from wzo.accounts import two_factor
from wzo.accounts.models import RecoveryCode
from wzo.extensions import db


def test_it_never_accepts_a_time_step_twice(app: Flask, anna: Editor) -> None:
    code = anna.code()
    assert enter(make_client(app), anna.email, PASSWORD, code).status_code == 303
    assert enter(make_client(app), anna.email, PASSWORD, code).status_code == 403
    # Nor an earlier one than the last.
    assert enter(make_client(app), anna.email, PASSWORD, anna.code(-1)).status_code == 403


def test_it_accepts_a_code_once_if_it_is_sent_in_parallel(app: Flask, anna: Editor) -> None:
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
        responses = list(pool.map(send, clients))
    assert sorted(responses) == [303, 403, 403, 403]


def test_it_tolerates_clocks_that_are_half_a_minute_fast(
    app: Flask, anna: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No time step may end between generating and checking the codes.
    begun = time.time()
    monkeypatch.setattr(time, "time", lambda: begun)
    assert enter(make_client(app), anna.email, PASSWORD, anna.code(2)).status_code == 403
    assert enter(make_client(app), anna.email, PASSWORD, anna.code(1)).status_code == 303


def test_it_accepts_each_recovery_code_once_and_stores_only_hashes(app: Flask, anna: Editor) -> None:
    assert len(set(anna.codes)) == 10
    assert enter(make_client(app), anna.email, PASSWORD, anna.codes[3].lower()).status_code == 303
    assert enter(make_client(app), anna.email, PASSWORD, anna.codes[3]).status_code == 403
    assert enter(make_client(app), anna.email, PASSWORD, anna.codes[4]).status_code == 303
    db.session.rollback()
    kept = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(kept) == 10
    assert not any(code.replace("-", "").encode() in kept for code in anna.codes)


def test_it_refuses_the_code_of_another_editor(app: Flask, anna: Editor) -> None:
    other = make_editor()
    assert enter(make_client(app), anna.email, PASSWORD, other.codes[0]).status_code == 403
    assert enter(make_client(app), anna.email, PASSWORD, other.code()).status_code == 403


def test_it_encrypts_the_secret_at_rest(app: Flask, anna: Editor) -> None:
    ciphertext = column("totp_ciphertext", anna.id)
    assert isinstance(ciphertext, bytes)
    assert anna.secret.encode() not in ciphertext
    assert two_factor.encrypt_secret(anna.secret) != ciphertext
