"""Scheduled publication."""

import pytest
import time_machine
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import COMPLETE, STORIES, STORY_PATH, EditPage, create, id_of, post
from wzo.cms import live_fields, scheduling
from wzo.cms.lists import find
from wzo.cms.queries import get_draft_states
from wzo.extensions import db
from wzo.worker import Worker


@pytest.mark.slow
def test_it_publishes_at_the_scheduled_time(page: EditPage, client: FlaskClient) -> None:
    page.open().fill({"day": "2030-03-08", "hour": "09:30"}).press("schedule:ru en")
    assert scheduling.publish_due() == 0
    assert client.get(STORY_PATH).status_code == 404
    with time_machine.travel("2030-03-08 09:29:59Z", tick=False):
        assert scheduling.publish_due() == 0
    with time_machine.travel("2030-03-08 09:30:01Z", tick=False):
        assert scheduling.publish_due() == 2
        assert scheduling.publish_due() == 0
    assert client.get(STORY_PATH).status_code == 200
    assert client.get(STORY_PATH.replace("/ru/", "/en/")).status_code == 200


@pytest.mark.slow
def test_it_publishes_the_revision_that_was_scheduled(page: EditPage, client: FlaskClient) -> None:
    page.fill({"day": "2030-03-08", "hour": "09:30"}).press("schedule:ru")
    page.open().fill({"ru.body": "Позже."}).press()
    with time_machine.travel("2030-03-09 00:00Z", tick=False):
        scheduling.publish_due()
    assert "Первый абзац" in client.get(STORY_PATH).text
    assert page.open().value("ru.body") == "Позже."


@pytest.mark.slow
def test_it_reports_a_failed_scheduled_publication(page: EditPage, client: FlaskClient) -> None:
    page.fill({"shared.slug": "taken", "day": "2030-03-08"}).press("schedule:ru")
    other = create(client).fill({**COMPLETE, "shared.slug": "taken"})
    assert other.press("publish:ru en").status_code == 303
    with time_machine.travel("2030-03-09 00:00Z", tick=False):
        assert scheduling.publish_due() == 0
        assert scheduling.publish_due() == 0
    assert [item.id for item in find("failed")] == [id_of(page)]
    assert "Could not be published" in client.get("/admin/").text


def test_it_can_be_unscheduled(page: EditPage, client: FlaskClient) -> None:
    page.fill({"day": "2030-03-08"}).press("schedule:ru en")
    post(page, "unschedule")
    with time_machine.travel("2030-03-09 00:00Z", tick=False):
        assert scheduling.publish_due() == 0
    assert client.get(STORY_PATH).status_code == 404


@pytest.mark.slow
def test_it_never_publishes_an_older_slug_with_a_later_language(page: EditPage, client: FlaskClient) -> None:
    page.fill({"day": "2030-01-01"}).press("schedule:en")
    page.open().press("publish:ru")
    page.open().fill({"shared.slug": "newer-address"}).press("publish:ru")
    with time_machine.travel("2030-01-02 00:00Z", tick=False):
        assert scheduling.publish_due() == 1
    assert client.get("/en/stories/newer-address/").status_code == 200
    assert client.get("/ru/stories/newer-address/").status_code == 200


def test_it_records_a_failure_without_holding_up_the_worker(page: EditPage, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker()

    def fail() -> None:
        raise ValueError

    worker._run_task(fail)
    page.fill({"day": "2030-01-01"}).press("schedule:ru")
    monkeypatch.setattr(live_fields, "apply", lambda *_: int("x"))
    with time_machine.travel("2030-01-02 00:00Z", tick=False):
        assert scheduling.publish_due() == 0
    db.session.rollback()
    draft_state = get_draft_states(STORIES, id_of(page))["ru"]
    assert (draft_state.go_live_at, bool(draft_state.publish_error)) == (None, True)
