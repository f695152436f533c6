"""Each key of the server: what its change costs while the old one is accepted, and what its loss costs."""

import csv
import dataclasses
import io
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from nacl.public import PrivateKey
from sqlalchemy import select

from tests.accounts.invitations import path_of
from tests.admin.editors import PASSWORD, Editor, enter, form_token, is_signed_in
from tests.admin.editors import anna as anna
from tests.conftest import CapturedEmails, RunWorker, make_client, private_key
from tests.donate.card.conftest import stripe as stripe
from tests.petition.signing import code, confirm, count, link, sign
from tests.stripe_server import StripeServer
from tests.wzo_offline.exports import run as run_tool
from wzo import create_app
from wzo.config import Settings, encode_key
from wzo.donate.card.queries import sum_card_donations
from wzo.extensions import db
from wzo.forms import form_token as public_form_token
from wzo.outbox import Job
from wzo.petition import puzzle
from wzo.petition.models import Petition

Change = Callable[..., Settings]


@pytest.fixture
def change(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Change:
    """Changes settings, as after a restart with another environment."""

    def to(**values: object) -> Settings:
        db.session.remove()
        changed = dataclasses.replace(settings, **values)  # type: ignore[arg-type]
        monkeypatch.setitem(app.extensions, "settings", changed)
        return changed

    return to


def new_key() -> bytes:
    return secrets.token_bytes(32)


def reencrypt(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["keys", "re-encrypt"])
    return result.exit_code, result.output


def make_due() -> None:
    """Jobs that failed are tried again later; here, at once."""
    db.session.rollback()
    for job in db.session.scalars(select(Job)):
        job.due_at = job.enqueued_at
    db.session.commit()


def test_it_rotates_the_outbox_key(
    app: Flask,
    client: FlaskClient,
    petition: Petition,
    settings: Settings,
    run_worker: RunWorker,
    emails: CapturedEmails,
    change: Change,
) -> None:
    """Jobs of before and after the change are run; `keys re-encrypt` makes the old key dispensable."""
    new = new_key()
    sign(client, email="before@example.org")
    change(outbox_key=new, outbox_key_old=settings.outbox_key)
    sign(client, email="after@example.org")
    run_worker()
    assert {email["To"] for email in emails.all()} == {"before@example.org", "after@example.org"}

    change()
    sign(client, email="later@example.org")
    change(outbox_key=new, outbox_key_old=settings.outbox_key)
    done, printed = reencrypt(app)
    assert (done, "1 re-encrypted, 0 had" in printed) == (0, True)
    assert "0 re-encrypted, 1 had" in reencrypt(app)[1]
    change(outbox_key=new)
    run_worker()
    assert emails.last()["To"] == "later@example.org"


def test_it_loses_nothing_without_the_outbox_key(
    app: Flask,
    client: FlaskClient,
    petition: Petition,
    settings: Settings,
    run_worker: RunWorker,
    emails: CapturedEmails,
    change: Change,
) -> None:
    """Nothing is lost before its time: what waits is kept, and done as soon as the key is found."""
    sign(client, email="before@example.org")
    change(outbox_key=new_key())
    run_worker()
    assert emails.all() == []
    failed, printed = reencrypt(app)
    assert (failed, "1 with an unknown key" in printed) == (1, True)
    change()
    make_due()
    run_worker()
    assert emails.last()["To"] == "before@example.org"


@pytest.mark.slow
def test_it_rotates_the_editors_key(app: Flask, anna: Editor, settings: Settings, change: Change) -> None:
    """Authenticators and recovery codes work with the old key; after `keys re-encrypt`, authenticators without."""
    new = new_key()
    change(editors_key=new, editors_key_old=settings.editors_key)
    for each in (anna.code(), anna.codes[0]):
        browser = make_client(app)
        assert enter(browser, anna.email, PASSWORD, each).status_code == 303
        assert is_signed_in(browser)
    done, printed = reencrypt(app)
    assert (done, "Authenticator secrets: 1 re-encrypted" in printed, "new ones" in printed) == (0, True, True)
    change(editors_key=new)
    assert enter(make_client(app), anna.email, PASSWORD, anna.codes[1]).status_code == 403
    assert enter(make_client(app), anna.email, PASSWORD, anna.code(1)).status_code == 303


def test_it_lets_editors_start_again_without_their_key(
    app: Flask, anna: Editor, settings: Settings, change: Change
) -> None:
    """No code is accepted; a link from `users reset` lets the editor start again."""
    change(editors_key=new_key())
    for each in (anna.code(), anna.codes[0]):
        assert enter(make_client(app), anna.email, PASSWORD, each).status_code == 403
    failed, printed = reencrypt(app)
    assert (failed, "1 with an unknown key" in printed) == (1, True)
    reset = app.test_cli_runner().invoke(args=["users", "reset", anna.email])
    assert make_client(app).get(path_of(reset.output)).status_code == 200


@contextmanager
def site(settings: Settings) -> Any:
    """The application with its settings from the start on, as Flask's own keys need it."""
    db.session.remove()
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()


def secret(settings: Settings, **values: str | None) -> AbstractContextManager[Flask]:
    changed: Any = values
    return site(dataclasses.replace(settings, **changed))


@pytest.mark.slow
def test_it_rotates_the_secret_key(
    app: Flask, anna: Editor, petition: Petition, settings: Settings, stripe: StripeServer
) -> None:
    """Open forms, sessions, puzzles and refunds continue while the old key is accepted, and end without it."""
    stripe_settings: Any = {name.lower(): value for name, value in stripe.settings.items()}
    settings = dataclasses.replace(settings, **stripe_settings)
    petition_id, donation = petition.id, stripe.begin(amount=2500)
    with site(settings) as before:
        browser = make_client(before)
        enter(browser, anna.email, PASSWORD, anna.code())
        token, form = form_token(browser), public_form_token("petition.sign")
        challenge = puzzle.create_challenge(petition_id, 1)
        assert [webhook(before, *stripe.sign(event)) for event in stripe.pay(donation)].count(400) == 0
    cookie = browser.get_cookie("wzo", domain="127.0.0.1")
    assert cookie

    for old, works in ((settings.secret_key, True), (None, False)):
        with secret(settings, secret_key="n" * 64, secret_key_old=old) as after:
            browser = make_client(after)
            browser.set_cookie("wzo", cookie.value, domain="127.0.0.1")
            assert is_signed_in(browser) is works
            if works:
                assert browser.post("/admin/help/end-tour", data={"csrf_token": token}).status_code != 400
            assert (sign_without_headers(after, form) != 403) is works
            assert puzzle._is_valid(petition_id, challenge) is works
            assert webhook(after, *stripe.sign(stripe.refund(donation, 500 if works else 900))) == 200
            assert sum_card_donations(date(2020, 1, 1), date(2099, 1, 1)) == {"EUR": 2000}


def webhook(app: Flask, body: bytes, header: str) -> int:
    client = make_client(app)
    client.environ_base.pop("HTTP_SEC_FETCH_SITE", None)
    return client.post("/donate/webhook", data=body, headers={"Stripe-Signature": header}).status_code


def sign_without_headers(app: Flask, token: str) -> int:
    client = make_client(app)
    client.environ_base.pop("HTTP_SEC_FETCH_SITE", None)
    return sign(client, form_token=token).status_code


@pytest.mark.slow
def test_it_rotates_the_organisers_key(
    app: Flask,
    client: FlaskClient,
    petition: Petition,
    settings: Settings,
    run_worker: RunWorker,
    emails: CapturedEmails,
    change: Change,
    tmp_path: Path,
) -> None:
    """Later signatures go to the new key, the export names each one's, and the tools take both private keys."""
    new, new_file, export = PrivateKey.generate(), tmp_path / "new.txt", tmp_path / "export.jsonl"
    new_file.write_text(encode_key(bytes(new)))
    for number in range(3):
        sign(client, email=f"{number}@example.org", network=f"10.0.{number}.1")
    run_worker()
    first, *others = [code(email) for email in emails.all()]
    confirm(first)
    change(signature_public_key=bytes(new.public_key))
    for it in others:
        confirm(it)
    assert app.test_cli_runner().invoke(args=["petition", "export", "mothers", str(export)]).exit_code == 0
    both = run_tool("unseal", private_key(settings), new_file, export)
    rows = list(csv.DictReader(io.StringIO(both.stdout)))
    assert sorted(row["email"] for row in rows) == [f"{number}@example.org" for number in range(3)], both.stderr
    for key in (private_key(settings), new_file):
        alone = run_tool("unseal", key, export)
        assert alone.returncode == 1
        assert "was sealed to another key (" in alone.stderr


def test_it_closes_signing_without_the_hmac_key(
    client: FlaskClient,
    petition: Petition,
    settings: Settings,
    run_worker: RunWorker,
    emails: CapturedEmails,
    change: Change,
) -> None:
    """It cannot be changed: signing closes by itself, what was signed stays, and the old key opens it again."""
    sign(client)
    run_worker()
    confirm(code(emails.last()))
    change(signature_hmac_key=new_key())
    assert sign(client, email="another@example.org").status_code == 503
    assert client.get("/en/petition/mothers/").status_code == 200
    assert count(client) == 1
    assert client.get(link(emails.last(), "w")).status_code in (404, 410)
    change()
    assert sign(client, email="another@example.org").status_code == 303
    assert client.get(link(emails.last(), "w")).status_code == 200


def test_it_rotates_the_secret_of_the_webhook(app: Flask, settings: Settings, stripe: StripeServer) -> None:
    """While Stripe signs with the old secret and the new one, either setting accepts its events."""
    values: Any = {name.lower(): value for name, value in stripe.settings.items()}
    old, new = values["stripe_webhook_secret"], "whsec_" + "n" * 32
    for used in (old, new):
        event = stripe.pay(stripe.begin(amount=100))[0]
        body, header = stripe.sign(event)
        second = stripe.sign(body, secret=new)[1].partition("v1=")[2]
        with site(dataclasses.replace(settings, **{**values, "stripe_webhook_secret": used})) as rotated:
            assert webhook(rotated, body, f"{header},v1={second}") == 200
            assert webhook(rotated, body, header) == (200 if used == old else 400)
