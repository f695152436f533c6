"""The petition as editors see it."""

import csv
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from tests.admin.editors import own_token, send
from tests.conftest import CapturedEmails, RunWorker, SignIn, private_key
from tests.petition.signing import add_confirmed, confirm_named, sign
from tests.wzo_offline.test_sealed_export import unseal
from wzo import mail, outbox
from wzo.accounts.models import Role
from wzo.admin.access import requirement_of
from wzo.audit import AuditEntry
from wzo.clock import now
from wzo.config import Settings
from wzo.extensions import db, write_transaction
from wzo.petition.models import Petition, SignatureCount


def path_of(petition: Petition, more: str = "") -> str:
    return f"/admin/petition/{petition.id}/{more}"


def log() -> list[tuple[str, dict[str, object]]]:
    """The actions in the audit log with their details."""
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.action, json.loads(entry.details)) for entry in entries]


def test_it_shows_counts_per_day_and_never_who_signed(
    client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails, sign_in: SignIn
) -> None:
    sign(client, show_name="y")
    sign(client, name="Bella", email="bella@example.org")
    run_worker()
    confirm_named(client, emails.all()[0])
    sign_in(client, "administrator")
    for path in ("/admin/petition/", path_of(petition), path_of(petition, "?days=all&count=again")):
        page = client.get(path).text
        assert "Mothers do not belong in prison" in page
        for secret in ("Ахматова", "Bella", "example.org", "Russia"):
            assert secret not in page
    page = client.get(path_of(petition)).text
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["1", "1", "100"]


@pytest.mark.parametrize(("days", "bars"), [("30", 30), ("90", 90), ("nonsense", 30)])
def test_it_draws_the_numbers_of_the_table(
    client: FlaskClient, petition: Petition, sign_in: SignIn, days: str, bars: int, today: date
) -> None:
    add_confirmed(petition, today, 3)
    add_confirmed(petition, today - timedelta(2), 6)
    sign_in(client, "writer")
    page = client.get(path_of(petition, f"?days={days}")).text.partition("</figure>")[0]
    heights = [float(height) for height in re.findall(r'class="bar".*?height="([\d.]+)"', page)]
    table = [int(number) for number in re.findall(r'<td class="amount">(\d+)</td>', page)]
    assert len(table) == page.count('class="slot"') == bars
    assert [number for number in reversed(table) if number] == [6, 3]
    assert heights == [240, 120]


def test_it_shows_a_long_period_by_week(client: FlaskClient, petition: Petition, sign_in: SignIn, today: date) -> None:
    add_confirmed(petition, today - timedelta(400), 2)
    add_confirmed(petition, today, 1)
    sign_in(client, "writer")
    page = client.get(path_of(petition, "?days=all")).text
    assert "Signatures by week" in page
    assert "3 signatures in this period" in page


def test_it_recounts(client: FlaskClient, petition: Petition, sign_in: SignIn, today: date) -> None:
    add_confirmed(petition, today, 2)
    sign_in(client, "writer")
    assert "The public count is correct" in client.get(path_of(petition, "?count=again")).text
    db.session.execute(update(SignatureCount).values(confirmed=5))
    db.session.commit()
    assert "2, but the public count says 5" in client.get(path_of(petition, "?count=again")).text


def test_it_exports_what_only_the_organisers_can_open(
    client: FlaskClient, petition: Petition, sign_in: SignIn, settings: Settings, tmp_path: Path
) -> None:
    add_confirmed(petition, date(2026, 11, 20), 2, name="Анна")
    sign_in(client, "administrator")
    response = send(client, path_of(petition), path_of(petition, "export/"))
    assert response.headers["Content-Disposition"] == "attachment; filename=signatures-mothers.jsonl"
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    export = tmp_path / "export.jsonl"
    export.write_bytes(response.data)
    assert "Анна" not in response.text
    rows = list(csv.DictReader(io.StringIO(unseal(private_key(settings), export).stdout)))
    assert [(row["name"], row["confirmed_on"]) for row in rows] == [("Анна", "2026-11-20")] * 2
    assert len({row["receipt"] for row in rows}) == 2
    assert log() == [("export-signatures", {"number": 2})]


def test_it_exports_the_same_file_as_the_command(
    app: Flask, client: FlaskClient, petition: Petition, sign_in: SignIn, tmp_path: Path, today: date
) -> None:
    add_confirmed(petition, today, 3)
    sign_in(client, "administrator")
    response = send(client, path_of(petition), path_of(petition, "export/"))
    app.test_cli_runner().invoke(args=["petition", "export", "mothers", str(tmp_path / "export.jsonl")])
    assert response.data == (tmp_path / "export.jsonl").read_bytes()


