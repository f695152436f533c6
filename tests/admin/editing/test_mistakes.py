"""What editors, clocks and hands make wrong: nothing of it breaks a page, loses words or reaches the readers."""

import json
import threading
import time

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.panel import COMPLETE, EditPage, begin, post
from tests.admin.editing.test_states import STORIES, id_of, in_days
from tests.conftest import SignIn, make_client
from wzo.cms import drafts, live_fields, publishing, trash
from wzo.cms.content_types import registry
from wzo.cms.models import SHARED, ContentItem, Revision
from wzo.cms.queries import get_draft, get_draft_states, get_history
from wzo.errors import NotThere
from wzo.extensions import db
from wzo.petition.models import Petition, SignatureCount
from wzo.worker import Worker

ADDRESS = "/ru/stories/mothers-and-children/"


@pytest.fixture
def page(client: FlaskClient, sign_in: SignIn) -> EditPage:
    sign_in(client, "publisher")
    page = begin(client).fill(COMPLETE)
    page.press()
    return page.open()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("shared.themes", "999"),
        ("shared.themes", "x"),
        ("shared.project_id", "999"),
        ("shared.project_id", "9" * 30),
        ("shared.series_id", "x"),
        ("shared.picture", "0" * 32),
        ("shared.format", "audio"),
        ("shared.published", "31.12.2020"),
        ("shared.part", "-1"),
        ("ru.original_language", "английский язык"),
        ("ru.original_url", "javascript:alert(1)"),
        ("ru.body", "![Что это](/media/" + "0" * 32 + ".jpg#1x1)"),
        ("ru.credits", "[сюда](/ru/nowhere/)"),
    ],
)
def test_it_stops_what_cannot_be_and_keeps_the_page_open(page: EditPage, field: str, value: str) -> None:
    extra = {"shared.part": "2"} if field == "shared.series_id" else {}
    page.fields.setdefault(field, [""])
    answer = page.fill({field: value, **extra}).press("publish:ru en")
    assert answer.status_code == 422
    assert page.open().value("ru.title") == COMPLETE["ru.title"]
    assert page.client.get(page.path + "history/").status_code == 200
    # Words that no column takes make no preview, but a page that says so.
    assert page.client.get(page.path + "preview/ru/").status_code in (200, 409)


@pytest.mark.parametrize(
    "path",
    [
        "/admin/stories/?before=" + "9" * 40,
        "/admin/stories/?before=99999999999",
        "/admin/stories/?before=x",
        "/admin/?endpoint=x&_external=1&_scheme=ftp",
        "/admin/search/?q=%00",
        "/admin/translations/?only=nothing",
    ],
)
def test_a_strange_address_breaks_nothing(page: EditPage, path: str) -> None:
    assert page.client.get(path).status_code in (200, 400)


def test_numbers_of_no_revision_are_nowhere(page: EditPage) -> None:
    for number in ("9" * 40, "99999999999", "x", "0"):
        assert page.client.get(f"{page.path}compare?from={number}").status_code == 404
        assert post(page, "restore", revision=number).status_code == 404
        assert post(page, "name-version", revision=number, name="x").status_code == 404


def test_it_publishes_nothing_that_the_publisher_has_not_seen(page: EditPage, client: FlaskClient) -> None:
    writer = EditPage(client, page.path).open().fill({"ru.body": "Никто этого не видел."})
    writer.press()
    answer = page.press("publish:ru en")
    assert answer.status_code == 409
    assert client.get(ADDRESS).status_code == 404
    page.read(answer.text)
    assert page.value("ru.body") == "Никто этого не видел."
    assert page.press("publish:ru en").status_code == 303


