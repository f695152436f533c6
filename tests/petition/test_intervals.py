"""The public count changes at intervals, on the signer's own page too."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import CapturedEmails, RunWorker, make_client
from tests.petition.signing import ANNA, add_confirmed, confirm_named, count, link, sign
from wzo import create_app
from wzo.petition import intervals
from wzo.petition.models import Petition

DAY = date(2026, 11, 24)
INTERVAL = 5.0
# The start of an interval.
START = 1_795_000_000.0


@pytest.fixture(autouse=True)
def at_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "COUNT_INTERVAL", INTERVAL)


@pytest.fixture
def clock(app: Flask) -> Iterator[time_machine.Traveller]:
    """The clock at the start of an interval; nothing is cached from another test."""
    app.extensions.pop("petition_intervals", None)
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller
    app.extensions.pop("petition_intervals", None)


def test_it_changes_at_the_end_of_an_interval(
    client: FlaskClient, petition: Petition, clock: time_machine.Traveller
) -> None:
    add_confirmed(petition, DAY, 3)
    seen = []
    for _ in range(10):
        seen.append(count(client))
        add_confirmed(petition, DAY, 1)
        clock.shift(timedelta(seconds=INTERVAL / 5))
    assert seen == [3] * 5 + [8] * 5


def test_it_never_reads_two_numbers_closely(
    client: FlaskClient, petition: Petition, clock: time_machine.Traveller
) -> None:
    # The only two requests, just before and just after an interval ends.
    clock.move_to(START + INTERVAL - 0.1)
    add_confirmed(petition, DAY, 3)
    assert count(client) == 3
    add_confirmed(petition, DAY, 1)
    clock.move_to(START + INTERVAL + 0.1)
    assert count(client) == 3
    clock.move_to(START + 2 * INTERVAL)
    assert count(client) == 4


@pytest.mark.slow
def test_it_is_never_older_than_two_intervals(
    app: Flask, client: FlaskClient, petition: Petition, clock: time_machine.Traveller
) -> None:
    # A second process, which gets fewer requests.
    other = make_client(create_app(app.extensions["settings"]))
    for step in range(40):
        clock.move_to(START + step * INTERVAL / 10)
        for shown in (count(client), count(other) if step % 3 == 0 else step):
            assert step - 20 <= shown <= step
        add_confirmed(petition, DAY, 1)


@pytest.mark.parametrize("path", ["/en/petition/mothers/", "/en/petition/mothers/count", "/en/petition/"])
def test_it_shows_the_same_number_and_names_on_every_page(
    client: FlaskClient, petition: Petition, clock: time_machine.Traveller, path: str
) -> None:
    add_confirmed(petition, DAY, 3)
    before = client.get(path).text
    add_confirmed(petition, DAY, 1)
    assert client.get(path).text == before


def test_it_shows_signers_no_newer_count_than_everybody(
    client: FlaskClient,
    petition: Petition,
    run_worker: RunWorker,
    emails: CapturedEmails,
    clock: time_machine.Traveller,
) -> None:
    sign(client, show_name="y")
    run_worker()
    add_confirmed(petition, DAY, 41)
    assert count(client) == 41
    page = client.get("/en/petition/mothers/").text
    confirm_named(client, emails.last())
    thanks = link(emails.last(), "c")
    # Signers could ask for their page again and again.
    for _ in range(3):
        assert "<strong>41</strong>" in client.get(thanks).text
        add_confirmed(petition, DAY, 1)
    assert count(client) == 41
    assert client.get("/en/petition/mothers/").text == page
    clock.shift(timedelta(seconds=INTERVAL))
    assert count(client) == 45
    assert "<strong>45</strong>" in client.get(thanks).text
    assert ANNA["name"] in client.get("/en/petition/mothers/").text


def test_it_recovers_from_a_clock_that_was_ahead(
    client: FlaskClient, petition: Petition, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=1))
    assert count(client) == 0
    add_confirmed(petition, DAY, 1)
    clock.move_to(START)
    assert count(client) == 1


def test_it_does_not_ask_its_first_signer_to_be_the_first(
    client: FlaskClient,
    petition: Petition,
    run_worker: RunWorker,
    emails: CapturedEmails,
    clock: time_machine.Traveller,
) -> None:
    assert "Be the first" in client.get("/en/petition/mothers/").text
    sign(client)
    run_worker()
    client.post(link(emails.last(), "c"))
    assert "Be the first" not in client.get(link(emails.last(), "c")).text
