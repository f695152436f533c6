"""Previews of drafts."""

import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.edit_page import COMPLETE, create
from tests.admin.editors import own_token
from tests.conftest import SignIn, make_client
from tests.media.samples import small
from wzo.admin.editing.forms import MAX_FIELD_LENGTH
from wzo.cms import drafts, publishing, trash
from wzo.cms.content_types import registry
from wzo.cms.draft_links import create_draft_link, revoke_draft_link
from wzo.cms.models import SHARED, DraftLink
from wzo.cms.queries import get_draft
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.media import actions as media

pytestmark = pytest.mark.one_database


@pytest.mark.slow
def test_it_previews_a_draft_as_the_public_page(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = create(client).fill({**COMPLETE, "shared.part": "x"})
    page.press()
    response = client.get(page.path + "preview/ru/")
    assert response.status_code == 200
    assert "Первый абзац" in response.text
    assert 'lang="ru"' in response.text
    assert "Back to the draft" in response.text
    # The bar at the top has its own style sheet.
    assert "/static/css/draft" in response.text
    assert "Матери" not in client.get("/ru/stories/").text


STORIES = registry["stories"]
NOON = "2026-11-24 12:00Z"
DAY = 24 * 60 * 60


class SharedStory:
    """A story with a cover picture and one in its text, and a draft link in each language."""

    def __init__(self, number: int) -> None:
        self.id = drafts.create(content_type=STORIES, author_id=1)
        field, text = (media.add_picture(data=small(), name="window.jpg", editor_id=1).key for _ in range(2))
        self.keys = [field, text]
        values: dict[str, dict[str, str]] = {SHARED: {"picture": field, "slug": f"story-{number}"}, "ru": {}, "en": {}}
        for name, value in COMPLETE.items():
            locale, _, one = name.partition(".")
            values[locale][one] = value
        for code in LANGUAGES:
            values[code] |= {"picture_alt": "Окно", "body": f"![Окно камеры](/media/{text}.jpg#64x48)"}
        self.save(values)
        self.tokens = {code: self.link(code) for code in LANGUAGES}

    def save(self, values: dict[str, dict[str, str]]) -> None:
        bases = get_draft(STORIES, self.id).revision_ids
        drafts.save(
            content_type=STORIES,
            object_id=self.id,
            values=values,
            base_revision_ids=bases,
            edit_session="s",
            author_id=1,
        )

    def link(self, language: str) -> str:
        return create_draft_link(
            content_type=STORIES, object_id=self.id, language=language, reader="", days=7, author_id=1
        )

    def publish(self) -> None:
        publishing.publish(content_type=STORIES, object_id=self.id, languages=list(LANGUAGES), author_id=1)

    def unpublish(self, *languages: str) -> None:
        publishing.unpublish(content_type=STORIES, object_id=self.id, languages=languages)


@pytest.fixture
def story(app: Flask) -> SharedStory:
    return SharedStory(1)


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    return make_client(app)


def picture_statuses(client: FlaskClient, story: SharedStory, token: str) -> set[int]:
    """The statuses of a draft's pictures in every size, for a reader with a token."""
    paths = [f"/media/{key}{form}" for key in story.keys for form in (".jpg", "/64.webp", "/64.avif", "/square.jpg")]
    return {client.get(f"{path}?draft={token}").status_code for path in paths}


def draft(client: FlaskClient, token: str) -> int:
    return client.get(f"/draft/{token}/").status_code


@pytest.mark.slow
def test_it_shows_the_draft_and_its_pictures_by_a_link(anonymous: FlaskClient, story: SharedStory) -> None:
    for code, token in story.tokens.items():
        page = anonymous.get(f"/draft/{token}/")
        assert page.status_code == 200
        assert f'lang="{code}"' in page.text
        asked = re.findall(r"/media/[^\s\",]+", page.text)
        assert {path.split("/")[2][:32] for path in asked} == set(story.keys)
        assert {anonymous.get(path).status_code for path in asked} == {200}
        assert all(path.endswith(f"?draft={token}") for path in asked)
        assert picture_statuses(anonymous, story, token) == {200}


@pytest.mark.slow
def test_it_shows_no_picture_of_another_draft(anonymous: FlaskClient, story: SharedStory) -> None:
    other = SharedStory(2)
    unused = media.add_picture(data=small(), name="unused.jpg", editor_id=1).key
    for token in story.tokens.values():
        assert picture_statuses(anonymous, other, token) == {404}
        assert anonymous.get(f"/media/{unused}.jpg?draft={token}").status_code == 404
    for token in ("", "x", "None", *story.keys):
        assert picture_statuses(anonymous, story, token) == {404}


def test_it_hides_a_picture_that_was_removed_from_the_draft(anonymous: FlaskClient, story: SharedStory) -> None:
    former = story.keys[0]
    story.save({SHARED: {"picture": ""}})
    token = story.tokens["en"]
    assert anonymous.get(f"/media/{former}.jpg?draft={token}").status_code == 404
    assert anonymous.get(f"/media/{story.keys[1]}.jpg?draft={token}").status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(7 * DAY - 1, 200), (7 * DAY, 410)])