def test_what_was_set_aside_stays_to_be_found(page: EditPage, client: FlaskClient) -> None:
    base = get_draft(STORIES, id_of(page)).revision_ids
    EditPage(client, page.path).open().fill({"ru.title": "Чужое", "ru.body": "Чужой текст"}).press()
    for values in ({"title": "Моё"}, {"body": "Мой текст"}):
        drafts.save(
            content_type=STORIES,
            object_id=id_of(page),
            values={"ru": values},
            bases=base,
            edit_session="mine",
            author_id=7,
        )
    with time_machine.travel(in_days(5), tick=False):
        trash.prune()
    [conflicting] = [row for row in get_history(STORIES, id_of(page), "ru") if row.conflicting]
    kept = json.loads(db.session.get_one(Revision, conflicting.id).fields)
    assert kept == {"title": "Моё", "body": "Мой текст"}
    drafts.restore_revision(content_type=STORIES, object_id=id_of(page), revision_id=conflicting.id, author_id=7)
    assert get_draft(STORIES, id_of(page)).fields["ru"] | kept == get_draft(STORIES, id_of(page)).fields["ru"]
    assert get_draft(STORIES, id_of(page)).fields["ru"]["summary"] == COMPLETE["ru.summary"]


def test_a_later_language_brings_nothing_old_back(page: EditPage, client: FlaskClient) -> None:
    page.fill({"day": "2030-01-01"}).press("schedule:en")
    page.open().press("publish:ru")
    page.open().fill({"shared.slug": "newer-address"}).press("publish:ru")
    with time_machine.travel("2030-01-02 00:00Z", tick=False):
        assert publishing.publish_due() == 1
    assert client.get("/en/stories/newer-address/").status_code == 200
    assert client.get("/ru/stories/newer-address/").status_code == 200


def test_a_picture_needs_its_words_in_the_language_that_stays(page: EditPage, client: FlaskClient) -> None:
    page.press("publish:ru en")
    page.open().fill({"shared.notice": "needed", "ru.content_notice": "Тяжёлое."})
    answer = page.press("publish:ru")
    assert answer.status_code == 422
    assert "English: write the content notice." in answer.text.replace("\xa0", " ")


def test_a_thing_in_the_trash_is_out_of_reach(page: EditPage) -> None:
    post(page, "move-to-trash")
    with pytest.raises(NotThere):
        publishing.publish(content_type=STORIES, object_id=id_of(page), languages=["ru"], author_id=1)
    assert page.press("publish:ru en").status_code == 404
    assert trash.restore(content_type=STORIES, object_id=id_of(page)) == []
    with pytest.raises(NotThere):
        trash.restore(content_type=STORIES, object_id=id_of(page))


def test_a_writer_throws_nothing_away_that_is_scheduled(page: EditPage, sign_in: SignIn, app: Flask) -> None:
    page.fill({"day": "2030-01-01"}).press("schedule:ru en")
    writer = make_client(app)
    sign_in(writer, "writer")
    post(EditPage(writer, page.path).open(), "move-to-trash")
    assert db.session.get_one(ContentItem, {"content_type": "stories", "object_id": id_of(page)}).deleted_at is None


def test_what_the_design_needs_cannot_be_thrown_away(page: EditPage, client: FlaskClient, content: None) -> None:
    token = page.value("csrf_token")
    client.post("/admin/home/bulk", data={"csrf_token": token, "do": "move-to-trash", "chosen": "1"})
    assert (
        db.session.scalars(
            select(ContentItem).where(ContentItem.content_type == "home", ContentItem.deleted_at.is_not(None))
        ).all()
        == []
    )


def test_a_petition_that_was_signed_cannot_be_thrown_away(
    page: EditPage, client: FlaskClient, petition: Petition
) -> None:
    db.session.add(SignatureCount(petition_id=petition.id, shard=0, confirmed=0))
    db.session.commit()
    post(EditPage(client, f"/admin/petitions/{petition.id}/").open(), "move-to-trash")
    assert client.get(f"/admin/petitions/{petition.id}/").status_code == 200


def test_work_that_fails_does_not_hold_up_the_letters(page: EditPage, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker()

    def fail() -> None:
        raise ValueError

    worker._do(fail)
    page.fill({"day": "2030-01-01"}).press("schedule:ru")
    monkeypatch.setattr(live_fields, "apply", lambda *_: int("x"))
    with time_machine.travel("2030-01-02 00:00Z", tick=False):
        assert publishing.publish_due() == 0
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
