"""The limit on guesses of the codes that people type."""

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import CapturedEmails, RunWorker
from tests.factories import PetitionFactory
from tests.petition.signing import code, count, link, sign
from wzo.codes import ALPHABET, CODE_LENGTH
from wzo.extensions import db
from wzo.petition import code_guesses
from wzo.petition.code_guesses import MAX_WRONG_CODES, CodeGuesses

pytestmark = pytest.mark.usefixtures("petition")

WRONG = {"code": "7K3Q-M9XW-2PHT"}
CODE_PAGE = "/en/petition/mothers/code"


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> int:
    """A limit that is reached soon."""
    monkeypatch.setattr(code_guesses, "MAX_WRONG_CODES", 3)
    return 3


def wrong_codes() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(CodeGuesses.wrong_codes)))


def test_it_leaves_a_guess_no_chance() -> None:
    codes, a_week = 1_000_000, 24 * 7
    assert codes * a_week * MAX_WRONG_CODES / len(ALPHABET) ** CODE_LENGTH < 1 / 1_000_000


def test_it_asks_people_to_use_the_link_once_too_many_codes_were_wrong(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, limit: int
) -> None:
    with time_machine.travel("2026-11-24 12:10Z", tick=False) as clock:
        sign(client)
        run_worker()
        for _ in range(limit):
            assert client.post(CODE_PAGE, data=WRONG).status_code == 422
        right = {"code": code(emails.last())}
        for fields in (WRONG, right):
            response = client.post(CODE_PAGE, data=fields)
            assert response.status_code == 429
            assert response.headers["Retry-After"] == "3000"
            assert response.headers["Cache-Control"] == "no-store"
            assert "Open the link in the e\u2011mail instead" in response.text.replace("\u00a0", " ")
            assert "50 minutes" in response.text.replace("\u00a0", " ")
            assert f'value="{fields["code"]}"' in response.text
        assert count(client) == 0
        # What was refused is not counted: the row is not written again and again.
        assert wrong_codes() == [limit]
        clock.shift(50 * 60)
        assert client.post(CODE_PAGE, data=right).status_code == 303
        assert count(client) == 1


def test_it_confirms_by_the_link_while_no_code_is_accepted(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, limit: int
) -> None:
    sign(client)
    run_worker()
    for _ in range(limit + 1):
        client.post(CODE_PAGE, data=WRONG)
    client.post(link(emails.last(), "c"))
    assert count(client) == 1


def test_it_counts_neither_right_codes_nor_those_that_cannot_be_codes(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, limit: int
) -> None:
    sign(client)
    run_worker()
    for _ in range(limit + 1):
        assert client.post(CODE_PAGE, data={"code": code(emails.last())}).status_code == 303
        assert client.post(CODE_PAGE, data={"code": "7K3Q"}).status_code == 422
    assert wrong_codes() == []


def test_it_counts_each_petition_by_itself(client: FlaskClient, limit: int) -> None:
    PetitionFactory(slug="another")
    for _ in range(limit + 1):
        client.post("/en/petition/another/code", data=WRONG)
    assert client.post("/en/petition/another/code", data=WRONG).status_code == 429
    assert client.post(CODE_PAGE, data=WRONG).status_code == 422


def test_it_forgets_the_hours_that_are_over(client: FlaskClient) -> None:
    with time_machine.travel("2026-11-24 12:59:59Z", tick=False) as clock:
        client.post(CODE_PAGE, data=WRONG)
        code_guesses.prune()
        assert wrong_codes() == [1]
        clock.shift(1)
        code_guesses.prune()
        assert wrong_codes() == []
