"""Limits on submissions, and the puzzle or the wait where a network is busy."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.conftest import CapturedEmails, RunWorker
from tests.petition.puzzles import challenge, solve
from tests.petition.signing import ANNA, sign
from wzo.client_network import network
from wzo.config import Settings
from wzo.extensions import db, write_transaction
from wzo.outbox import Job
from wzo.petition import admission, puzzle, submission_limits
from wzo.petition.admission import PLAIN_PART
from wzo.petition.puzzle import UsedChallenge
from wzo.petition.submission_limits import SubmissionCount

pytestmark = pytest.mark.usefixtures("petition")
START = datetime(2026, 11, 20, 12, 10, tzinfo=UTC)
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}

Limit = Callable[..., None]
REAL_BITS = puzzle.FIRST_BITS


@pytest.fixture(autouse=True)
def easy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puzzles that Python solves in no time."""
    monkeypatch.setattr(puzzle, "FIRST_BITS", 2)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Ten past the hour, and standing still, so that the hour does not end during a test."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def limit(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Sets the limits: `limit(site=100, network=10)`."""

    def change(site: int = 20_000, network: int = 500) -> None:
        changed = dataclasses.replace(settings, signatures_per_hour=site, signatures_per_hour_per_network=network)
        monkeypatch.setitem(app.extensions, "settings", changed)

    return change


def jobs() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def make_busy(submissions: int = 20) -> None:
    """Use up a part of a network's limit; twenty submissions may be made without a puzzle."""
    with write_transaction():
        for _ in range(submissions):
            submission_limits.count_submission(submission_limits.bucket_of("127.0.0.1"))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.slow
@pytest.mark.parametrize("headers", [{}, PARTIAL])
@pytest.mark.parametrize(
    ("lang", "whole_site", "words"),
    [
        ("en", True, ("So many people are signing", "in 50 minutes")),
        ("en", False, ("from your network", "in 50 minutes")),
        ("ru", True, ("через 50 минут",)),
    ],
)
def test_it_says_that_a_limit_is_reached_and_keeps_what_was_typed(
    client: FlaskClient,
    limit: Limit,
    run_worker: RunWorker,
    emails: CapturedEmails,
    lang: str,
    whole_site: bool,
    words: tuple[str, ...],
    headers: dict[str, str],
) -> None:
    limit(**({"site": 2} if whole_site else {"network": 25}))
    accepted = 2 if whole_site else 25
    for number in range(accepted):
        # Of the 25 of a network, one needs no puzzle.
        response = sign(client, email=f"{number}@example.org")
        if response.status_code == 429:
            puzzled = challenge(response.text)
            response = sign(client, email=f"{number}@example.org", challenge=puzzled, solution=solve(puzzled))
        assert response.status_code == 303
    response = sign(client, lang=lang, headers=headers)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == str(50 * 60)
    assert all(word in plain(response.text) for word in words)
    assert f'value="{ANNA["name"]}"' in response.text
    assert ('<option value="RU" selected' in response.text) is True
    assert ("<html" in response.text) is (not headers)
    assert jobs() == accepted
    elsewhere = sign(client, email="elsewhere@example.org", network="192.0.2.7")
    assert elsewhere.status_code == (429 if whole_site else 303)


def test_it_takes_signatures_again_in_the_next_hour(
    client: FlaskClient, limit: Limit, clock: time_machine.Traveller
) -> None:
    limit(site=1)
    assert [sign(client).status_code for _ in range(2)] == [303, 429]
    clock.shift(timedelta(minutes=50))
    assert [sign(client).status_code for _ in range(2)] == [303, 429]


