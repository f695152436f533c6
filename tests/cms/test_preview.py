"""Previews of drafts as public pages."""

import pytest
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import STORY_PATH, EditPage, create
from tests.conftest import SignIn
from wzo.cms.content_types import registry
from wzo.cms.lists import get_items


def test_it_leaves_nothing_behind(page: EditPage, client: FlaskClient) -> None:
    before = client.get("/ru/stories/").text
    client.get(page.path + "preview/ru/")
    assert client.get("/ru/stories/").text == before
    assert client.get(STORY_PATH).status_code == 404


@pytest.mark.slow
def test_it_previews_every_content_type(client: FlaskClient, sign_in: SignIn, content: None) -> None:
    sign_in(client, "writer")
    for content_type in registry.values():
        page = (
            EditPage(client, f"/admin/{content_type.key}/{get_items(content_type, limit=None)[0].id}/")
            if content_type.singleton
            else None
        )
        page = (page.open() if page else create(client, content_type.key)).fill(
            {f"en.{content_type.title}": "Unheard of"}
        )
        page.press()
        response = client.get(page.path + "preview/en/")
        assert response.status_code == 200, content_type.key
        assert (
            content_type.key
            in (
                "countries",
                "notices",
                "petition-updates",
                "petition-thresholds",
                "pages",
                "donation-goals",
                "annual-accounts",
            )
            or "Unheard of" in response.text
        ), content_type.key
