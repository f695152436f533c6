"""Codes of the second factor: each once, and nobody else's."""

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
    assert two_factor.encrypt_secret(anna.secret) != box