def test_it_counts_accepted_submissions_whatever_the_address(
    client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    for _ in range(3):
        sign(client)
    run_worker()
    assert len(emails.all()) == 1
    assert submission_limits.get_site_usage().used == 3
    sign(client, name="")
    assert submission_limits.get_site_usage().used == 3


def test_it_spreads_the_count_of_the_whole_site_over_several_rows(client: FlaskClient) -> None:
    for number in range(15):
        sign(client, network=f"192.0.2.{number}")
    shards = select(func.count()).where(SubmissionCount.network_bucket == submission_limits.WHOLE_SITE)
    assert (db.session.scalar(shards) or 0) > 3
    assert submission_limits.get_site_usage().used == 15


def test_it_stores_no_network_and_forgets_its_bucket_within_the_hour(
    client: FlaskClient, run_worker: RunWorker, clock: time_machine.Traveller
) -> None:
    make_busy()
    waited = challenge(sign(client).text)
    clock.shift(15)
    assert sign(client, challenge=waited).status_code == 303
    bucket = submission_limits.bucket_of("127.0.0.1")
    assert 0 <= bucket < 2**16
    assert db.session.scalars(
        select(SubmissionCount.network_bucket).where(SubmissionCount.network_bucket >= 0)
    ).all() == [bucket]
    clock.shift(timedelta(minutes=50))
    assert submission_limits.bucket_of("127.0.0.1") != bucket
    submission_limits.prune()
    puzzle.prune()
    assert db.session.scalars(select(SubmissionCount)).all() == []
    assert len(db.session.scalars(select(UsedChallenge)).all()) == 1
    clock.shift(timedelta(hours=2))
    puzzle.prune()
    assert db.session.scalars(select(UsedChallenge)).all() == []


@pytest.mark.parametrize("headers", [{}, PARTIAL])
def test_it_asks_a_busy_network_to_wait_and_then_takes_the_signature(
    client: FlaskClient, clock: time_machine.Traveller, headers: dict[str, str]
) -> None:
    make_busy()
    first = sign(client, headers=headers)
    assert first.status_code == 429
    assert first.headers["Retry-After"] == "15"
    assert "wait 15 seconds" in plain(first.text)
    assert f'value="{ANNA["email"]}"' in first.text
    assert jobs() == 0
    clock.shift(10)
    early = sign(client, headers=headers, challenge=challenge(first.text))
    assert "wait 5 seconds" in plain(early.text)
    assert challenge(early.text) == challenge(first.text)
    clock.shift(5)
    assert sign(client, headers=headers, challenge=challenge(first.text)).status_code in (200, 303)
    assert jobs() == 1


def test_it_takes_a_solved_puzzle_at_once_and_once_only(client: FlaskClient) -> None:
    make_busy()
    solved = challenge(sign(client).text)
    answer = {"challenge": solved, "solution": solve(solved)}
    assert sign(client, **answer).status_code == 303
    again = sign(client, **answer)
    assert again.status_code == 429
    assert challenge(again.text) != solved
    assert jobs() == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda right, solution: ("", solution),
        lambda right, solution: ("x", solution),
        lambda right, solution: (right.replace(".0.", ".-9."), solution),
        lambda right, solution: (right[:-1] + ("0" if right[-1] != "0" else "1"), solution),
        lambda right, solution: (right + "ы", solution),
        lambda right, solution: (right, ""),
        lambda right, solution: (right, solution + " 1"),
        lambda right, solution: (right, " ".join(["1"] * puzzle.ROUNDS)),
        lambda right, solution: (right, " ".join(["-1"] * puzzle.ROUNDS)),
        lambda right, solution: (right, " ".join([str(2**32)] * puzzle.ROUNDS)),
        lambda right, solution: (right, " ".join(["²"] * puzzle.ROUNDS)),
        lambda right, solution: (right, "x" * 50_000),
    ],
)
def test_it_takes_no_wrong_solution(client: FlaskClient, spoil: Callable[[str, str], tuple[str, str]]) -> None:
    make_busy()
    right = challenge(sign(client).text)
    wrong, solution = spoil(right, solve(right))
    response = sign(client, challenge=wrong, solution=solution)
    assert response.status_code == 429
    assert "wait 15 seconds" in plain(response.text)
    assert jobs() == 0


def test_it_takes_a_challenge_for_twenty_minutes_and_for_its_own_petition(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    make_busy()
    old = challenge(sign(client).text)
    clock.shift(timedelta(minutes=20))
    response = sign(client, challenge=old, solution=solve(old))
    assert response.status_code == 429
    new = challenge(response.text)
    assert new != old
    foreign = puzzle.create_challenge(2**31 - 1, 0)
    assert sign(client, challenge=foreign, solution=solve(foreign)).status_code == 429


def test_it_makes_the_puzzle_harder_for_a_busier_network_up_to_a_limit(app: Flask, limit: Limit) -> None:
    limit(network=500)
    plain_part = 500 // PLAIN_PART
    assert plain_part == 20
    levels = [admission._level(used, plain_part, 0) for used in (0, 19, 20, 99, 100, 180, 499)]
    assert levels == [None, None, 0, 0, 1, 2, 5]
    hardest = puzzle.PuzzleRequired(puzzle.create_challenge(1, 5))
    assert hardest.seconds == 60
    # An old phone that computes 50,000 hashes a second needs ten seconds.
    assert puzzle.ROUNDS * 2 ** (REAL_BITS + puzzle.MAX_LEVEL) == 524_288
    assert hardest.bits == puzzle.FIRST_BITS + puzzle.MAX_LEVEL


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({}, None),
        ({"opened": str(int(START.timestamp()) - 3)}, None),
        ({"opened": "nonsense"}, None),
        ({"opened": "9" * 5000}, "0"),
        ({"opened": str(int(START.timestamp()) - 2)}, "0"),
        ({"website": "https://spam.example"}, "0"),
        ({"website": "x", "opened": str(int(START.timestamp()))}, "1"),
    ],
)
def test_it_takes_signs_of_a_robot_only_as_a_reason_for_the_puzzle(
    client: FlaskClient, fields: dict[str, str], level: str | None
) -> None:
    response = sign(client, **fields)
    assert response.status_code == (429 if level else 303)
    if level:
        asked = challenge(response.text)
        assert asked.split(".")[1] == level
        assert sign(client, **fields, challenge=asked, solution=solve(asked)).status_code == 303
    assert jobs() == 1


