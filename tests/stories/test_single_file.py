"""A story as a single file."""

import base64

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.factories import StoryFactory
from tests.html import parse
from wzo.extensions import db
from wzo.static_files import FOLDER
from wzo.stories.models import StoryText

pytestmark = pytest.mark.one_database


@pytest.fixture
def story(client: FlaskClient) -> str:
    """The path of a story with pictures, one of which is missing."""
    story = StoryFactory()
    cover = next(it.get("src") for it in parse(client.get("/en/projects/").data).root.iter("img"))
    body = f"![A butterfly]({cover})\n\n![Gone](/media/gone.jpg)\n\n![Outside](https://example.org/x.png)\n\n[Team](/en/team/)"
    db.session.execute(update(StoryText).where(StoryText.story_id == story.id).values(body=body))
    db.session.commit()
    return f"/en/stories/{story.slug}/offline.html"


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.usefixtures("content")
def test_it_downloads_under_a_neutral_name(client: FlaskClient, language: str) -> None:
    response = client.get(f"/{language}/stories/outcasts-1/offline.html")
    assert response.headers["Content-Disposition"] == "attachment; filename=text.html"
    assert response.headers["X-Robots-Tag"] == "noindex"
    page = parse(response.data)
    assert page.errors == []
    assert page.root.get("lang") == language
    assert "http://127.0.0.1:8000" in "".join(page.root.itertext())


@pytest.mark.usefixtures("content")
def test_it_embeds_its_pictures(client: FlaskClient, story: str) -> None:
    page = parse(client.get(story).data)
    butterfly, gone = (it.get("src") or "" for it in page.root.iter("img"))
    kind, data = butterfly.split(",")
    assert kind == "data:image/svg+xml;base64"
    drawing = base64.b64decode(data)
    assert drawing in [path.read_bytes() for path in (FOLDER / "covers").glob("*.svg")]
    assert gone == "data:,"


@pytest.mark.usefixtures("content")
def test_it_uses_absolute_links(client: FlaskClient, story: str) -> None:
    links = [it.get("href") for it in parse(client.get(story).data).root.iter("a")]
    # An external picture is a link, as on the page.
    assert links.pop(0) == "https://example.org/x.png"
    assert links == ["http://127.0.0.1:8000/en/team/", f"http://127.0.0.1:8000{story.removesuffix('offline.html')}"]


def test_it_responds_not_modified_to_an_unchanged_file(client: FlaskClient) -> None:
    path = f"/en/stories/{StoryFactory().slug}/offline.html"
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_it_embeds_no_page_as_a_picture(client: FlaskClient) -> None:
    story = StoryFactory()
    path = f"/en/stories/{story.slug}/offline.html"
    db.session.execute(update(StoryText).where(StoryText.story_id == story.id).values(body=f"![It]({path})"))
    db.session.commit()
    (picture,) = parse(client.get(path).data).root.iter("img")
    assert picture.get("src") == "data:,"
