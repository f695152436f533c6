"""Where things stand, and how they go from one state to another: schedules, staleness, trash, links, lists."""

import re
import threading
import time

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import ADDRESS, COMPLETE, STORIES, EditPage, begin, id_of, post
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


def test_it_publishes_by_itself_when_the_hour_comes(page: EditPage, client: FlaskClient) -> None:
    page.open().fill({"day": "2030-03-08", "hour": "09:30"}).press("schedule:ru en")
    assert scheduling.publish_due() == 0
    assert client.get(ADDRESS).status_code == 404
    with time_machine.travel("2030-03-08 09:29:59Z", tick=False):
        assert scheduling.publish_due() == 0
    with time_machine.travel("2030-03-08 09:30:01Z", tick=False):
        assert scheduling.publish_due() == 2
        assert scheduling.publish_due() == 0
    assert client.get(ADDRESS).status_code == 200
    assert client.get(ADDRESS.replace("/ru/", "/en/")).status_code == 200


def test_it_schedules_what_was_written_then(page: EditPage, client: FlaskClient) -> None:
    page.fill({"day": "2030-03-08", "hour": "09:30"}).press("schedule:ru")
    page.open().fill({"ru.body": "Позже."}).press()
    with time_machine.travel("2030-03-09 00:00Z", tick=False):
        scheduling.publish_due()
    assert "Первый абзац" in client.get(ADDRESS).text
    assert page.open().value("ru.body") == "Позже."


def test_it_tells_why_it_could_not_go_live(page: EditPage, client: FlaskClient) -> None:
    page.fill({"shared.slug": "taken", "day": "2030-03-08"}).press("schedule:ru")
    other = begin(client).fill({**COMPLETE, "shared.slug": "taken"})
    assert other.press("publish:ru en").status_code == 303
    with time_machine.travel("2030-03-09 00:00Z", tick=False):
        assert scheduling.publish_due() == 0
        assert scheduling.publish_due() == 0
    assert [item.id for item in find("failed")] == [id_of(page)]
    assert "not published" in client.get("/admin/").text


def test_it_can_be_kept_from_going_live(page: EditPage, client: FlaskClient) -> None:
    page.fill({"day": "2030-03-08"}).press("schedule:ru en")
    post(page, "unschedule")
    with time_machine.travel("2030-03-09 00:00Z", tick=False):
        assert scheduling.publish_due() == 0
    assert client.get(ADDRESS).status_code == 404


def test_it_marks_the_other_language_when_one_goes_on(page: EditPage) -> None:
    page.press("publish:ru en")
    assert stale(page) == []
    page.open().fill({"ru.body": "Второй абзац."}).press()
    assert stale(page) == []
    page.open().press("publish:ru")
    assert stale(page) == ["en"]
    assert re.search("<del>Первый\\s*</del><ins>Второй\\s*</ins>", page.open().text)
    assert [item.id for item in find("stale")] == [id_of(page)]


def test_a_small_change_to_a_text_that_is_behind_leaves_it_behind(page: EditPage) -> None:
    page.press("publish:ru en")
    page.open().fill({"ru.body": "Второй абзац."}).press("publish:ru")
    page.open().fill({"en.title": "Mothers"}).press("publish:en")
    assert "en" in stale(page)


def test_taking_the_changes_over_brings_both_in_step(page: EditPage) -> None:
    page.press("publish:ru en")
    page.open().fill({"ru.body": "Второй абзац."}).press("publish:ru")
    page.open().fill({"en.body": "The second paragraph."})
    page.fields["translation_is_current"] = ["1"]
    page.press("publish:en")
    assert stale(page) == []


def test_saying_that_nothing_needs_changing_brings_both_in_step(page: EditPage) -> None:
    page.press("publish:ru en")
    page.open().fill({"ru.body": "Первый абзац!"}).press("publish:ru")
    post(page, "mark-translation-current", language="en")
    assert stale(page) == []


def test_a_later_language_brings_nothing_old_back(page: EditPage, client: FlaskClient) -> None:
    page.fill({"day": "2030-01-01"}).press("schedule:en")
    page.open().press("publish:ru")
    page.open().fill({"shared.slug": "newer-address"}).press("publish:ru")
    with time_machine.travel("2030-01-02 00:00Z", tick=False):
        assert scheduling.publish_due() == 1
    assert client.get("/en/stories/newer-address/").status_code == 200
    assert client.get("/ru/stories/newer-address/").status_code == 200


def test_work_that_fails_does_not_hold_up_the_letters(page: EditPage, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_beginning_and_publishing_at_once_wait_for_each_other(page: EditPage, app: Flask) -> None:
    object_id, content_type = id_of(page), registry["stories"]
    failures: list[Exception] = []

    def often(work: object) -> None:
        with app.app_context():
            for _ in range(8):
                try:
                    work()  # type: ignore[operator]
                except Exception as error:
                    failures.append(error)
                time.sleep(0.01)

    deeds = (
        lambda: drafts.create(content_type=content_type, author_id=1),
        lambda: publishing.publish(content_type=content_type, object_id=object_id, languages=["ru", "en"], author_id=1),
        lambda: publishing.unpublish(content_type=content_type, object_id=object_id, languages=["en"]),
    )
    threads = [threading.Thread(target=often, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert get_draft(content_type, object_id).fields[SHARED]["slug"] == "mothers-and-children"
