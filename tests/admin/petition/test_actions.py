"""Invalidating fraudulent signatures."""

import io
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editors import send
from tests.admin.petition.test_views import log, path_of
from tests.conftest import CapturedEmails, RunWorker, SignIn
from tests.factories import PetitionFactory
from tests.petition.signing import add_confirmed, code, confirm, link, sign
from wzo.admin.petition import actions
from wzo.extensions import db
from wzo.petition.actions import erase_signature, receipt
from wzo.petition.models import Petition, SignatureState
from wzo.petition.queries import count_by_day, count_pending, get_count, get_ids_of_days, recount

MONDAY, TUESDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 22)


@pytest.fixture(autouse=True)
def administrator(today: date, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "administrator")


def counts(petition: Petition) -> tuple[int, int]:
    """The public count, which must equal the sum of the days, and the number of signatures."""
    db.session.rollback()
    confirmed = get_count(petition.id, None).confirmed
    assert sum(row.number for row in count_by_day(petition.id)) == confirmed
    return confirmed, recount(petition.id)


def step(client: FlaskClient, petition: Petition, action: str, **fields: Any) -> Any:
    return send(client, path_of(petition, "invalidate/"), path_of(petition, f"{action}/"), **fields)


def test_it_shows_how_many_will_be_erased_and_changes_nothing_yet(client: FlaskClient, petition: Petition) -> None:
    add_confirmed(petition, MONDAY, 4)
    add_confirmed(petition, TUESDAY, 3)
    add_confirmed(petition, SUNDAY, 2)
    page = step(client, petition, "preview", first="2026-11-16", last="2026-11-17").text.replace("\xa0", " ")
    assert "7 signatures will be removed" in page
    assert "16 November 2026" in page
    assert "22 November 2026" not in page
    assert counts(petition) == (9, 9)
    assert log() == []


def test_it_erases_by_day_and_logs_the_reason(client: FlaskClient, petition: Petition) -> None:
    add_confirmed(petition, MONDAY, 4)
    add_confirmed(petition, SUNDAY, 2)
    for _ in range(2):
        # A second time, it finds nothing.
        chosen = {"first": "2026-11-16", "last": "2026-11-17", "reason": "A machine"}
        assert step(client, petition, "invalidate", **chosen).status_code == 303
        assert counts(petition) == (2, 2)
    details = {"number": 4, "reason": "A machine", "first": "2026-11-16", "last": "2026-11-17"}
    assert log() == [("invalidate-signatures", details)]


def test_it_erases_by_receipts_typed_and_in_a_file(client: FlaskClient, petition: Petition) -> None:
    ids = add_confirmed(petition, MONDAY, 5)
    file = (io.BytesIO(f"\ufeff{receipt(ids[1])}\r\n".encode()), "list.txt")
    typed = f"{receipt(ids[0]).lower()}\n\nAAAA-BBBB-CCCC-DDDD\n{receipt(ids[0])}"
    page = step(client, petition, "preview", receipts=typed, file=file).text
    assert "2 signatures will be removed" in page
    assert "1 receipt was not found" in page
    chosen = page.partition('name="ids" value="')[2].partition('"')[0]
    assert set(chosen.split()) == {str(ids[0]), str(ids[1])}
    assert step(client, petition, "invalidate", ids=chosen, reason="Not their own").status_code == 303
    assert counts(petition) == (3, 3)
    assert log() == [("invalidate-signatures", {"number": 2, "reason": "Not their own", "receipts": 2})]


def test_it_ignores_a_file_field_that_contains_text(client: FlaskClient, petition: Petition) -> None:
    response = step(client, petition, "preview", receipts="", file="C+é")
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text


@pytest.mark.parametrize("typed", ["", "Anna Akhmatova", "{receipt}\nanna@example.org", "receipt,name\n{receipt},Anna"])
def test_it_refuses_a_list_with_anything_else_and_does_not_keep_it(
    client: FlaskClient, petition: Petition, typed: str
) -> None:
    (one,) = add_confirmed(petition, MONDAY)
    response = step(client, petition, "preview", receipts=typed.format(receipt=receipt(one)))
    assert response.status_code == 422
    assert "Anna" not in response.text
    assert "anna" not in response.text.lower()
    assert 'aria-invalid="true"' in response.text


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"first": "2026-11-17", "last": "2026-11-16"}, "before the first"),
        ({"first": "", "last": "2026-11-16"}, "Enter a date"),
        ({"first": "yesterday", "last": "never"}, "Enter a date"),
    ],
)
def test_it_explains_invalid_days(
    client: FlaskClient, petition: Petition, fields: dict[str, str], message: str
) -> None:
    response = step(client, petition, "preview", **fields)
    assert response.status_code == 422
    assert message in response.text.replace("\xa0", " ")


