"""The pictures pages of the panel."""

import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.edit_page import COMPLETE, create
from tests.conftest import SignIn
from tests.html import parse
from tests.media.conftest import picture, show
from tests.media.samples import animated, small
from wzo.admin.pictures import chooser
from wzo.extensions import db
from wzo.media import actions
from wzo.media.models import Picture
from wzo.typography import NBSP

pytestmark = pytest.mark.one_database

__all__ = ["picture"]
PAGE = "/admin/pictures/"


def plain(text: str) -> str:
    """A text with plain spaces instead of no-break spaces."""
    return text.replace(NBSP, " ")


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(PAGE).text)
    assert found
    return found[1]


def upload(client: FlaskClient, *files: tuple[str, bytes], fragment: bool = False):  # type: ignore[no-untyped-def]
    data = {"csrf_token": token(client), "pictures": [(io.BytesIO(content), name) for name, content in files]}
    headers = {"HX-Request-Type": "partial"} if fragment else {}
    return client.post(f"{PAGE}upload/", data=data, headers=headers)


def fields(client: FlaskClient, **changes: object) -> dict[str, object]:
    return {
        "csrf_token": token(client),
        "focus_x": 50,
        "focus_y": 50,
        "alt_ru": "",
        "alt_en": "",
        "caption_ru": "",
        "caption_en": "",
        "credit": "",
        **changes,
    }


