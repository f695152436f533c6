"""Destroying the data of a closed petition that are no longer needed."""

import secrets
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from tests.admin.editors import send
from tests.admin.petition.test_views import log, path_of
from tests.browser.traces import encodings
from tests.conftest import CapturedEmails, RunWorker, SignIn
from tests.disk import database_files
from tests.factories import PetitionFactory
from tests.petition.signing import add_confirmed, confirm_named, count, link, sign
from wzo import outbox
from wzo.extensions import db, write_transaction
from wzo.petition import retention
from wzo.petition.actions import erase_signature, submit_signature
from wzo.petition.admission import Attempt
from wzo.petition.export import export_lines
from wzo.petition.models import Mailbox, Petition, Retention, Signature
from wzo.petition.queries import count_by_day, get_count, recount
from wzo.petition.retention import get_remaining

PEOPLE = 24
BLOCKER = "blocks@example.org"


def address(number: int) -> str:
    return f"marked-person-{number}@example.org"


def submit(petition: Petition, email: str, name: str = "Anna", *, show_name: bool = False) -> None:
    """Submit a signature, each time from another network."""
    submit_signature(
        slug=petition.slug,
        language="en",
        name=name,
        email=email,
        country="",
        show_name=show_name,
        wants_news=False,
        attempt=Attempt(network_bucket=secrets.randbelow(2**16)),
    )


def sign_and_confirm(petition: Petition, client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails) -> None:
    """Half of the people confirm, every other one of them with a public name; one blocks further e-mails."""
    for number in range(PEOPLE):
        submit(petition, address(number), f"Marked Name {number}", show_name=number % 2 == 1)
    submit(petition, BLOCKER)
    run_worker()
    for email in emails.all():
        if email["To"] == BLOCKER:
            client.post(link(email, "n"), data={"block": "y"})
        elif (number := int(str(email["To"]).split("@")[0].split("-")[2])) < PEOPLE // 2:
            confirm_named(client, email, f"Marked Name {number}", show_name="y" if number % 2 else "")


def close(petition: Petition) -> None:
    db.session.rollback()
    petition.closed_on = date(2026, 11, 1)
    db.session.commit()


def destroy(app: Flask, *options: str) -> Any:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["petition", "retention", "mothers", *options])


def stored_values() -> dict[str, bytes]:
    """Everything in the database that belongs to a signer."""
    db.session.rollback()
    values = {}
    for number, row in enumerate(db.session.scalars(select(Signature))):
        for column in ("email_hash", "link_hash", "code_hash", "link_ciphertext", "pending_ciphertext", "sealed"):
            values[f"{column} {number}"] = getattr(row, column)
        values[f"public_name {number}"] = (row.public_name or "").encode()
    for number, mailbox in enumerate(db.session.scalars(select(Mailbox).where(Mailbox.blocked.is_(False)))):
        values[f"mailbox {number}"] = mailbox.email_hash
    for number, job in enumerate(db.session.scalars(select(outbox.Job))):
        values[f"job {number}"] = job.payload or b""
    return {name: value for name, value in values.items() if value}


def found_on_disk(values: dict[str, bytes]) -> set[str]:
    """The kinds of values that the database's files contain."""
    contents = [file.read() for file in database_files(checkpoint=False)]
    return {name.split()[0] for name, value in values.items() if any(value in content for content in contents)}