def three_hundred_people() -> Iterator[int]:
    """Yields the number of each who sends the form: the first 25, then one in eleven; the others are only counted."""
    yield from range(25)
    for number in range(35, 300, 11):
        make_busy(10)
        yield number


@pytest.mark.slow
def test_it_counts_three_hundred_people_behind_one_address(client: FlaskClient) -> None:
    for number in three_hundred_people():
        email = f"person{number}@example.org"
        response = sign(client, headers=PARTIAL, email=email)
        if number >= 20:
            assert response.status_code == 429
            asked = challenge(response.text)
            response = sign(client, headers=PARTIAL, email=email, challenge=asked, solution=solve(asked))
        assert response.status_code == 200
    assert jobs() == 50
    assert submission_limits.get_site_usage().used == 300


@pytest.mark.slow
def test_it_counts_three_hundred_people_behind_one_address_without_scripts(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    waiting = {}
    for number in range(76):
        email = f"person{number}@example.org"
        response = sign(client, email=email)
        if response.status_code == 429:
            waiting[email] = challenge(response.text)
    assert len(waiting) == 56
    clock.shift(15)
    for email, asked in waiting.items():
        # Four more, who are only counted.
        make_busy(4)
        assert sign(client, email=email, challenge=asked).status_code == 303
    assert jobs() == 76
    assert submission_limits.get_site_usage().used == 300


@pytest.mark.slow
def test_it_sends_a_bot_no_more_e_mails_than_its_network_may_cause_while_others_get_theirs(
    app: Flask, client: FlaskClient, limit: Limit, run_worker: RunWorker, emails: CapturedEmails
) -> None:
    limit(site=200, network=50)
    for number in range(90):
        response = sign(client, headers=PARTIAL, email=f"stranger{number}@example.org")
        if response.status_code == 429 and "challenge" in response.text:
            asked = challenge(response.text)
            sign(client, email=f"stranger{number}@example.org", challenge=asked, solution=solve(asked))
        if number % 3 == 0:
            other = sign(client, email=f"person{number}@example.org", network=f"198.51.100.{number // 3}")
            assert other.status_code == 303
    # A captured e-mail is named after the time, which must go on.
    with time_machine.travel(START):
        run_worker()
    recipients = [email["To"] for email in emails.all()]
    assert sum(to.startswith("stranger") for to in recipients) == 50
    assert sum(to.startswith("person") for to in recipients) == 30


@pytest.mark.parametrize(
    ("production", "forwarded", "remote", "expected"),
    [
        (False, "192.0.2.1", "198.51.100.9", "198.51.100.9"),
        (True, "203.0.113.5, 192.0.2.1", "10.0.0.1", "192.0.2.1"),
        (True, "", "198.51.100.9", "198.51.100.9"),
        (True, "2001:db8::1", "10.0.0.1", "2001:db8::/64"),
        (True, "<script>", "10.0.0.1", "<script>"),
    ],
)
def test_it_trusts_only_the_router_about_the_network(
    app: Flask,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    production: bool,
    forwarded: str,
    remote: str,
    expected: str,
) -> None:
    url = "https://wps.example.org" if production else settings.site_url
    proxies = 1 if production else 0
    changed = dataclasses.replace(settings, site_url=url, trusted_proxies=proxies)
    monkeypatch.setitem(app.extensions, "settings", changed)
    headers = {"X-Forwarded-For": forwarded}
    with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": remote}):
        assert network() == expected


def test_it_shows_no_trap_to_people(client: FlaskClient) -> None:
    page = client.get("/en/petition/mothers/").text
    honeypot = page[page.index('<div class="trap"') :].partition("</div>")[0]
    assert 'aria-hidden="true"' in honeypot
    assert 'tabindex="-1"' in honeypot
    assert 'autocomplete="off"' in honeypot
    assert "Leave this field empty" in honeypot