def test_it_closes_and_reopens(client: FlaskClient, petition: Petition, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = path_of(petition)
    for _ in range(2):
        assert send(client, page, path_of(petition, "close/")).status_code == 303
    assert "The petition is closed" in client.get("/en/petition/mothers/").text
    assert sign(client).status_code == 410
    for _ in range(2):
        assert send(client, page, path_of(petition, "reopen/")).status_code == 303
    assert sign(client).status_code == 303
    assert log() == [("close-petition", {}), ("reopen-petition", {})]


def test_it_pauses_and_resumes(client: FlaskClient, petition: Petition, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = path_of(petition)
    for _ in range(2):
        assert send(client, page, path_of(petition, "pause/")).status_code == 303
    assert sign(client).status_code == 503
    for _ in range(2):
        assert send(client, page, path_of(petition, "resume/")).status_code == 303
    assert sign(client).status_code == 303
    assert log() == [("pause-petition", {}), ("resume-petition", {})]


def test_it_ends_a_pause_by_closing(client: FlaskClient, petition: Petition, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    for action in ("pause", "close", "pause", "resume", "reopen"):
        assert send(client, path_of(petition), path_of(petition, f"{action}/")).status_code == 303
    assert sign(client).status_code == 303
    assert [action for action, _ in log()] == ["pause-petition", "close-petition", "reopen-petition"]


@pytest.mark.parametrize(
    ("action", "role", "factor"),
    [
        ("index", Role.WRITER, False),
        ("show", Role.WRITER, False),
        ("close", Role.PUBLISHER, True),
        ("reopen", Role.PUBLISHER, True),
        ("pause", Role.PUBLISHER, True),
        ("resume", Role.PUBLISHER, True),
        ("export", Role.ADMINISTRATOR, True),
        ("preview", Role.ADMINISTRATOR, True),
        ("invalidate", Role.ADMINISTRATOR, True),
        ("dismiss", Role.ADMINISTRATOR, False),
        ("retry", Role.ADMINISTRATOR, False),
    ],
)
def test_it_requires_a_role_and_the_second_factor(app: Flask, action: str, role: Role, factor: bool) -> None:
    need = requirement_of(app, f"admin.petition.{action}")
    assert (need.role, need.recent_second_factor) == (role, factor)


@pytest.mark.parametrize("action", ["close", "reopen", "pause", "resume", "export", "preview", "invalidate"])
def test_it_refuses_a_writer(client: FlaskClient, petition: Petition, sign_in: SignIn, action: str) -> None:
    sign_in(client, "writer")
    page = client.get(path_of(petition)).text
    assert f"/{action}/" not in page
    assert client.get(path_of(petition, "invalidate/")).status_code == 403
    response = client.post(
        path_of(petition, f"{action}/"), data={"csrf_token": own_token(client), "first": "2026-11-01"}
    )
    assert response.status_code == 403
    assert log() == []


def test_it_responds_not_found_to_an_unknown_petition(client: FlaskClient, petition: Petition, sign_in: SignIn) -> None:
    sign_in(client, "administrator")
    for action in ("", "invalidate/"):
        assert client.get(f"/admin/petition/{petition.id + 1}/{action}").status_code == 404


pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_database]


def enqueue_email(to: str = "anna@example.org") -> None:
    with write_transaction():
        mail.enqueue(to=to, subject="Hello", text="Hello")


def test_it_shows_how_many_emails_wait_and_for_how_long(client: FlaskClient, sign_in: SignIn) -> None:
    assert outbox.get_backlog(mail.JOB_KIND) == outbox.Backlog(0, None)
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        enqueue_email("first@example.org")
        first = now()
    with time_machine.travel("2026-11-24T15:00:00Z", tick=False):
        enqueue_email("second@example.org")
        assert outbox.get_backlog(mail.JOB_KIND) == outbox.Backlog(2, first)
        sign_in(client, "writer")
        page = client.get("/admin/petition/").text.replace("\xa0", " ")
    assert "2 e\u2011mails are waiting to be sent." in page
    assert "The oldest has been waiting for 3 hours." in page
    assert "example.org" not in page


def test_it_lets_an_administrator_dismiss_refused_emails(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    enqueue_email()
    with write_transaction():
        for _ in range(2):
            db.session.add(outbox.Job(kind="mail", failure="550", failed_on=date(2026, 11, 20)))
    sign_in(client, "administrator")
    page = "/admin/petition/"
    assert "20 November 2026" in client.get(page).text.replace("\xa0", " ")
    assert send(client, page, "/admin/petition/failed-emails/dismiss/").status_code == 303
    db.session.rollback()
    assert outbox.get_dead_letters() == []
    assert db.session.scalar(select(func.count()).select_from(outbox.Job)) == 1


def test_it_lets_an_administrator_send_rejected_emails_again(
    app: Flask, client: FlaskClient, sign_in: SignIn, emails: CapturedEmails, run_worker: RunWorker
) -> None:
    enqueue_email()
    with write_transaction():
        outbox.fail(db.session.scalars(select(outbox.Job.id)).one(), reason="550 5.1.1")
    sign_in(client, "administrator")
    page = "/admin/petition/"
    assert send(client, page, "/admin/petition/failed-emails/retry/").status_code == 303
    assert "1 e\u2011mail will be sent again." in client.get(page).text.replace("\xa0", " ")
    run_worker()
    assert [email["To"] for email in emails.all()] == ["anna@example.org"]
