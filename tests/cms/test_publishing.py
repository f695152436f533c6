"""Publishing: schedules, stale translations, and concurrent writes."""

import re
import threading
import time

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import COMPLETE, STORIES, STORY_PATH, EditPage, create, id_of, post
from wzo.cms import drafts, live_fields, publishing, scheduling
from wzo.cms.content_types import registry
from wzo.cms.lists import find, get_items
from wzo.cms.models import SHARED
from wzo.cms.queries import get_draft, get_draft_states
from wzo.extensions import db
from wzo.worker import Worker


def stale(page: EditPage) -> list[str]:
    db.session.rollback()
    items = get_items(STORIES, ids=[id_of(page)])
    return [code for code, one in items[0].statuses.items() if one.stale]


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


def test_it_publishes_the_revision_that_was_scheduled(page: EditPage, client: FlaskClient) -> None:
    page.fill({"day": "2030-03-08", "hour": "09:30"}).press("schedule:ru")
    page.open().fill({"ru.body": "Позже."}).press()
    with time_machine.travel("2030-03-09 00:00Z", tick=False):
        scheduling.publish_due()
    assert "Первый абзац" in client.get(STORY_PATH).text
    assert page.open().value("ru.body") == "Позже."


def test_it_reports_a_failed_scheduled_publication(page: EditPage, client: FlaskClient) -> None:
    page.fill({"shared.slug": "taken", "day": "2030-03-08"}).press("schedule:ru")
    other = create(client).fill({**COMPLETE, "shared.slug": "taken"})
    assert other.press("publish:ru en").status_code == 303
    with time_machine.travel("2030-03-09 00:00Z", tick=False):
        assert scheduling.publish_due() == 0
        assert scheduling.publish_due() == 0
    assert [item.id for item in find("failed")] == [id_of(page)]
    assert "not published" in client.get("/admin/").text


def test_it_can_be_unscheduled(page: EditPage, client: FlaskClient) -> None:
    page.fill({"day": "2030-03-08"}).press("schedule:ru en")
    post(page, "unschedule")
    with time_machine.travel("2030-03-09 00:00Z", tick=False):
        assert scheduling.publish_due() == 0
    assert client.get(STORY_PATH).status_code == 404


def test_it_marks_the_other_translation_as_stale(page: EditPage) -> None:
    page.press("publish:ru en")
    assert stale(page) == []
    page.open().fill({"ru.body": "Второй абзац."}).press()
    assert stale(page) == []
    page.open().press("publish:ru")
    assert stale(page) == ["en"]
    assert re.search("<del>Первый\\s*</del><ins>Второй\\s*</ins>", page.open().text)
    assert [item.id for item in find("stale")] == [id_of(page)]


def test_it_keeps_a_translation_stale_after_a_minor_change(page: EditPage) -> None:
    page.press("publish:ru en")
    page.open().fill({"ru.body": "Второй абзац."}).press("publish:ru")
    page.open().fill({"en.title": "Mothers"}).press("publish:en")
    assert "en" in stale(page)


def test_it_makes_a_translation_current_when_changes_are_translated(page: EditPage) -> None:
    page.press("publish:ru en")
    page.open().fill({"ru.body": "Второй абзац."}).press("publish:ru")
    page.open().fill({"en.body": "The second paragraph."})
    page.fields["translation_is_current"] = ["1"]
    page.press("publish:en")
    assert stale(page) == []


def test_it_lets_a_translation_be_marked_current(page: EditPage) -> None:
    page.press("publish:ru en")
    page.open().fill({"ru.body": "Первый абзац!"}).press("publish:ru")
    post(page, "mark-translation-current", language="en")
    assert stale(page) == []


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


def test_it_serialises_creating_and_publishing(page: EditPage, app: Flask) -> None:
    object_id, content_type = id_of(page), registry["stories"]
    failures: list[Exception] = []

    def repeat(work: object) -> None:
        with app.app_context():
            for _ in range(8):
                try:
                    work()  # type: ignore[operator]
                except Exception as error:
                    failures.append(error)
                time.sleep(0.01)

    operations = (
        lambda: drafts.create(content_type=content_type, author_id=1),
        lambda: publishing.publish(content_type=content_type, object_id=object_id, languages=["ru", "en"], author_id=1),
        lambda: publishing.unpublish(content_type=content_type, object_id=object_id, languages=["en"]),
    )
    threads = [threading.Thread(target=repeat, args=(operation,)) for operation in operations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert get_draft(content_type, object_id).fields[SHARED]["slug"] == "mothers-and-children"
