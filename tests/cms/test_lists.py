"""Lists of content: their order, and what awaits review."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import EditPage, id_of, post
from tests.conftest import SignIn
from tests.factories import StoryFactory
from wzo.cms import lists
from wzo.cms.content_types import registry
from wzo.cms.lists import find, get_items
from wzo.cms.queries import get_draft
from wzo.extensions import db
from wzo.i18n import LANGUAGES


def test_it_reorders_items(client: FlaskClient, sign_in: SignIn, content: None) -> None:
    sign_in(client, "publisher")
    ids = [item.id for item in get_items(registry["themes"], limit=None)]
    page = EditPage(client, f"/admin/themes/{ids[2]}/").open()
    post(page, "move", step="-1")
    db.session.rollback()
    assert [item.id for item in get_items(registry["themes"], limit=None)] == [ids[0], ids[2], ids[1]]
    public = client.get("/en/").text
    titles = [get_draft(registry["themes"], one).fields["en"]["title"] for one in (ids[0], ids[2], ids[1])]
    places = [public.index(title.split()[0]) for title in titles]
    assert places == sorted(places)


def test_it_lists_what_awaits_review(page: EditPage, client: FlaskClient) -> None:
    page.press("review:ru en")
    for path in ("/admin/", "/admin/translations/?only=review", "/admin/search/?q=paragraph", "/admin/translations/"):
        assert "Mothers and children" in client.get(path).text, path
    assert [item.id for item in find("review")] == [id_of(page)]
    assert {code: one.in_review for code, one in find("review")[0].statuses.items()} == dict.fromkeys(LANGUAGES, True)


def test_it_offers_the_newest_of_many_stories_and_those_that_are_chosen(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "CHOICES_LIMIT", 2)
    stories = [str(StoryFactory().id) for _ in range(4)]
    assert [key for key, _ in lists.get_choices("stories")] == [stories[3], stories[2]]
    chosen = [stories[0], stories[3], "x", "9" * 30]
    assert [key for key, _ in lists.get_choices("stories", chosen)] == [stories[3], stories[2], stories[0]]
