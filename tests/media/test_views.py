"""Who may see an uploaded picture."""

import pytest
from flask.testing import FlaskClient

from tests.conftest import SignIn
from tests.media.conftest import show
from wzo.media import actions, serving
from wzo.media.models import Picture

NAMES = ("64.avif", "64.webp", "64.jpg", "square.webp", "square.jpg", "wide.jpg")


def test_it_serves_the_public_while_a_live_page_shows_the_picture(client: FlaskClient, picture: Picture) -> None:
    path = f"/media/{picture.key}/64.webp"
    assert client.get(path).status_code == 404
    show(picture, live=False)
    assert client.get(path).status_code == 404
    show(picture)
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=60"
    # In feeds, readers' programs show it on pages of their own.
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "Set-Cookie" not in response.headers
    again = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    # Caches ask again after a minute, and learn that it is gone.
    show(picture, shown=False)
    gone = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert (gone.status_code, gone.headers["Cache-Control"]) == (410, "no-store")


def test_it_keeps_serving_while_another_locale_shows_the_picture(client: FlaskClient, picture: Picture) -> None:
    show(picture, locale="ru")
    show(picture, locale="en")
    show(picture, locale="ru", shown=False)
    assert client.get(f"/media/{picture.key}/64.jpg").status_code == 200


def test_it_sends_each_file_with_its_type(client: FlaskClient, picture: Picture) -> None:
    show(picture)
    types = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
    for name in NAMES:
        response = client.get(f"/media/{picture.key}/{name}")
        assert (response.status_code, response.mimetype) == (200, types[name.rpartition(".")[2]]), name
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/media/{picture.key}.jpg").mimetype == "image/jpeg"
    # For a width typed by hand, the nearest.
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
def test_it_serves_no_other_files(client: FlaskClient, picture: Picture, name: str) -> None:
    show(picture)
    assert client.get(f"/media/{picture.key}/{name}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/media/", "/media/../wzo.sqlite3", "/media/..%2f..%2fetc%2fpasswd/64.jpg", "/media/x.jpg", "/media/%5c/64.jpg"],
)
def test_it_never_leaves_the_media_folder(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("role", ["writer", "administrator"])
def test_it_always_serves_editors(client: FlaskClient, picture: Picture, sign_in: SignIn, role: str) -> None:
    sign_in(client, role)
    path = f"/media/{picture.key}/64.jpg"
    response = client.get(path)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-cache")
    actions.delete_picture(picture_id=picture.id)
    assert client.get(path).status_code == 200


def test_it_no_longer_serves_a_deleted_picture_to_the_public(client: FlaskClient, picture: Picture) -> None:
    show(picture)
    show(picture, shown=False)
    actions.delete_picture(picture_id=picture.id)
    assert client.get(f"/media/{picture.key}/64.jpg").status_code == 410


def test_it_lets_a_registered_check_grant_access(
    client: FlaskClient, picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "access_checks", {lambda key: key == picture.key})
    response = client.get(f"/media/{picture.key}/64.jpg")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-cache")


def test_it_changes_the_etag_with_the_focal_point(client: FlaskClient, picture: Picture) -> None:
    show(picture)
    path = f"/media/{picture.key}/square.jpg"
    before = client.get(path)
    actions.set_focus(picture_id=picture.id, x=100, y=0)
    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.data != before.data