@pytest.mark.slow
def test_it_destroys_everything_but_the_count_and_leaves_nothing_on_the_disk(
    app: Flask, client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign_and_confirm(petition, client, run_worker, emails)
    submit(petition, address(0), "Waits in the outbox")
    values = stored_values()
    database_files()
    assert found_on_disk(values) >= {"email_hash", "sealed", "public_name", "pending_ciphertext", "mailbox"}
    close(petition)
    days = [tuple(row) for row in count_by_day(petition.id)]
    assert "Nothing has been destroyed" in destroy(app, "--stage", "everything").output
    assert get_remaining(petition.id).confirmed == PEOPLE // 2
    result = destroy(app, "--stage", "everything", "--yes")
    assert result.exit_code == 0, result.output
    assert found_on_disk(values) == set()
    plain = {f"{n} {form}": raw for n in range(PEOPLE) for form, raw in encodings(address(n)).items()}
    assert found_on_disk(plain | {f"name {n}": f"Marked Name {n}".encode() for n in range(PEOPLE)}) == set()
    assert tuple(get_remaining(petition.id)) == (0, 0, 0, 0)
    assert count(client) == recount(petition.id) == PEOPLE // 2
    assert [tuple(row) for row in count_by_day(petition.id)] == days
    assert db.session.scalars(select(Mailbox.blocked)).all() == [True]
    assert db.session.scalar(select(func.count()).select_from(outbox.Job)) == 0
    assert "public count 12, recount 12" in app.test_cli_runner().invoke(args=["petition", "recount"]).output


@pytest.mark.slow
def test_it_destroys_the_hashes_first_and_keeps_what_the_organisers_can_open(
    app: Flask, client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign_and_confirm(petition, client, run_worker, emails)
    hashes = {name: value for name, value in stored_values().items() if name.split()[0] in ("email_hash", "mailbox")}
    close(petition)
    assert destroy(app, "--yes").exit_code == 0
    assert found_on_disk(hashes) == set()
    assert tuple(get_remaining(petition.id)) == (0, 0, PEOPLE // 2, PEOPLE // 4)
    assert len(list(export_lines(petition.id))) == PEOPLE // 2
    assert count(client) == recount(petition.id) == PEOPLE // 2


@pytest.mark.slow
def test_it_keeps_public_names_if_ordered_to_and_erases_them_later(
    app: Flask, client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign_and_confirm(petition, client, run_worker, emails)
    close(petition)
    assert destroy(app, "--stage", "signatures", "--yes").exit_code == 0
    assert "Marked Name 1" in client.get("/en/petition/mothers/").text
    assert list(export_lines(petition.id)) == []
    assert tuple(get_remaining(petition.id))[2:] == (PEOPLE // 4, PEOPLE // 4)
    assert count(client) == recount(petition.id) == PEOPLE // 2
    assert "More than that" in destroy(app, "--yes").output
    assert destroy(app, "--stage", "everything", "--yes").exit_code == 0
    assert "Marked Name" not in client.get("/en/petition/mothers/").text
    assert count(client) == recount(petition.id) == PEOPLE // 2


@pytest.mark.slow
def test_it_keeps_the_mailboxes_and_signatures_of_other_petitions(
    app: Flask, client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign_and_confirm(petition, client, run_worker, emails)
    shared = db.session.scalars(select(Signature.email_hash).where(Signature.email_hash.is_not(None))).first()
    other = PetitionFactory(slug="other")
    (theirs,) = add_confirmed(other, date(2026, 11, 20))
    db.session.execute(update(Signature).where(Signature.id == theirs).values(email_hash=shared))
    db.session.commit()
    submit(other, "other@example.org")
    close(petition)
    assert destroy(app, "--stage", "everything", "--yes").exit_code == 0
    db.session.rollback()
    assert db.session.scalars(select(Mailbox.email_hash).where(Mailbox.blocked.is_(False))).all() == [shared]
    assert tuple(get_remaining(other.id)) == (1, 0, 1, 0)
    run_worker()
    assert emails.last()["To"] == "other@example.org"


@pytest.mark.slow
def test_it_continues_after_it_was_killed(
    app: Flask, petition: Petition, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_confirmed(petition, today, 10)
    close(petition)
    monkeypatch.setattr(retention, "BATCH", 3)
    monkeypatch.setattr(retention, "MAX_DURATION", -1)
    retention.order(petition_id=petition.id, stage=Retention.ERASE_EVERYTHING)
    left = []
    for _ in range(9):
        # A turn that is over after its first batch, as if it had been killed there.
        retention.carry_out_orders()
        db.session.rollback()
        left.append((get_remaining(petition.id).hashes, get_remaining(petition.id).confirmed))
        assert get_count(petition.id, None).confirmed == recount(petition.id) == 10
    assert left[:4] == [(7, 10), (4, 10), (1, 10), (0, 10)]
    assert left[-1] == (0, 0)
    db.session.refresh(petition)
    assert petition.retention_done_on == today


def test_it_destroys_nothing_of_an_open_petition(app: Flask, petition: Petition, today: date) -> None:
    add_confirmed(petition, today, 2)
    result = destroy(app, "--yes")
    assert result.exit_code != 0
    assert "Close it first" in result.output
    assert tuple(get_remaining(petition.id)) == (2, 0, 2, 0)


def test_it_stores_nothing_of_those_who_signed_just_before_the_end(
    app: Flask, client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client)
    close(petition)
    with write_transaction():
        # As if the web server were slower than the command.
        db.session.execute(
            update(Petition).values(retention=Retention.ERASE_HASHES, retention_done_on=date(2026, 11, 2))
        )
    run_worker()
    assert emails.all() == []
    assert tuple(get_remaining(petition.id)) == (0, 0, 0, 0)
    assert db.session.scalar(select(func.count()).select_from(outbox.Job)) == 0


@pytest.mark.slow
def test_it_lets_people_withdraw_without_a_hash_and_explains_itself_afterwards(
    app: Flask, client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    sign(client)
    sign(client, email="bella@example.org")
    run_worker()
    anna, bella = emails.all()
    for email in (anna, bella):
        client.post(link(email, "c"))
    assert "never write to this address" in client.get(link(anna, "n")).text.replace("\xa0", " ")
    close(petition)
    assert destroy(app, "--yes").exit_code == 0
    assert "never write to this address" not in client.get(link(anna, "n")).text.replace("\xa0", " ")
    client.post(link(anna, "w"))
    assert count(client) == recount(petition.id) == 1
    assert destroy(app, "--stage", "everything", "--yes").exit_code == 0
    for kind in "wn":
        page = client.get(link(bella, kind))
        assert page.status_code == 200
        assert "after a petition has closed" in page.text.replace("\xa0", " ")
    erase_signature(secrets.randbits(63), block=True)
    assert count(client) == recount(petition.id) == 1


@pytest.mark.slow
def test_it_can_be_ordered_in_the_panel_by_typing_the_slug(
    client: FlaskClient, petition: Petition, sign_in: SignIn, today: date
) -> None:
    sign_in(client, "administrator")
    add_confirmed(petition, today, 2)
    page = path_of(petition, "retention/")
    assert 'name="confirmation"' not in client.get(page).text
    close(petition)
    assert send(client, page, page, stage="hashes", confirmation="mother").status_code == 422
    assert send(client, page, page, stage="nonsense", confirmation="mothers").status_code == 422
    assert log() == []
    assert send(client, page, page, stage="hashes", confirmation="mothers").status_code == 303
    assert log() == [("destroy-signatures", {"stage": "hashes"})]
    assert "is destroying" in client.get(page).text.replace("\xa0", " ")
    retention.carry_out_orders()
    assert "The chosen data were destroyed" in client.get(page).text.replace("\xa0", " ")
    assert get_remaining(petition.id).hashes == 0
    assert send(client, page, path_of(petition, "reopen/")).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Petition, petition.id).closed_on is not None
    assert f"/{petition.id}/reopen/" not in client.get(path_of(petition)).text


def test_it_waits_for_the_petition_to_be_closed_in_the_panel(
    client: FlaskClient, petition: Petition, sign_in: SignIn, today: date
) -> None:
    sign_in(client, "administrator")
    add_confirmed(petition, today - timedelta(1), 2)
    page = path_of(petition, "retention/")
    send(client, path_of(petition), page, stage="everything", confirmation="mothers")
    retention.carry_out_orders()
    assert tuple(get_remaining(petition.id)) == (2, 0, 2, 0)
    assert log() == []
