"""Who may see an uploaded picture."""

import pytest
from flask.testing import FlaskClient

from tests.conftest import SignIn
from tests.media.conftest import show
from wzo.media import actions, serving
from wzo.media.models import Picture

NAMES = ("64.avif", "64.webp", "64.jpg", "square.webp", "square.jpg", "wide.jpg")


def test_a_stranger_sees_it_while_something_live_shows_it(client: FlaskClient, picture: Picture) -> None:
    path = f"/media/{picture.key}/64.webp"
    assert client.get(path).status_code == 404
    show(picture, live=False)
    assert client.get(path).status_code == 404
    show(picture)
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Set-Cookie" not in answer.headers
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    # Taken down on purpose: whoever kept it asks after a minute, and hears that it is gone.
    show(picture, shown=False)
    gone = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (gone.status_code, gone.headers["Cache-Control"]) == (410, "no-store")


def test_it_stays_while_another_part_shows_it(client: FlaskClient, picture: Picture) -> None:
    show(picture, locale="ru")
    show(picture, locale="en")
    show(picture, locale="ru", shown=False)
    assert client.get(f"/media/{picture.key}/64.jpg").status_code == 200


def test_every_file_has_its_type(client: FlaskClient, picture: Picture) -> None:
    show(picture)
    types = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
    for name in NAMES:
        answer = client.get(f"/media/{picture.key}/{name}")
        assert (answer.status_code, answer.mimetype) == (200, types[name.rpartition(".")[2]]), name
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/media/{picture.key}.jpg").mimetype == "image/jpeg"
    # Of a width that somebody typed, the nearest.
    assert client.get(f"/media/{picture.key}/1600.avif").data == client.get(f"/media/{picture.key}/64.avif").data


@pytest.mark.parametrize(
    "name",
    [
        "master.webp",
        "64.png",
        "64.html",
        "64",
        ".jpg",
        "x.jpg",
        "-1.jpg",
        "99999.jpg",
        "٦٤.jpg",
        "..%2f..%2fwzo.sqlite3",
    ],
)
def test_there_are_no_other_files(client: FlaskClient, picture: Picture, name: str) -> None:
    show(picture)
    assert client.get(f"/media/{picture.key}/{name}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/media/", "/media/../wzo.sqlite3", "/media/..%2f..%2fetc%2fpasswd/64.jpg", "/media/x.jpg", "/media/%5c/64.jpg"],
)
def test_a_path_leads_nowhere_else(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("role", ["writer", "administrator"])
def test_an_editor_always_sees_it(client: FlaskClient, picture: Picture, sign_in: SignIn, role: str) -> None:
    sign_in(client, role)
    path = f"/media/{picture.key}/64.jpg"
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache")
    actions.delete_picture(picture_id=picture.id)
    assert client.get(path).status_code == 200


def test_a_deleted_one_is_gone_for_strangers(client: FlaskClient, picture: Picture) -> None:
    show(picture)
    show(picture, shown=False)
    actions.delete_picture(picture_id=picture.id)
    assert client.get(f"/media/{picture.key}/64.jpg").status_code == 410


def test_others_can_be_let_in(client: FlaskClient, picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "access_checks", {lambda key: key == picture.key})
    answer = client.get(f"/media/{picture.key}/64.jpg")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache")


def test_another_focal_point_is_another_file(client: FlaskClient, picture: Picture) -> None:
    show(picture)
    path = f"/media/{picture.key}/square.jpg"
    before = client.get(path)
    actions.set_focus(picture_id=picture.id, x=100, y=0)
    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.data != before.data
