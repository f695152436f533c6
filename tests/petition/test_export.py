"""The export reads in chunks, and neither it nor the recount before it holds a lock."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, text

from tests.admin.editors import own_token
from tests.conftest import SeparateClient, SignIn, transaction
from tests.petition.signing import add_confirmed
from wzo.admin.petition import actions, views
from wzo.extensions import db
from wzo.petition import queries
from wzo.petition.actions import receipt
from wzo.petition.export import export_lines
from wzo.petition.models import Petition, Signature

DAYS = (date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 26))


@pytest.fixture
def ids(petition: Petition, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Signatures of several days, of which a chunk holds two."""
    monkeypatch.setattr(queries, "CHUNK_SIZE", 2)
    return [number for day in DAYS for number in add_confirmed(petition, day, 2)]


def receipts(lines: list[str]) -> list[str]:
    return [json.loads(line)["receipt"] for line in lines]


def test_it_exports_each_signature_once(petition: Petition, ids: list[int]) -> None:
    lines = list(export_lines(petition.id))
    assert sorted(receipts(lines)) == sorted(map(receipt, ids))
    days = [json.loads(line)["confirmed_on"] for line in lines]
    assert days == sorted(days)


def test_it_goes_on_where_signatures_are_withdrawn_and_confirmed_meanwhile(petition: Petition, ids: list[int]) -> None:
    lines = export_lines(petition.id)
    first = [next(lines) for _ in range(2)]
    db.session.execute(delete(Signature).where(Signature.id.in_(ids[:4])))
    db.session.commit()
    later = add_confirmed(petition, DAYS[-1], 1)
    exported = receipts([*first, *lines])
    assert len(exported) == len(set(exported))
    assert {receipt(number) for number in (*ids[4:], *later)} <= set(exported)


def test_it_keeps_no_transaction_open_between_chunks(petition: Petition, ids: list[int]) -> None:
    petition_id = petition.id
    lines = export_lines(petition_id)
    for _ in ids:
        next(lines)
        assert not db.session().in_transaction()
    assert next(lines, None) is None
    assert not db.session().in_transaction()


def test_it_lets_others_write_while_it_counts_for_the_log(
    app: Flask, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_confirmed(petition, DAYS[0], 3)

    def recount(petition_id: int) -> int:
        counted = queries.recount(petition_id)
        with transaction(app) as connection:
            # On SQLite this fails after a while if the counting holds the database's lock.
            connection.execute(text("UPDATE petitions SET goal = 500"))
        return counted

    monkeypatch.setattr(actions, "recount", recount)
    assert actions.log_export(petition_id=petition.id) == 3


def test_it_reads_no_further_in_the_panel_than_the_browser_does(
    client: FlaskClient, sign_in: SignIn, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    def lines(petition_id: int) -> Iterator[str]:
        for number in range(1_000):
            written.append(number)
            yield f"{number}\n"

    monkeypatch.setattr(views, "export_lines", lines)
    sign_in(client)
    form = {"method": "POST", "data": {"csrf_token": own_token(client)}, "base_url": SeparateClient.base_url}
    # In the test's own context, because the response is read after the request.
    response = FlaskClient.open(client, f"/admin/petition/{petition.id}/export/", **form)
    assert response.status_code == 200
    assert len(written) < 10
    assert len(response.text.splitlines()) == 1_000