def test_it_opens_a_single_upload_for_its_description(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    response = upload(client, ("../Окно.jpg", small()))
    assert response.status_code == 303
    page = client.get(response.location)
    assert page.status_code == 200
    assert parse(page.data).errors == []
    assert db.session.scalars(select(Picture.name)).all() == ["Окно.jpg"]
    assert "Окно.jpg" in client.get(PAGE).text


@pytest.mark.parametrize("fragment", [False, True])
def test_it_explains_why_an_upload_was_refused(client: FlaskClient, sign_in: SignIn, fragment: bool) -> None:
    sign_in(client, "writer", "ru")
    response = upload(client, ("a.jpg", small()), ("b.svg", b"<svg/>"), ("c<b>.txt", b"hello"), fragment=fragment)
    assert response.status_code == 422
    assert ("<h1>" in response.text) is not fragment
    assert "в формате SVG" in plain(response.text)
    assert "c&lt;b&gt;.txt" in response.text
    assert db.session.scalars(select(Picture.name)).all() == ["a.jpg"]


def test_it_redirects_to_the_list_after_several_uploads(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    response = upload(client, ("a.jpg", small()), ("b.png", small("PNG")))
    assert (response.status_code, response.location) == (303, PAGE)
    page = client.get(PAGE)
    assert "2 pictures uploaded." in plain(page.text)
    assert parse(page.data).errors == []


@pytest.mark.slow
def test_it_says_that_an_animation_is_lost(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    notice, moving, still = "Only the first frame of the animation is kept.", animated("GIF"), small("GIF")
    for file, expected in ((moving, 1), (still, 0)):
        assert client.get(upload(client, ("a.gif", file)).location).text.count(notice) == expected
    assert upload(client, ("a.gif", moving), ("b.gif", still), fragment=True).text.count(notice) == 1
    data = {"csrf_token": token(client), "pictures": (io.BytesIO(moving), "a.gif")}
    response = client.post(f"{PAGE}upload/", data=data, headers={"Accept": "application/json"})
    assert response.get_json()["notice"] == notice
    page = create(client)
    page.fill(COMPLETE)
    sent = {**page.fields, "do": "save", "upload.picture": (io.BytesIO(moving), "a.gif")}
    assert notice in client.get(client.post(page.path, data=sent).location).text


def test_it_accepts_an_upload_without_a_picture(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    response = client.post(f"{PAGE}upload/", data={"csrf_token": token(client)})
    assert response.status_code == 422
    assert "No picture was chosen." in response.text


def test_it_saves_texts_and_the_focal_point(client: FlaskClient, sign_in: SignIn, picture: Picture) -> None:
    sign_in(client, "writer")
    path = f"{PAGE}{picture.id}/"
    sent = fields(client, alt_ru="Окно", caption_en='A "window"', credit="Anna", decorative="y", focus_x=10, focus_y=90)
    assert client.post(path, data=sent).status_code == 303
    page = client.get(path)
    assert parse(page.data).errors == []
    for value in ("Окно", "A &#34;window&#34;", "Anna", "10", "90"):
        assert f'value="{value}"' in page.text
    assert "M10 0V100M0 90" in page.text
    assert f"![Окно](/media/{picture.key}.jpg#64x48)" in page.text


def test_it_sets_the_focal_point_by_a_click_without_scripts(
    client: FlaskClient, sign_in: SignIn, picture: Picture
) -> None:
    sign_in(client, "writer")
    # The picture is 256 wide and 192 high on the page.
    sent = fields(client, alt_en="A window", **{"at.x": "64", "at.y": "192"})
    assert client.post(f"{PAGE}{picture.id}/", data=sent).status_code == 303
    db.session.rollback()
    row = db.session.execute(select(Picture.focus_x, Picture.focus_y)).one()
    assert tuple(row) == (25, 100)


@pytest.mark.parametrize("value", ["", "101", "-1", "x", "1.5"])
def test_it_explains_an_invalid_focal_point_and_keeps_the_texts(
    client: FlaskClient, sign_in: SignIn, picture: Picture, value: str
) -> None:
    sign_in(client, "writer")
    response = client.post(f"{PAGE}{picture.id}/", data=fields(client, alt_en="A window", focus_x=value))
    assert response.status_code == 422
    assert 'href="#focus_x"' in response.text
    assert 'value="A window"' in response.text


def test_it_lets_only_publishers_change_a_live_picture(client: FlaskClient, sign_in: SignIn, picture: Picture) -> None:
    show(picture)
    path = f"{PAGE}{picture.id}/"
    for role, expected in (("writer", 50), ("publisher", 0)):
        sign_in(client, role)
        assert client.post(path, data=fields(client, focus_x=0)).status_code == 303
        assert db.session.scalar(select(Picture.focus_x)) == expected
        db.session.rollback()


def test_it_deletes_and_restores(client: FlaskClient, sign_in: SignIn, picture: Picture) -> None:
    sign_in(client, "writer")
    path = f"{PAGE}{picture.id}/"
    show(picture)
    response = client.post(f"{path}delete/", data={"csrf_token": token(client)}, follow_redirects=True)
    assert "This picture is shown on the site." in response.text
    assert ">live</span>" in response.text
    show(picture, shown=False)
    client.post(f"{path}delete/", data={"csrf_token": token(client)})
    assert "window.jpg" not in client.get(PAGE).text
    assert "window.jpg" in client.get(f"{PAGE}?only=deleted").text
    assert "is in the bin" in client.get(path).text
    client.post(f"{path}restore/", data={"csrf_token": token(client)})
    assert "window.jpg" in client.get(PAGE).text


def test_it_finds_and_filters(client: FlaskClient, sign_in: SignIn, picture: Picture) -> None:
    sign_in(client, "writer")
    for query, found in (("q=WINDOW", True), ("q=door", False), ("only=silent", True), ("only=unused", True)):
        assert ("window.jpg" in client.get(f"{PAGE}?{query}").text) is found, query
    assert client.get(f"{PAGE}?only=x").status_code == 404
    assert client.get(f"{PAGE}?page=0").status_code == 404


def test_it_lets_pictures_be_chosen_for_a_field_or_a_text(
    client: FlaskClient, sign_in: SignIn, picture: Picture
) -> None:
    sign_in(client, "writer")
    headers = {"HX-Request-Type": "partial"}
    assert f'data-key="{picture.key}"' in client.get(f"{PAGE}choose/?field=1", headers=headers).text
    text = client.get(f"{PAGE}choose/", headers=headers).text
    assert f'data-markdown="![](/media/{picture.key}.jpg#64x48)"' in text
    assert "<h1>" in client.get(f"{PAGE}choose/").text


@pytest.mark.parametrize("path", ["choose/", "choose/?field=1"])
def test_it_offers_pictures_by_the_page(
    client: FlaskClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    sign_in(client, "writer")
    monkeypatch.setattr(chooser, "PAGE_SIZE", 2)
    for number in range(3):
        actions.add_picture(data=small(), name=f"boat-{number}.jpg", editor_id=None)
    first = client.get(f"{PAGE}{path}")
    assert [name in first.text for name in ("boat-0", "boat-1", "boat-2")] == [False, True, True]
    assert "page=2" in first.text
    second = client.get(f"{PAGE}{path}{'&' if '?' in path else '?'}page=2").text
    assert [name in second for name in ("boat-0", "boat-1", "boat-2")] == [True, False, False]
    assert client.get(f"{PAGE}{path}{'&' if '?' in path else '?'}page=0").status_code == 404
    assert "No pictures match." in client.get(f"{PAGE}choose/?q=nothing").text


def test_it_says_that_the_server_has_no_lasting_storage(
    client: FlaskClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, "writer")
    monkeypatch.setattr(actions, "uploads_enabled", lambda: False)
    page = client.get(PAGE).text
    assert "Ask an administrator" in page
    assert "MEDIA_URL" not in page
    assert 'type="file"' not in page
    sign_in(client, "administrator")
    assert "MEDIA_URL" in client.get(PAGE).text


@pytest.mark.slow
def test_it_is_public_as_long_as_its_story(client: FlaskClient, sign_in: SignIn) -> None:
    """From the upload in the story's own form to unpublishing the story."""
    sign_in(client, "publisher")
    reader = client.application.test_client()
    reader.base_url = client.base_url  # type: ignore[attr-defined]
    page = create(client)
    page.fill({**COMPLETE, "ru.picture_alt": "Окно камеры", "en.picture_alt": "A cell window"})
    sent = {**page.fields, "do": "save", "upload.picture": (io.BytesIO(small(size=(900, 600))), "window.jpg")}
    assert client.post(page.path, data=sent).status_code == 303
    key = db.session.scalars(select(Picture.key)).one()
    db.session.rollback()
    path = f"/media/{key}/480.jpg"
    assert reader.get(path).status_code == 404
    assert page.open().press("publish:ru en").status_code == 303
    assert reader.get(path).status_code == 200
    story = re.search(r'href="(/en/stories/[^"/]+/)"', reader.get("/en/stories/").text)
    assert story
    shown = reader.get(story[1])
    assert parse(shown.data).errors == []
    assert f'srcset="/media/{key}/480.avif 480w, /media/{key}/900.avif 900w"' in shown.text
    assert 'alt="A cell window"' in plain(shown.text)
    assert f"/media/{key}/wide.jpg" in shown.text
    packed = reader.get(f"{story[1]}offline.html").text
    assert "data:image/jpeg;base64," in packed
    assert "/media/" not in packed
    assert reader.get(f"{story[1]}print/").status_code == 200
    assert reader.get(f"{story[1]}card.png").mimetype == "image/png"
    client.post(f"{page.path}unpublish", data={"csrf_token": token(client), "languages": "ru en"})
    assert reader.get(path).status_code == 410
