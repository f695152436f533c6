"""Signatures on paper: entered by editors, shown next to the count, never part of it."""

import threading
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editors import send
from tests.admin.petition.test_views import log, path_of
from tests.conftest import SignIn
from tests.factories import PetitionFactory
from tests.petition.signing import add_confirmed
from wzo.admin.petition.paper import FewerThanNone, add_paper, get_paper, remove_paper
from wzo.extensions import db
from wzo.petition.models import Petition
from wzo.petition.queries import get_count, recount, was_signed

DAY = date(2026, 11, 20)
ENTRY = {"number": "214", "day": DAY.isoformat(), "note": "Meeting in Perm"}


@pytest.fixture(autouse=True)
def publisher(today: date, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")


def total(petition: Petition) -> int:
    db.session.rollback()
    return get_count(petition.id, None).paper


def test_it_shows_them_beside_the_count_and_never_adds_them(
    client: FlaskClient, petition: Petition, today: date
) -> None:
    add_confirmed(petition, today, 99)
    page = path_of(petition, "paper/")
    assert send(client, page, page + "add/", **ENTRY).status_code == 303
    for path in ("/en/petition/mothers/", "/en/petition/mothers/count", "/ru/petition/mothers/"):
        text = client.get(path).text.replace("\xa0", " ")
        assert ("and 214 on paper" if path.startswith("/en") else "и ещё 214 на бумаге") in text
        assert "<strong>99</strong>" in text
    found = client.get("/petition/mothers/count.json").get_json()
    assert (found["signatures"], found["paper"], found["goal"]) == (99, 214, 100)
    assert recount(petition.id) == 99
    assert log() == [("add-paper-signatures", {"number": 214, "day": "2026-11-20"})]


def test_it_says_nothing_of_paper_where_there_is_none(client: FlaskClient, petition: Petition) -> None:
    assert "on paper" not in client.get("/en/petition/mothers/").text


def test_it_corrects_by_a_negative_number_and_by_removal(client: FlaskClient, petition: Petition) -> None:
    page = path_of(petition, "paper/")
    send(client, page, page + "add/", **ENTRY)
    send(client, page, page + "add/", **{**ENTRY, "number": "− 14"})
    assert total(petition) == 200
    correction, entered = get_paper(petition.id)
    assert send(client, page, f"{page}{entered.id}/remove/").status_code == 303
    assert "Remove the corrections" in client.get(page).text.replace("\xa0", " ")
    assert total(petition) == 200
    for entry in (correction, entered, entered):
        assert send(client, page, f"{page}{entry.id}/remove/").status_code == 303
    assert total(petition) == 0
    assert [(action, details["number"]) for action, details in log()] == [
        ("add-paper-signatures", 214),
        ("add-paper-signatures", -14),
        ("remove-paper-signatures", -14),
        ("remove-paper-signatures", 214),
    ]


@pytest.mark.parametrize(("typed", "number"), [("1 234", 1234), ("1\u00a0234", 1234), ("+5", 5)])
def test_it_understands_numbers_as_people_write_them(
    client: FlaskClient, petition: Petition, typed: str, number: int
) -> None:
    page = path_of(petition, "paper/")
    assert send(client, page, page + "add/", **{**ENTRY, "number": typed}).status_code == 303
    assert total(petition) == number


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("number", "", "whole number"),
        ("number", "0", "whole number"),
        ("number", "many", "whole number"),
        ("number", "1.5", "whole number"),
        ("number", "99999999", "whole number"),
        ("number", "٣", "whole number"),
        ("number", "-1", "Only 0 are recorded"),
        ("day", "", "Enter a date"),
        ("day", "soon", "Enter a date"),
        ("day", "2999-01-01", "in the future"),
        ("note", "", "Say where"),
        ("note", " ", "Say where"),
        ("note", "x" * 301, "Shorten the note"),
    ],
)
def test_it_explains_errors_beside_the_field_and_keeps_what_was_typed(
    client: FlaskClient, petition: Petition, field: str, value: str, message: str
) -> None:
    page = path_of(petition, "paper/")
    response = send(client, page, page + "add/", **{**ENTRY, field: value})
    assert response.status_code == 422
    assert message in response.text.replace("\xa0", " ")
    assert f'id="{field}-error"' in response.text
    assert (ENTRY["note"] if field != "note" else ENTRY["number"]) in response.text
    assert total(petition) == 0
    assert log() == []


def test_it_changes_no_other_petition(petition: Petition) -> None:
    other = PetitionFactory()
    add_paper(petition_id=other.id, day=DAY, number=5, note="Theirs")
    (entry,) = get_paper(other.id)
    remove_paper(petition_id=petition.id, entry_id=entry.id)
    assert (total(petition), total(other)) == (0, 5)
    assert was_signed(other.id)
    assert not was_signed(petition.id)


def test_it_never_shows_fewer_than_none_to_two_editors_at_once(app: Flask, petition: Petition) -> None:
    add_paper(petition_id=petition.id, day=DAY, number=10, note="Sheets")
    petition_id = petition.id
    db.session.rollback()
    refused: list[bool] = []
    barrier = threading.Barrier(4)

    def subtract() -> None:
        barrier.wait()
        with app.app_context():
            try:
                add_paper(petition_id=petition_id, day=DAY, number=-4, note="A mistake")
            except FewerThanNone:
                refused.append(True)

    threads = [threading.Thread(target=subtract) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total(petition) == 2
    assert len(refused) == 2
