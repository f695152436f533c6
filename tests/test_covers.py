"""Covers on the pages that show them: a drawing of ours, one drawn from the title, or an uploaded picture."""

import base64
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from tests.admin.editing.edit_page import EditPage, create
from tests.conftest import SignIn
from tests.factories import MemberFactory, ProjectFactory, SeriesFactory, StoryFactory
from tests.html import parse
from tests.media.conftest import picture
from wzo.cms.checks import checklist
from wzo.cms.content_types import registry
from wzo.cms.queries import get_draft
from wzo.extensions import db, write_transaction
from wzo.media import actions
from wzo.media.models import Picture
from wzo.media.reference_index import picture_uses

pytestmark = pytest.mark.one_database

__all__ = ["picture"]


def covers(client: FlaskClient, path: str) -> list[dict[str, str]]:
    """The attributes of the pictures in the main part of a page."""
    page = parse(client.get(path).data)
    (main,) = page.all(lambda it: it.tag == "main")
    return [dict(it.attrib) for it in main.iter("img")]


def use(picture: Picture, content_type: str, object_id: int) -> None:
    with write_transaction():
        picture_uses.record(
            content_type=content_type, object_id=object_id, locale="shared", live=True, keys={picture.key}
        )


@pytest.mark.parametrize(
    ("factory", "path"),
    [(ProjectFactory, "projects/{}/"), (SeriesFactory, "series/{}/"), (ProjectFactory, "projects/")],
)
def test_it_draws_a_cover_from_the_title(client: FlaskClient, factory: Any, path: str) -> None:
    slug = factory(cover="drawn-plum", texts__title="Letters from Mordovia", texts__cover_alt="A boat.").slug
    (cover,) = covers(client, f"/en/{path.format(slug)}")
    assert cover["src"] == "/covers/plum/3-4-4-4-4.svg"
    # A drawing from the title says nothing more; the text described an earlier cover.
    assert (cover["alt"], cover["width"], cover["height"]) == ("", "480", "320")
    assert client.get(cover["src"]).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("factory", "kind", "path"),
    [(ProjectFactory, "projects", "projects/{}/"), (SeriesFactory, "series", "series/{}/")],
)
def test_it_shows_an_uploaded_cover_around_its_focal_point(
    client: FlaskClient, picture: Picture, factory: Any, kind: str, path: str
) -> None:
    actions.set_focus(picture_id=picture.id, x=10, y=90)
    it = factory(cover="drawn-plum", cover_picture=picture.key, texts__cover_alt="A window.")
    use(picture, kind, it.id)
    url = f"/en/{path.format(it.slug)}"
    (cover,) = covers(client, url)
    assert (cover["alt"], cover["class"]) == ("A window.", "photo at-end")
    assert client.get(cover["src"]).mimetype == "image/jpeg"
    card = client.get(f"{url}card.png").data
    with write_transaction():
        picture_uses.delete(content_type=kind, object_id=it.id)
    actions.delete_picture(picture_id=picture.id)
    (cover,) = covers(client, url)
    assert cover["src"].startswith("/covers/plum/")
    assert client.get(f"{url}card.png").data != card


@pytest.mark.slow
def test_it_draws_the_cover_of_a_story_or_shows_that_of_its_project(client: FlaskClient) -> None:
    project = ProjectFactory()
    story = StoryFactory(project_id=project.id, texts__title="Letters from Mordovia")
    path = f"/en/stories/{story.slug}/"
    assert "last-hope" in covers(client, path)[0]["src"]
    own = StoryFactory(project_id=project.id, cover="drawn-blue", texts__title="Letters from Mordovia")
    path = f"/en/stories/{own.slug}/"
    assert covers(client, path)[0]["src"] == "/covers/blue/3-4-4-4-4.svg"
    assert "<svg" in client.get(f"{path}print/").text
    embedded = re.search(r"data:image/svg\+xml;base64,([^\"]+)", client.get(f"{path}offline.html").text)
    assert embedded
    assert b"#23344c" in base64.b64decode(embedded[1])
    card = Image.open(io.BytesIO(client.get(f"{path}card.png").data)).convert("RGB")
    assert card.getpixel((1195, 5)) == (0x23, 0x34, 0x4C)


def test_it_prints_an_uploaded_cover(client: FlaskClient, picture: Picture) -> None:
    series = SeriesFactory(cover_picture=picture.key, texts__cover_alt="A window.")
    StoryFactory(series_id=series.id, part=1)
    page = client.get(f"/en/series/{series.slug}/print/").text
    assert f'<img src="/media/{picture.key}/' in page
    assert 'aria-label="A window."' in page


def test_it_does_not_give_photographs_to_the_press_as_drawings(client: FlaskClient, picture: Picture) -> None:
    ProjectFactory(cover="drawn-plum", texts__title="Drawn from the title")
    ProjectFactory(cover="last-hope", cover_picture=picture.key, texts__title="Photographed")
    page = client.get("/en/press/").text
    assert "Drawn from" in page.replace("\u00a0", " ")
    assert "Photographed" not in page


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({}, False),
        ({"cover": "drawn-plum"}, False),
        ({"cover": "last-hope"}, True),
        ({"cover": "drawn-plum", "cover_picture": "PICTURE"}, True),
        ({"cover_picture": "PICTURE"}, True),
    ],
)
def test_it_asks_for_the_description_of_what_shows_something(
    client: FlaskClient, sign_in: SignIn, picture: Picture, fields: dict[str, str], missing: bool
) -> None:
    sign_in(client, "publisher")
    page = create(client, "series")
    values = {f"shared.{name}": value.replace("PICTURE", picture.key) for name, value in fields.items()}
    page.fill({"en.title": "Letters", "en.summary": "A series.", **values}).press()
    db.session.rollback()
    draft = get_draft(registry["series"], int(page.path.rstrip("/").rsplit("/", 1)[1]))
    assert ("en.cover_alt" in {it.field for it in checklist(draft, ["en"])}) is missing


@pytest.mark.slow
def test_it_offers_drawings_in_the_form(client: FlaskClient, sign_in: SignIn, picture: Picture) -> None:
    sign_in(client, "writer")
    page: EditPage = create(client, "series").fill({"en.title": "Letters from Mordovia"})
    page.press()
    page.open()
    assert 'name="shared.cover" value="drawn-plum"' in page.text
    assert 'src="/covers/plum/3-4-4-4-4.svg"' in page.text
    page.fill({"shared.cover": "drawn-plum"}).press()
    assert page.open().value("shared.cover") == "drawn-plum"
    story = create(client, "stories")
    assert 'value="drawn-plum"' in story.text
    assert 'name="shared.cover" value="last-hope"' not in story.text


def test_it_draws_initials_in_a_colour(client: FlaskClient) -> None:
    MemberFactory(portrait_colour="plum")
    MemberFactory()
    page = client.get("/en/team/").text
    assert page.count('class="portrait plum"') == 1
    assert page.count('class="portrait"') == 1