@pytest.mark.parametrize("reason", ["", "It was anna@example.org", "long " * 100])
def test_it_requires_a_reason_that_names_nobody(client: FlaskClient, petition: Petition, reason: str) -> None:
    add_confirmed(petition, MONDAY, 2)
    response = step(client, petition, "invalidate", first="2026-11-16", last="2026-11-16", reason=reason)
    assert response.status_code == 422
    assert "2 signatures will be removed" in response.text
    assert counts(petition) == (2, 2)


@pytest.mark.parametrize("ids", ["", "x", "-1", "99999999999999999999", "9" * 19, "7"])
def test_it_refuses_ids_that_were_not_chosen(client: FlaskClient, petition: Petition, ids: str) -> None:
    add_confirmed(petition, MONDAY)
    assert step(client, petition, "invalidate", ids=ids, reason="Why not").status_code in (303, 422)
    assert counts(petition) == (1, 1)


def test_it_leaves_other_petitions_and_pending_signatures_alone(
    client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    other = PetitionFactory()
    theirs = add_confirmed(other, MONDAY, 2)
    sign(client)
    run_worker()
    assert actions.invalidate(petition_id=petition.id, ids=theirs, reason="A mistake") == 0
    assert counts(other) == (2, 2)
    confirm(code(emails.last()))
    assert counts(petition) == (1, 1)


def test_it_erases_unconfirmed_signatures_by_the_day_they_were_submitted(
    client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails, today: date
) -> None:
    add_confirmed(petition, today, 2)
    for number in range(3):
        sign(client, email=f"bot-{number}@example.org")
    run_worker()
    chosen = {"state": "pending", "first": today.isoformat(), "last": today.isoformat()}
    page = step(client, petition, "preview", **chosen).text
    assert "3 signatures will be removed" in page
    assert "Date of submission" in page
    assert count_pending(petition.id) == 3
    yesterday = (today - timedelta(1)).isoformat()
    for fields in ({**chosen, "first": yesterday, "last": yesterday}, chosen):
        assert step(client, petition, "invalidate", reason="A machine", **fields).status_code == 303
    db.session.rollback()
    assert count_pending(petition.id) == 0
    assert counts(petition) == (2, 2)
    details = {"number": 3, "reason": "A machine", "first": today.isoformat(), "last": today.isoformat()}
    assert log() == [("erase-pending-signatures", details)]
    for email in emails.all():
        assert client.post(link(email, "c")).status_code == 404


def test_it_does_not_erase_what_was_confirmed_after_the_preview(
    client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails, today: date
) -> None:
    sign(client)
    run_worker()
    ids = get_ids_of_days(petition.id, SignatureState.PENDING, today, today, limit=10)
    client.post(link(emails.last(), "c"))
    assert actions.invalidate(petition_id=petition.id, ids=ids, state=SignatureState.PENDING, reason="A machine") == 0
    assert counts(petition) == (1, 1)


def test_it_refuses_an_unknown_state(client: FlaskClient, petition: Petition) -> None:
    add_confirmed(petition, MONDAY)
    chosen = {"state": "x", "first": MONDAY.isoformat(), "last": MONDAY.isoformat()}
    assert step(client, petition, "preview", **chosen).status_code == 422
    assert step(client, petition, "invalidate", reason="Why not", **chosen).status_code == 422
    assert counts(petition) == (1, 1)


def test_it_works_in_batches(petition: Petition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    ids = add_confirmed(petition, MONDAY, 5)
    assert actions.invalidate(petition_id=petition.id, ids=ids, reason="A machine") == 5
    assert counts(petition) == (0, 0)
    assert [details["number"] for _, details in log()] == [2, 2, 1]


@pytest.mark.slow
def test_it_keeps_the_count_right_while_people_confirm_and_withdraw(
    app: Flask, client: FlaskClient, petition: Petition, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    ids = add_confirmed(petition, MONDAY, 60)
    for number in range(20):
        sign(client, email=f"real-{number}@example.org")
    run_worker()
    codes = [code(email) for email in emails.all()]
    failures: list[BaseException] = []
    barrier = threading.Barrier(4)

    def run(act: Any) -> None:
        barrier.wait()
        try:
            with app.app_context():
                act()
        except BaseException as error:
            failures.append(error)

    def invalidate(chosen: list[int]) -> None:
        for start in range(0, len(chosen), 10):
            actions.invalidate(petition_id=petition_id, ids=chosen[start : start + 10], reason="A machine")

    petition_id = petition.id
    db.session.rollback()
    acts = [
        lambda: invalidate(ids),
        lambda: invalidate(ids[::-1]),
        lambda: [confirm(one) for one in codes],
        lambda: [erase_signature(one) for one in ids[::3]],
    ]
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert counts(petition) == (20, 20)
