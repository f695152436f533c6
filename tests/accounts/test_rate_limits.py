"""Rate limits on guessing."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.admin.editors import PASSWORD, Editor, enter, form_token, post
from tests.conftest import make_client
from wzo.accounts import rate_limits
from wzo.accounts.models import RateLimit
from wzo.accounts.rate_limits import FIRST_PAUSE, FREE_ATTEMPTS, MAX_PAUSE, RateLimited
from wzo.extensions import db, write_transaction
from wzo.worker import CLEANUP_INTERVAL


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["password", "code"])
def test_it_checks_five_of_fifty_parallel_guesses(app: Flask, anna: Editor, stage: str) -> None:
    ready = []
    for number in range(50):
        client = make_client(app)
        client.environ_base["REMOTE_ADDR"] = f"198.51.{number}.1"
        ready.append((client, form_token(client)))
    if stage == "code":
        # One browser's cookie, copied: an attacker past the first page tries many codes.
        first, _ = ready[0]
        post(first, "/admin/sign-in/", email=anna.email, password=PASSWORD)
        with first.session_transaction(base_url="http://127.0.0.1:8000") as session:
            first_session = dict(session)
        for client, _ in ready:
            with client.session_transaction(base_url="http://127.0.0.1:8000") as session:
                session.update(first_session)
        ready = [(client, form_token(client)) for client, _ in ready]
    path = "/admin/sign-in/" if stage == "password" else "/admin/sign-in/code/"
    fields = {"email": anna.email, "password": "wrong wrong wrong"} if stage == "password" else {"code": "123456"}

    def guess(it: tuple[FlaskClient, str]) -> int:
        return it[0].post(path, data={"csrf_token": it[1], **fields}).status_code

    with ThreadPoolExecutor(25) as pool:
        responses = list(pool.map(guess, ready))
    assert len([it for it in responses if it != 429]) == 5
    assert set(responses) <= {303, 403, 429}


def test_it_limits_guesses_by_source_too(app: Flask, anna: Editor) -> None:
    client = make_client(app)
    for number in range(5):
        assert post(client, "/admin/sign-in/", email=f"{number}@example.org", password="x").status_code == 303
    assert post(client, "/admin/sign-in/", email=anna.email, password=PASSWORD).status_code == 429
    elsewhere = make_client(app)
    elsewhere.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert enter(elsewhere, anna.email, PASSWORD, anna.code()).status_code == 303


def test_it_takes_the_last_forwarded_address_as_the_source(production_client: FlaskClient, anna: Editor) -> None:
    token = re.search(r'name="csrf_token" value="([^"]*)"', production_client.get("/admin/sign-in/").text)
    assert token
    for number in range(6):
        response = production_client.post(
            "/admin/sign-in/",
            data={"csrf_token": token[1], "email": f"{number}@example.org", "password": "x"},
            headers={"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.9", "Referer": "https://wps.example.org/"},
        )
    assert response.status_code == 429


@pytest.mark.slow
@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org"])
def test_it_announces_delays_that_grow_to_fifteen_minutes(app: Flask, anna: Editor, email: str) -> None:
    waits = []
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        for number in range(12):
            client = make_client(app)
            client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
            while True:
                response = post(client, "/admin/sign-in/", email=email, password="x")
                if response.status_code != 429:
                    break
                found = re.search(r"Wait\W+(\d+)\W+minute", response.text)
                assert found, response.text
                waits.append(int(found[1]))
                clock.shift(waits[-1] * 60)
                client.environ_base["REMOTE_ADDR"] = f"198.51.100.{100 + number}"
    assert waits == [1, 1, 2, 4, 8, 15, 15]


def test_it_resets_after_a_successful_sign_in(app: Flask, anna: Editor) -> None:
    for _ in range(3):
        assert enter(make_client(app), anna.email, PASSWORD, "000000").status_code == 403
    assert enter(make_client(app), anna.email, PASSWORD, anna.code()).status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(RateLimit)) == 0


NOON = "2026-11-24 12:00"


def guess(email: str = "a@example.org", network: str = "198.51.100.1", purpose: str = "password") -> int:
    """Make a guess; returns the minutes to wait, or 0 if it was checked."""
    try:
        rate_limits.hit(rate_limits.sign_in_keys(purpose, email=email, network=network, device=None))
    except RateLimited as pause:
        return pause.minutes
    return 0


def rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(RateLimit)) or 0


def test_it_refuses_no_attempt_for_another_at_the_same_moment(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert guess() == 0
        # It took the time before the other, and got the lock after it.
        clock.shift(-0.01)
        assert guess() == 0


def test_it_delays_guesses_for_exactly_the_announced_time(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert [guess() for _ in range(FREE_ATTEMPTS)] == [0] * FREE_ATTEMPTS
        assert guess() == 1
        for pause in (30, 60, 120, 240, 480, 900, 900):
            clock.shift(pause - 1)
            assert guess() == 1
            clock.shift(1)
            assert guess() == 0
            assert guess() == -(-min(2 * pause, MAX_PAUSE) // 60)
    assert (FREE_ATTEMPTS, FIRST_PAUSE, MAX_PAUSE) == (5, 30, 15 * 60)


def test_it_does_not_extend_the_delay_after_a_refused_guess(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(FREE_ATTEMPTS + 20):
            guess()
        clock.shift(FIRST_PAUSE)
        assert guess() == 0


@pytest.mark.parametrize(("quiet", "pauses"), [(45 * 60, True), (45 * 60 + 1, False)])
def test_it_resets_after_a_quiet_period(app: Flask, quiet: int, pauses: bool) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(FREE_ATTEMPTS):
            guess()
        clock.shift(quiet)
        assert guess() == 0
        assert bool(guess()) is pauses


@pytest.mark.parametrize(("seconds", "left"), [(45 * 60, 2), (45 * 60 + 1, 0)])
def test_it_erases_counters_within_an_hour(app: Flask, seconds: int, left: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        guess()
        clock.shift(seconds)
        rate_limits.prune()
        assert rows() == left
    # The worker prunes every quarter of an hour.
    assert CLEANUP_INTERVAL <= 15 * 60


def test_it_counts_each_purpose_account_and_source_separately(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        for number in range(FREE_ATTEMPTS):
            guess(network=f"198.51.100.{number}")
        assert guess(network="203.0.113.1") > 0
        assert guess(network="203.0.113.2", purpose="code") == 0
        assert guess("b@example.org", network="203.0.113.3") == 0
        with write_transaction():
            keys = rate_limits.sign_in_keys("password", email="a@example.org", network="203.0.113.4", device=None)
            rate_limits.reset(keys)
        assert guess(network="203.0.113.5") == 0
