"""The limit on what visitors post."""

import dataclasses
import sys

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Installation, SignIn
from tests.post_routes import post_path, post_rules
from wzo import post_limits
from wzo.petition.models import Petition
from wzo.post_limits import NETWORK_BUCKETS, PostCounter

pytestmark = pytest.mark.one_database

LIMIT = 2


@pytest.fixture(autouse=True)
def limited(app: Flask, installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that few posts reach."""
    monkeypatch.setattr(post_limits, "MIN_POSTS", LIMIT)
    monkeypatch.setattr(post_limits, "POSTS_PER_SIGNATURE", 1)
    changed = dataclasses.replace(installation.settings, signatures_per_hour_per_network=1)
    monkeypatch.setitem(app.extensions, "settings", changed)


def test_it_limits_every_form_that_anybody_can_post(app: Flask, client: FlaskClient, petition: Petition) -> None:
    rules = [*post_rules(app, public=True), *(it for it in post_rules(app) if it.endpoint.startswith("admin.sign_in."))]
    assert len(rules) > 10
    for number, rule in enumerate(rules):
        path = post_path(app, rule)
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        statuses = [client.post(path, data={}).status_code for _ in range(LIMIT + 1)]
        assert 429 not in statuses[:LIMIT], rule
        assert statuses[LIMIT] == 429, rule


def test_it_says_when_to_come_back(client: FlaskClient, petition: Petition) -> None:
    for _ in range(LIMIT + 1):
        response = client.post("/en/petition/mothers/code", data={"code": "x"})
    assert response.headers["Retry-After"] == "60"
    assert "Wait a minute" in response.text.replace("\u00a0", " ")


def test_it_limits_no_one_else_and_not_for_long(client: FlaskClient, petition: Petition) -> None:
    def ask(address: str) -> int:
        client.environ_base["REMOTE_ADDR"] = address
        return client.post("/en/petition/mothers/code", data={"code": "x"}).status_code

    with time_machine.travel("2026-11-29 12:00", tick=False) as clock:
        assert [ask("203.0.113.1") for _ in range(LIMIT + 1)][-1] == 429
        assert ask("203.0.113.2") != 429
        # Reading is never limited.
        assert client.get("/en/petition/mothers/").status_code == 200
        clock.shift(post_limits.WINDOW)
        assert ask("203.0.113.1") != 429


def test_it_limits_no_editor_at_work(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    statuses = {client.post("/admin/help/tour/end/", data={}).status_code for _ in range(LIMIT + 3)}
    assert 429 not in statuses


def test_it_limits_no_signed_webhook(app: Flask, client: FlaskClient) -> None:
    assert 429 not in {client.post("/donate/webhook", data=b"{}").status_code for _ in range(LIMIT + 3)}


def test_it_keeps_a_fixed_amount_of_memory_and_no_address(app: Flask) -> None:
    counter = PostCounter()
    size = sys.getsizeof(counter._counts)
    for bucket in range(NETWORK_BUCKETS):
        counter.count(bucket)
    assert sys.getsizeof(counter._counts) == size < 2**20


def test_it_knows_a_network_by_another_number_each_day(app: Flask) -> None:
    def bucket(day: str, address: str) -> int:
        with time_machine.travel(day), app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return post_limits._network_bucket()

    today = bucket("2026-11-29 12:00", "203.0.113.1")
    assert today == bucket("2026-11-29 23:59", "203.0.113.1")
    assert {today} != {bucket(f"2026-12-0{day} 12:00", "203.0.113.1") for day in range(1, 4)}
    assert len({bucket("2026-11-29 12:00", f"203.0.113.{number}") for number in range(9)}) > 5
