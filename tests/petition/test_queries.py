"""Queries of one petition never return data of another."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editors import send
from tests.conftest import SignIn
from tests.factories import PetitionFactory
from tests.petition.signing import add_confirmed
from wzo.extensions import db
from wzo.petition import actions, queries
from wzo.petition.export import export_lines
from wzo.petition.models import Petition, Signature, SignatureState

DAY = date(2026, 11, 24)


@pytest.fixture
def other(app: Flask) -> Petition:
    petition: Petition = PetitionFactory(slug="other")
    return petition


@pytest.fixture
def ours(petition: Petition) -> list[int]:
    return add_confirmed(petition, DAY, 2)


@pytest.fixture
def theirs(other: Petition) -> list[int]:
    return add_confirmed(other, DAY, 3)


def test_it_finds_the_signatures_of_a_petitions_own_receipts(
    petition: Petition, other: Petition, ours: list[int], theirs: list[int]
) -> None:
    receipts = [actions.receipt(number) for number in (*ours, *theirs)]
    assert set(queries.find_by_receipts(petition.id, receipts)) == set(ours)
    assert set(queries.find_by_receipts(other.id, receipts)) == set(theirs)


def test_it_finds_no_pending_signature_by_a_receipt(petition: Petition, ours: list[int]) -> None:
    waiting = {"sealed": None, "confirmed_on": None, "pending_ciphertext": b"x", "state": SignatureState.PENDING}
    db.session.query(Signature).filter_by(id=ours[0]).update(waiting)
    db.session.commit()
    assert queries.find_by_receipts(petition.id, [actions.receipt(number) for number in ours]) == [ours[1]]
    assert [row.number for row in queries.count_days_of(petition.id, ours)] == [1]


def test_it_reads_days_ids_and_counts_of_one_petition(
    petition: Petition, other: Petition, ours: list[int], theirs: list[int]
) -> None:
    assert set(queries.get_ids_of_days(petition.id, SignatureState.CONFIRMED, DAY, DAY, limit=10)) == set(ours)
    assert [(row.day, row.number) for row in queries.count_days_of(petition.id, [*ours, *theirs])] == [(DAY, 2)]
    assert [(row.day, row.number) for row in queries.count_by_day(petition.id)] == [(DAY, 2)]
    assert (queries.recount(petition.id), queries.recount(other.id)) == (2, 3)
    assert (len(list(export_lines(petition.id))), len(list(export_lines(other.id)))) == (2, 3)


def test_it_neither_previews_nor_invalidates_signatures_of_another_petition(
    client: FlaskClient, sign_in: SignIn, petition: Petition, other: Petition, ours: list[int], theirs: list[int]
) -> None:
    sign_in(client, "administrator")
    path = f"/admin/petition/{petition.id}/"
    receipts = "\n".join(actions.receipt(number) for number in (ours[0], *theirs))
    page = send(client, f"{path}invalidate/", f"{path}preview/", receipts=receipts).text
    assert not [number for number in theirs if str(number) in page]
    assert str(ours[0]) in page
    # Nor if the ids are posted by hand.
    ids = " ".join(map(str, (ours[0], *theirs)))
    send(client, f"{path}invalidate/", f"{path}invalidate/", ids=ids, reason="By machine")
    db.session.rollback()
    assert (queries.recount(petition.id), queries.recount(other.id)) == (1, 3)
    assert queries.get_count(other.id, None).confirmed == 3
