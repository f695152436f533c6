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
from wzo.admin.editing import actions, live, publishing, trash
from wzo.admin.editing.kinds import KINDS
from wzo.admin.editing.models import SHARED, Piece, Revision
from wzo.admin.editing.queries import get_draft, get_editions, get_history
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
        ("all.themes", "999"),
        ("all.themes", "x"),
        ("all.project_id", "999"),
        ("all.project_id", "9" * 30),
        ("all.series_id", "x"),
        ("all.picture", "0" * 32),
        ("all.format", "audio"),
        ("all.published", "31.12.2020"),
        ("all.part", "-1"),
        ("ru.original_language", "английский язык"),
        ("ru.original_url", "javascript:alert(1)"),
        ("ru.body", "![Что это](/media/" + "0" * 32 + ".jpg#1x1)"),
        ("ru.credits", "[сюда](/ru/nowhere/)"),
    ],
)
def test_it_stops_what_cannot_be_and_keeps_the_page_open(page: EditPage, field: str, value: str) -> None:
    extra = {"all.part": "2"} if field == "all.series_id" else {}
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
    base = get_draft(STORIES, id_of(page)).heads
    EditPage(client, page.path).open().fill({"ru.title": "Чужое", "ru.body": "Чужой текст"}).press()
    for values in ({"title": "Моё"}, {"body": "Мой текст"}):
        actions.save(kind=STORIES, thing_id=id_of(page), values={"ru": values}, bases=base, sitting="mine", author_id=7)
    with time_machine.travel(in_days(5), tick=False):
        trash.prune()
    [aside] = [row for row in get_history(STORIES, id_of(page), "ru") if row.aside]
    kept = json.loads(db.session.get_one(Revision, aside.id).fields)
    assert kept == {"title": "Моё", "body": "Мой текст"}
    actions.restore(kind=STORIES, thing_id=id_of(page), revision_id=aside.id, author_id=7)
    assert get_draft(STORIES, id_of(page)).parts["ru"] | kept == get_draft(STORIES, id_of(page)).parts["ru"]
    assert get_draft(STORIES, id_of(page)).parts["ru"]["summary"] == COMPLETE["ru.summary"]


def test_a_later_language_brings_nothing_old_back(page: EditPage, client: FlaskClient) -> None:
    page.fill({"day": "2030-01-01"}).press("schedule:en")
    page.open().press("publish:ru")
    page.open().fill({"all.slug": "newer-address"}).press("publish:ru")
    with time_machine.travel("2030-01-02 00:00Z", tick=False):
        assert publishing.publish_due() == 1
    assert client.get("/en/stories/newer-address/").status_code == 200
    assert client.get("/ru/stories/newer-address/").status_code == 200


def test_a_picture_needs_its_words_in_the_language_that_stays(page: EditPage, client: FlaskClient) -> None:
    page.press("publish:ru en")
    page.open().fill({"all.notice": "needed", "ru.content_notice": "Тяжёлое."})
    answer = page.press("publish:ru")
    assert answer.status_code == 422
    assert "English: write the content notice." in answer.text.replace("\xa0", " ")


def test_a_thing_in_the_trash_is_out_of_reach(page: EditPage) -> None:
    post(page, "throw-away")
    with pytest.raises(NotThere):
        publishing.publish(kind=STORIES, thing_id=id_of(page), languages=["ru"], author_id=1)
    assert page.press("publish:ru en").status_code == 404
    assert trash.put_back(kind=STORIES, thing_id=id_of(page)) == []
    with pytest.raises(NotThere):
        trash.put_back(kind=STORIES, thing_id=id_of(page))


def test_a_writer_throws_nothing_away_that_is_scheduled(page: EditPage, sign_in: SignIn, app: Flask) -> None:
    page.fill({"day": "2030-01-01"}).press("schedule:ru en")
    writer = make_client(app)
    sign_in(writer, "writer")
    post(EditPage(writer, page.path).open(), "throw-away")
    assert db.session.get_one(Piece, {"kind": "stories", "thing_id": id_of(page)}).deleted_at is None


def test_what_the_design_needs_cannot_be_thrown_away(page: EditPage, client: FlaskClient, content: None) -> None:
    token = page.value("csrf_token")
    client.post("/admin/home/bulk", data={"csrf_token": token, "do": "throw-away", "chosen": "1"})
    assert db.session.scalars(select(Piece).where(Piece.kind == "home", Piece.deleted_at.is_not(None))).all() == []


def test_a_petition_that_was_signed_cannot_be_thrown_away(
    page: EditPage, client: FlaskClient, petition: Petition
) -> None:
    db.session.add(SignatureCount(petition_id=petition.id, shard=0, confirmed=0))
    db.session.commit()
    post(EditPage(client, f"/admin/petitions/{petition.id}/").open(), "throw-away")
    assert client.get(f"/admin/petitions/{petition.id}/").status_code == 200


def test_work_that_fails_does_not_hold_up_the_letters(page: EditPage, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = Worker()

    def fail() -> None:
        raise ValueError

    worker._do(fail)
    page.fill({"day": "2030-01-01"}).press("schedule:ru")
    monkeypatch.setattr(live, "put_live", lambda *_: int("x"))
    with time_machine.travel("2030-01-02 00:00Z", tick=False):
        assert publishing.publish_due() == 0
    db.session.rollback()
    edition = get_editions(STORIES, id_of(page))["ru"]
    assert (edition.due_at, bool(edition.trouble)) == (None, True)


def test_beginning_and_publishing_at_once_wait_for_each_other(page: EditPage, app: Flask) -> None:
    thing_id, kind = id_of(page), KINDS["stories"]
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
        lambda: actions.create(kind=kind, author_id=1),
        lambda: publishing.publish(kind=kind, thing_id=thing_id, languages=["ru", "en"], author_id=1),
        lambda: publishing.take_down(kind=kind, thing_id=thing_id, languages=["en"]),
    )
    threads = [threading.Thread(target=often, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert get_draft(kind, thing_id).parts[SHARED]["slug"] == "mothers-and-children"
