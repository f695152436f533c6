"""Pictures: added, described, deleted and erased."""

import dataclasses
from collections.abc import Mapping

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.media.conftest import show
from tests.media.samples import small
from wzo.config import Settings
from wzo.extensions import db
from wzo.media import actions, queries
from wzo.media.models import Picture, PictureUse
from wzo.media.reference_index import picture_uses
from wzo.media.store import Store, StoreUnavailable, store
from wzo.media.uploads import PictureRefused


def test_it_refuses_to_delete_a_picture_in_use(picture: Picture) -> None:
    show(picture)
    with pytest.raises(actions.PictureInUse):
        actions.delete_picture(picture_id=picture.id)
    show(picture, shown=False)
    show(picture, live=False)
    actions.delete_picture(picture_id=picture.id)
    assert [one.id for one in queries.find_pictures(only="deleted")] == [picture.id]
    assert queries.find_pictures() == []
    actions.restore_picture(picture_id=picture.id)
    assert [one.id for one in queries.find_pictures()] == [picture.id]


def test_it_is_erased_after_thirty_days(picture: Picture) -> None:
    key, picture_id = picture.key, picture.id
    with time_machine.travel("2026-01-01 12:00Z"):
        actions.delete_picture(picture_id=picture_id)
    with time_machine.travel("2026-01-31 11:59Z"):
        assert actions.prune() == 0
    assert store().get(f"{key}/64.jpg")
    with time_machine.travel("2026-01-31 12:01Z"):
        assert actions.prune() == 1
    assert db.session.get(Picture, picture_id) is None
    for name in ("master.webp", "64.jpg", "64.avif", "wide.jpg"):
        assert store().get(f"{key}/{name}") is None


def test_it_lists_a_use_once_and_prefers_the_live_one(picture: Picture) -> None:
    show(picture, live=False)
    show(picture, live=False, locale="ru")
    assert [(it.content_type, it.object_id, it.live) for it in picture_uses.get(picture.id)] == [("stories", 1, False)]
    show(picture, locale="ru")
    assert [(it.content_type, it.object_id, it.live) for it in picture_uses.get(picture.id)] == [("stories", 1, True)]
    picture_uses.delete(content_type="stories", object_id=1)
    db.session.commit()
    assert db.session.query(PictureUse).count() == 0


def test_it_finds_by_words_in_any_case(picture: Picture) -> None:
    words = {"ru": "Ёлка во дворе колонии", "en": ""}
    actions.describe(
        picture_id=picture.id, alts=words, captions={"ru": "", "en": "Winter"}, credit="", decorative=False
    )
    for question in ("елка", "ДВОРЕ колонии", "window", "winter елка"):
        assert [one.id for one in queries.find_pictures(question)] == [picture.id], question
    assert queries.find_pictures("summer") == []
    assert queries.find_pictures(only="silent")[0].languages_without_alt == ["en"]
    actions.describe(picture_id=picture.id, alts=words, captions=words, credit="", decorative=True)
    assert queries.find_pictures(only="silent") == []


def test_it_removes_misleading_characters_from_a_file_name(app: Flask) -> None:
    assert actions.clean_file_name("C:\\Users\\anna\\Кот у окна.jpg") == "Кот у окна.jpg"
    assert actions.clean_file_name("../../etc/passwd") == "passwd"
    assert actions.clean_file_name("a\u202egpj.exe\0\r\n.jpg") == "agpj.exe.jpg"
    assert len(actions.clean_file_name("я" * 300 + ".jpg")) == 200


def test_it_refuses_uploads_on_a_server_without_lasting_storage(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, media_is_persistent=False))
    with pytest.raises(PictureRefused, match="MEDIA_URL"):
        actions.add_picture(data=small(), name="a.jpg", editor_id=None)


def test_it_explains_that_the_store_is_unreachable(
    client: FlaskClient, picture: Picture, app: Flask, settings: Settings
) -> None:
    show(picture)
    # Nothing listens on this port.
    url = "s3://pictures?endpoint=http://127.0.0.1:9"
    nowhere = Store(dataclasses.replace(settings, media_url=url, media_key_id="id", media_secret="secret"))
    kept = app.extensions["media_store"]
    app.extensions["media_store"] = nowhere
    try:
        response = client.get(f"/media/{picture.key}/64.jpg")
    finally:
        app.extensions["media_store"] = kept
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "are unavailable" in response.text


class Unreliable(Store):
    """The real store, which fails on request."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.fails = False

    def put(self, files: Mapping[str, bytes]) -> None:
        self._fail()
        super().put(files)

    def delete_folder(self, folder: str) -> None:
        self._fail()
        super().delete_folder(folder)

    def _fail(self) -> None:
        if self.fails:
            raise StoreUnavailable


@pytest.fixture
def unreliable(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Unreliable:
    made = Unreliable(settings)
    monkeypatch.setitem(app.extensions, "media_store", made)
    return made


def test_it_retries_erasing_files(unreliable: Unreliable, app: Flask) -> None:
    """The row is deleted after the files; otherwise they would be forgotten."""
    pictures = [actions.add_picture(data=small(), name=f"{number}.jpg", editor_id=None) for number in range(2)]
    keys = [picture.key for picture in pictures]
    with time_machine.travel("2026-01-01 12:00Z"):
        for picture_id in [picture.id for picture in pictures]:
            actions.delete_picture(picture_id=picture_id)
    with time_machine.travel("2026-02-01 12:00Z"):
        unreliable.fails = True
        assert actions.prune() == 0
        db.session.rollback()
        assert db.session.query(Picture).count() == 2
        assert all(unreliable.get(f"{key}/master.webp") for key in keys)
        unreliable.fails = False
        assert actions.prune() == 2
    db.session.rollback()
    assert db.session.query(Picture).count() == 0
    assert [name for key in keys for name in ("master.webp", "64.jpg") if unreliable.get(f"{key}/{name}")] == []


def test_it_adds_no_picture_whose_files_could_not_be_stored(unreliable: Unreliable, app: Flask) -> None:
    unreliable.fails = True
    with pytest.raises(StoreUnavailable):
        actions.add_picture(data=small(), name="a.jpg", editor_id=None)
    db.session.rollback()
    assert db.session.query(Picture).count() == 0


def test_it_erases_the_files_of_a_picture_that_could_not_be_recorded(
    unreliable: Unreliable, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[str] = []
    put = unreliable.put
    monkeypatch.setattr(unreliable, "put", lambda files: (stored.extend(files), put(files)))

    def fail(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(actions, "record", fail)
    with pytest.raises(RuntimeError):
        actions.add_picture(data=small(), name="a.jpg", editor_id=None)
    assert stored
    assert [path for path in stored if unreliable.get(path)] == []


@pytest.mark.parametrize(("seconds", "erased"), [(30 * 24 * 3600, 0), (30 * 24 * 3600 + 1, 1)])
def test_it_restores_a_deleted_picture_for_thirty_days(picture: Picture, seconds: int, erased: int) -> None:
    with time_machine.travel("2026-01-01 12:00Z", tick=False) as clock:
        actions.delete_picture(picture_id=picture.id)
        clock.shift(seconds)
        assert actions.prune() == erased