def test_it_shows_draft_and_pictures_until_the_link_expires(
    anonymous: FlaskClient, app: Flask, seconds: int, status: int
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        story = SharedStory(1)
        clock.shift(seconds)
        assert draft(anonymous, story.tokens["en"]) == status
        assert picture_statuses(anonymous, story, story.tokens["en"]) == {200 if status == 200 else 404}


def test_it_shows_nothing_by_a_revoked_link(anonymous: FlaskClient, story: SharedStory) -> None:
    first = db.session.scalars(select(DraftLink.id).order_by(DraftLink.id)).first() or 0
    revoke_draft_link(content_type=STORIES, object_id=story.id, link_id=first)
    ru, en = story.tokens["ru"], story.tokens["en"]
    assert (draft(anonymous, ru), picture_statuses(anonymous, story, ru)) == (410, {404})
    assert (draft(anonymous, en), picture_statuses(anonymous, story, en)) == (200, {200})


@pytest.mark.slow
def test_it_voids_links_and_pictures_when_unpublishing(anonymous: FlaskClient, story: SharedStory) -> None:
    story.publish()
    assert picture_statuses(anonymous, story, "") == {200}
    story.unpublish("ru", "en")
    for token in story.tokens.values():
        assert draft(anonymous, token) == 410
        assert picture_statuses(anonymous, story, token) == {410}
    assert picture_statuses(anonymous, story, "") == {410}
    # A link created afterwards is a new decision.
    assert picture_statuses(anonymous, story, story.link("en")) == {200}


def test_it_voids_only_the_links_of_an_unpublished_language(anonymous: FlaskClient, story: SharedStory) -> None:
    story.publish()
    story.unpublish("ru")
    assert (draft(anonymous, story.tokens["ru"]), draft(anonymous, story.tokens["en"])) == (410, 200)
    # The other language still shows the pictures to all readers.
    assert picture_statuses(anonymous, story, "") == {200}


@pytest.mark.parametrize("live", [True, False])
def test_it_shows_nothing_that_is_in_the_bin(anonymous: FlaskClient, story: SharedStory, live: bool) -> None:
    if live:
        story.publish()
    trash.move_to_trash(content_type=STORIES, object_id=story.id, author_id=1, may_publish=True)
    for token in story.tokens.values():
        assert draft(anonymous, token) in (404, 410)
        assert picture_statuses(anonymous, story, token) <= {404, 410}
    trash.restore(content_type=STORIES, object_id=story.id)
    assert {draft(anonymous, token) for token in story.tokens.values()} == {410}


@pytest.mark.slow
def test_it_shows_the_latest_draft_while_readers_see_the_live_text(anonymous: FlaskClient, story: SharedStory) -> None:
    story.publish()
    newer = media.add_picture(data=small(), name="newer.jpg", editor_id=1).key
    story.save({SHARED: {"picture": newer}, "en": {"title": "Later words"}})
    assert "Later words" in anonymous.get(f"/draft/{story.tokens['en']}/").text.replace("\xa0", " ")
    assert "Later words" not in anonymous.get("/en/stories/story-1/").text.replace("\xa0", " ")
    assert anonymous.get(f"/media/{newer}.jpg").status_code == 404
    assert anonymous.get(f"/media/{newer}.jpg?draft={story.tokens['en']}").status_code == 200


def test_it_previews_no_text_that_is_too_long(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    token = own_token(client)
    for length, status in ((MAX_FIELD_LENGTH, 200), (MAX_FIELD_LENGTH + 1, 413)):
        fields = {"csrf_token": token, "language": "en", "text": "a" * length}
        assert client.post("/admin/preview-text", data=fields).status_code == status
