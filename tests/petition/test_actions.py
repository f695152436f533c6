"""The lifecycle of a signature: submitted, confirmed, counted, withdrawn, erased."""

import dataclasses
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.conftest import CapturedEmails, RunWorker, make_client
from tests.petition.signing import ANNA, code, confirm_named, count, link, sign, text
from wzo.extensions import db
from wzo.outbox import Job
from wzo.petition import actions, queries
from wzo.petition.mailboxes import EMAIL_INTERVAL
from wzo.petition.models import Mailbox, Petition, Signature, SignatureState
from wzo.petition.sending import LINK_LIFETIME
from wzo.worker import Worker

pytestmark = pytest.mark.usefixtures("petition")

# The connection pool has 15: on a busy machine, others would wait for one too long.
AT_ONCE = 12


def count_rows(model: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def in_parallel(app: Flask, times: int, act: Any) -> list[Any]:
    """Call `act` many times, in parallel, each time with its own client; returns the results."""
    threads = min(times, AT_ONCE)
    # All begin together.
    barrier = threading.Barrier(threads)
    with ThreadPoolExecutor(threads, initializer=barrier.wait) as executor:
        return list(executor.map(lambda number: act(make_client(app), number), range(times)))


def test_it_counts_a_signature_once_it_is_confirmed(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    assert sign(client).status_code == 303
    run_worker()
    assert count(client) == 0
    path = link(emails.last(), "c")
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 303
    assert count(client) == 1
    assert "Thank you" in client.get(path).text


def test_it_stores_nothing_readable_while_a_signature_is_pending(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client, show_name="y")
    run_worker()
    signature = db.session.scalars(select(Signature)).one()
    assert signature.state == SignatureState.PENDING
    assert (signature.sealed, signature.public_name) == (None, None)
    assert count_rows(Job) == 0


@pytest.mark.slow
@pytest.mark.parametrize("spelling", [ANNA["email"], None])
def test_it_treats_fifty_parallel_posts_of_one_address_as_one(
    app: Flask, client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, spelling: str | None
) -> None:
    def act(own: FlaskClient, number: int) -> int:
        local, domain = ("Anna", "aN.na")[number % 2], ("Gmail.com", "googlemail.COM", "gmail.com")[number % 3]
        email = spelling or f"{local}+{number}@{domain}"
        return sign(own, email=email, network=f"127.0.0.{number + 1}").status_code

    assert set(in_parallel(app, 50, act)) == {303}
    run_worker()
    assert count_rows(Signature) == 1
    assert len(emails.all()) == 1
    client.post(link(emails.last(), "c"))
    assert count(client) == 1


def test_it_processes_one_address_once_with_two_workers(
    app: Flask, client: FlaskClient, emails: CapturedEmails, database: str
) -> None:
    for _ in range(20):
        sign(client)

    def act(own: FlaskClient, number: int) -> None:
        with app.app_context():
            worker = Worker()
            while worker.run_once():
                pass

    in_parallel(app, 2, act)
    assert count_rows(Signature) == 1
    assert len(emails.all()) == 1
    assert count_rows(Job) == 0


def test_it_changes_nothing_on_get(client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails) -> None:
    sign(client)
    run_worker()
    for number in range(20):
        assert client.open(link(emails.last(), "c"), method="HEAD" if number % 2 else "GET").status_code == 200
    assert db.session.scalars(select(Signature.state)).one() == SignatureState.PENDING
    assert count(client) == 0


def test_it_counts_parallel_confirmations_once(
    app: Flask, client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client)
    run_worker()
    path = link(emails.last(), "c")
    assert set(in_parallel(app, 20, lambda own, _: own.post(path).status_code)) == {303}
    assert count(client) == 1
    assert client.get(path).text == client.get(path).text


@pytest.mark.parametrize("typed", [str, str.lower, lambda c: c.replace("-", " "), lambda c: f" {c.replace('-', '')}."])
def test_it_confirms_by_the_typed_code(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, app: Flask, typed: Any
) -> None:
    sign(client)
    run_worker()
    other_device = make_client(app)
    response = other_device.post("/en/petition/mothers/code", data={"code": typed(code(emails.last()))})
    assert response.status_code == 303
    assert "Thank you" in other_device.get(response.location).text
    assert count(client) == 1


@pytest.mark.parametrize("hide", [True, False])
def test_it_shows_a_name_only_after_its_owner_has_confirmed_it(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, hide: bool
) -> None:
    sign(client, name="Жанна д’Арк", show_name="y")
    run_worker()
    response = client.post("/en/petition/mothers/code", data={"code": code(emails.last())})
    page = client.get(response.location).text
    assert "Жанна" not in page
    # A button without the fields shows the name instead of confirming it.
    page = client.post(response.location).text
    assert "Жанна д’Арк" in page
    assert count(client) == 0
    fields = {"name": "Жанна д’Арк", "country": "RU"}
    client.post(response.location, data=fields if hide else {**fields, "show_name": "y"})
    assert count(client) == 1
    assert ("Жанна д’Арк" in client.get("/en/petition/mothers/").text) is not hide


def test_it_erases_a_withdrawn_signature(client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails) -> None:
    sign(client, show_name="y")
    run_worker()
    confirm_named(client, emails.last())
    assert "Анна Ахматова" in client.get("/en/petition/mothers/").text
    path = link(emails.last(), "w")
    assert "Withdraw" in client.get(path).text
    assert count(client) == 1
    for _ in range(2):
        assert client.post(path).status_code == 303
        assert "Everything has been erased" in client.get(path).text
    assert count(client) == 0
    assert count_rows(Signature) == 0
    assert "Анна Ахматова" not in client.get("/en/petition/mothers/").text


def test_it_lowers_the_count_once_for_parallel_withdrawals(
    app: Flask, client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client)
    run_worker()
    client.post(link(emails.last(), "c"))
    path = link(emails.last(), "w")
    in_parallel(app, 10, lambda own, _: own.post(path).status_code)
    assert count(client) == 0


@pytest.mark.slow
def test_it_lets_a_stranger_trigger_one_neutral_email_a_day(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    for _ in range(50):
        sign(client, email="victim@example.org")
    run_worker()
    email = emails.last()
    assert len(emails.all()) == 1
    for word in ("petition", "prison", "women", "sign"):
        assert word not in f"{email['From']} {email['Subject']} {text(email)}".lower()
    client.post(link(email, "n"))
    assert count_rows(Signature) == 0
    sign(client, email="victim@example.org")
    run_worker()
    assert len(emails.all()) == 1


def test_it_never_emails_a_blocked_address(client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails) -> None:
    sign(client)
    run_worker()
    client.post(link(emails.last(), "n"), data={"block": "y"})
    with time_machine.travel(time.time() + 30 * 24 * 3600):
        actions.prune()
        assert sign(client).status_code == 303
        run_worker()
    assert len(emails.all()) == 1
    assert count_rows(Signature) == 0


def test_it_delays_the_email_to_somebody_who_withdrew_and_signs_again_the_same_day(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client)
    run_worker()
    client.post(link(emails.last(), "w"))
    sign(client)
    run_worker()
    assert len(emails.all()) == 1
    with time_machine.travel(time.time() + EMAIL_INTERVAL.total_seconds() + 60):
        run_worker()
        assert len(emails.all()) == 2
        client.post(link(emails.last(), "c"))
    assert count(client) == 1


@pytest.mark.slow
def test_it_keeps_one_submission_waiting_however_often_it_is_posted(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client)
    run_worker()
    client.post(link(emails.last(), "w"))
    for number in range(30):
        sign(client, name=f"Anna {chr(65 + number % 26)}", network=f"127.0.0.{number + 1}")
        if number % 7 == 0:
            run_worker()
    run_worker()
    assert count_rows(Job) == 1
    with time_machine.travel(time.time() + EMAIL_INTERVAL.total_seconds() + 60):
        run_worker()
    assert len(emails.all()) == 2
    assert count_rows(Job) == 0


def test_it_sends_the_email_that_applies_the_next_day(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    now = time.time()
    with time_machine.travel(now) as clock:
        sign(client)
        run_worker()
        first = code(emails.last())
        clock.shift(EMAIL_INTERVAL.total_seconds() + 60)
        sign(client)
        run_worker()
        assert "still waiting" in text(emails.last())
        assert client.post("/en/petition/mothers/code", data={"code": first}).status_code == 422
        client.post(link(emails.last(), "c"))
        clock.shift(EMAIL_INTERVAL.total_seconds() + 60)
        sign(client)
        run_worker()
        assert "already confirmed" in text(emails.last())
        assert link(emails.last(), "w")
        assert count(client) == 1
    assert len(emails.all()) == 3


def test_it_explains_an_expired_link_and_sends_a_new_one(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    with time_machine.travel(time.time()) as clock:
        sign(client)
        run_worker()
        path = link(emails.last(), "c")
        clock.shift(LINK_LIFETIME.total_seconds() - 60)
        assert "Confirm your signature" in client.get(path).text
        clock.shift(61)
        assert "expired" in client.get(path).text
        response = client.post(path)
        assert response.location.endswith("/new")
        assert "Check your e\u2011mail" in client.get(response.location).text
        assert count(client) == 0
        run_worker()
        client.post(link(emails.last(), "c"))
        assert count(client) == 1
        assert client.get(path).status_code == 404


def test_it_lets_early_signers_confirm_after_the_petition_closed(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, petition: Petition
) -> None:
    sign(client)
    run_worker()
    petition.closed_on = actions.today()
    db.session.commit()
    assert sign(client, email="late@example.org").status_code == 410
    client.post(link(emails.last(), "c"))
    assert count(client) == 1


def test_it_erases_signatures_that_were_never_confirmed(client: FlaskClient, run_worker: RunWorker) -> None:
    sign(client)
    run_worker()
    with time_machine.travel(time.time() + 9 * 24 * 3600):
        actions.prune()
    assert count_rows(Signature) == 0
    assert count_rows(Mailbox) == 0


@pytest.mark.slow
def test_it_keeps_the_public_count_equal_to_the_recount(
    app: Flask, client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, petition: Petition
) -> None:
    for number in range(30):
        sign(client, email=f"person{number}@example.org", network=f"127.0.0.{number + 1}")
    run_worker()
    sent = emails.all()
    in_parallel(app, 30, lambda own, number: own.post(link(sent[number], "c")))
    in_parallel(app, 10, lambda own, number: own.post(link(sent[number], "w")))
    db.session.rollback()
    assert count(client) == queries.recount(petition.id) == 20


def test_it_accepts_no_signature_with_another_key(
    app: Flask, client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(client)
    sign(client, email="waits@example.org")
    settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, signature_hmac_key=b"x" * 32))
    assert sign(client).status_code == 503
    assert client.get("/en/petition/mothers/").status_code == 200
    run_worker()
    assert (count_rows(Signature), count_rows(Job)) == (0, 2)
    monkeypatch.setitem(app.extensions, "settings", settings)
    with time_machine.travel(time.time() + 120):
        run_worker()
    assert count_rows(Signature) == 2


def test_it_accepts_no_signature_without_a_key(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        app.extensions, "settings", dataclasses.replace(app.extensions["settings"], signature_public_key=None)
    )
    response = sign(client)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "Signing does not work at the moment" in response.text
    assert count_rows(Job) == 0


@pytest.mark.parametrize(("seconds", "counts"), [(48 * 3600 - 1, 1), (48 * 3600, 0)])
@pytest.mark.parametrize("method", ["link", "code"])
def test_it_accepts_a_code_for_forty_eight_hours(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, seconds: int, counts: int, method: str
) -> None:
    with time_machine.travel("2026-11-24 12:00Z", tick=False) as clock:
        sign(client)
        clock.shift(3600)
        # The time starts with the e-mail, not with the form.
        run_worker()
        clock.shift(seconds)
        if method == "link":
            client.post(link(emails.last(), "c"))
        else:
            client.post("/en/petition/mothers/code", data={"code": code(emails.last())})
        assert count(client) == counts
        assert count_rows(Signature) == 1


@pytest.mark.parametrize(("seconds", "number"), [(24 * 3600 - 1, 1), (24 * 3600, 2)])
def test_it_sends_one_email_per_address_in_twenty_four_hours(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, seconds: int, number: int
) -> None:
    with time_machine.travel("2026-11-24 12:00Z", tick=False) as clock:
        sign(client)
        run_worker()
        clock.shift(seconds)
        sign(client)
        run_worker()
        assert len(emails.all()) == number


@pytest.mark.parametrize(("days", "remaining"), [(7, 1), (8, 0)])
def test_it_stores_a_pending_signature_for_seven_days(
    client: FlaskClient, run_worker: RunWorker, days: int, remaining: int
) -> None:
    with time_machine.travel("2026-11-24 12:00Z", tick=False) as clock:
        sign(client)
        run_worker()
        clock.shift(days * 24 * 3600)
        actions.prune()
        assert count_rows(Signature) == remaining


@pytest.mark.parametrize(("days", "remaining"), [(2, 1), (3, 0)])
def test_it_remembers_an_address_for_two_days(
    client: FlaskClient, run_worker: RunWorker, days: int, remaining: int
) -> None:
    with time_machine.travel("2026-11-24 12:00Z", tick=False) as clock:
        sign(client)
        run_worker()
        clock.shift(days * 24 * 3600)
        actions.prune()
        assert count_rows(Mailbox) == remaining


def test_it_never_prunes_a_confirmed_signature(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    with time_machine.travel("2026-11-24 12:00Z", tick=False) as clock:
        sign(client)
        run_worker()
        client.post(link(emails.last(), "c"))
        clock.shift(900 * 24 * 3600)
        actions.prune()
        assert (count_rows(Signature), count(client)) == (1, 1)


def test_it_sends_no_new_email_after_the_petition_has_closed(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, petition: Petition
) -> None:
    with time_machine.travel("2026-11-24 12:00Z", tick=False) as clock:
        sign(client)
        run_worker()
        path = link(emails.last(), "c")
        clock.shift(49 * 3600)
        petition.closed_on = actions.today()
        db.session.commit()
        assert client.post(path).status_code == 410
        run_worker()
        assert (len(emails.all()), count_rows(Job), count(client)) == (1, 0, 0)
        petition.closed_on = None
        db.session.commit()
        assert client.post(path).status_code == 303
        run_worker()
        assert len(emails.all()) == 2


def test_it_lets_signers_withdraw_after_the_petition_has_closed(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, petition: Petition
) -> None:
    sign(client)
    run_worker()
    client.post(link(emails.last(), "c"))
    petition.closed_on = actions.today()
    db.session.commit()
    client.post(link(emails.last(), "w"))
    assert (count_rows(Signature), count(client)) == (0, 0)
