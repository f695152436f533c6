"""Thresholds: when they were reached, how long an answer is waited for, and the answer."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from tests.factories import PetitionFactory, PetitionThresholdFactory
from tests.petition.signing import add_confirmed
from wzo.admin.petition.paper import add_paper
from wzo.petition.models import Petition
from wzo.petition.thresholds import get_thresholds
from wzo.publication import State

PAGE = "/en/petition/mothers/"


def page(client: FlaskClient, path: str = PAGE) -> str:
    return " ".join(client.get(path).text.replace("\xa0", " ").split())


def test_it_knows_the_day_on_which_a_number_was_reached(petition: Petition) -> None:
    for number in (1, 10, 11, 15, 16):
        PetitionThresholdFactory(petition_id=petition.id, number=number)
    add_confirmed(PetitionFactory(), date(2026, 11, 1), 20)
    for day, number in ((3, 5), (1, 10), (2, 0)):
        add_confirmed(petition, date(2026, 11, day), number)
    reached = [(step.number, step.reached_on and step.reached_on.day) for step in get_thresholds(petition.id, "en")]
    assert reached == [(1, 1), (10, 1), (11, 3), (15, 3), (16, None)]


def test_it_does_not_count_signatures_on_paper(client: FlaskClient, petition: Petition) -> None:
    PetitionThresholdFactory(petition_id=petition.id, number=3)
    add_confirmed(petition, date(2026, 11, 1), 2)
    add_paper(petition_id=petition.id, day=date(2026, 11, 1), number=500, note="Sheets")
    assert "1 signature is missing." in page(client)


@pytest.mark.parametrize(
    ("days_ago", "answered_after", "words"),
    [
        (0, None, "There is no answer yet."),
        (1, None, "No answer for 1 day."),
        (12, None, "No answer for 12 days."),
        (12, 1, "It took 1 day."),
        (12, 5, "It took 5 days."),
    ],
)
def test_it_says_how_long_an_answer_takes(
    client: FlaskClient, petition: Petition, today: date, days_ago: int, answered_after: int | None, words: str
) -> None:
    reached = today - timedelta(days_ago)
    answered_on = None if answered_after is None else reached + timedelta(answered_after)
    PetitionThresholdFactory(petition_id=petition.id, number=2, answered_on=answered_on)
    add_confirmed(petition, reached, 2)
    assert words in page(client)


def test_it_does_not_say_how_long_an_answer_took_that_came_before(
    client: FlaskClient, petition: Petition, today: date
) -> None:
    PetitionThresholdFactory(petition_id=petition.id, number=2, answered_on=today - timedelta(3))
    add_confirmed(petition, today, 2)
    assert "Answered on" in page(client)
    assert "It took" not in page(client)


def test_it_shows_the_answer_with_its_source(client: FlaskClient, petition: Petition) -> None:
    step = PetitionThresholdFactory(
        petition_id=petition.id,
        number=1,
        answered_on=date(2026, 11, 20),
        source_url="https://answers.example.org/7",
        texts__body="We **refuse**.",
    )
    shown = page(client)
    assert "Answered on 20 November 2026." in shown
    assert f'href="#answer-{step.id}"' in shown
    assert f'id="answer-{step.id}"' in shown
    assert "<p>We <strong>refuse</strong>.</p>" in shown
    assert 'href="https://answers.example.org/7"' in shown
    assert "Ответ получен 20 ноября 2026" in page(client, "/ru/petition/mothers/")


def test_it_shows_only_what_is_live_and_the_petitions_own(client: FlaskClient, petition: Petition) -> None:
    PetitionThresholdFactory(petition_id=petition.id, texts__title="A draft", texts__state=State.DRAFT)
    PetitionThresholdFactory(petition_id=PetitionFactory().id, texts__title="Another’s")
    assert 'id="thresholds"' not in page(client)
