"""Reads of stories: what readers of a story are offered to read next."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.edit_page import STORIES, EditPage
from tests.cms.conftest import page as page
from tests.cms.conftest import toys as toys
from tests.factories import ProjectFactory, StoryFactory
from wzo.cms import trash
from wzo.content_version import bump_content_version
from wzo.extensions import db, write_transaction
from wzo.stories.models import Story, related_stories

PATH = "/en/stories/mothers-and-children/"


@pytest.fixture
def project(app: Flask) -> int:
    return int(ProjectFactory().id)


def shown(client: FlaskClient, path: str = PATH) -> list[str]:
    """The titles that a story's page offers to read next."""
    _, _, section = client.get(path).text.partition('id="related"')
    return re.findall(r">(Toys.\d)<", section.replace("\xa0", " "))


def chosen(page: EditPage, text: str, do: str = "publish:ru en") -> int:
    return page.open().fill({"shared.related": text}).press(do).status_code


@pytest.mark.slow
def test_it_shows_the_chosen_stories_in_their_order(page: EditPage, client: FlaskClient, toys: list[int]) -> None:
    text = "toys-3\n/en/stories/toys-1/\r\nhttps://example.org/ru/stories/toys-4/?a=b\nTOYS, 2!"
    assert chosen(page, text) == 303
    assert shown(client) == ["Toys 3", "Toys 1", "Toys 4", "Toys 2"]
    lines = page.open().value("shared.related")
    assert lines.splitlines()[0] == f"Toys 3 (№ {toys[3]})"
    assert chosen(page, "\n".join(reversed(lines.splitlines()))) == 303
    assert shown(client) == ["Toys 2", "Toys 4", "Toys 1", "Toys 3"]


@pytest.mark.slow
def test_it_shows_only_what_is_live(page: EditPage, client: FlaskClient, toys: list[int]) -> None:
    assert chosen(page, "toys-0\ntoys-1") == 303
    trash.move_to_trash(content_type=STORIES, object_id=toys[0], author_id=1, may_publish=True)
    assert shown(client) == ["Toys 1"]
    trash.move_to_trash(content_type=STORIES, object_id=toys[1], author_id=1, may_publish=True)
    assert shown(client) == []
    assert "in the bin" in page.open().press("publish:ru en").text


def test_it_offers_similar_stories_if_none_is_chosen(client: FlaskClient, app: Flask, project: int) -> None:
    for number in (0, 1):
        StoryFactory(slug=f"toys-{number}", project_id=project, texts__title=f"Toys {number}")
    assert shown(client, "/en/stories/toys-0/") == ["Toys 1"]


def test_it_forgets_what_is_deleted(page: EditPage, client: FlaskClient, toys: list[int]) -> None:
    chosen(page, "toys-0\ntoys-1")
    db.session.rollback()
    with write_transaction():
        bump_content_version()
        db.session.delete(db.session.get_one(Story, toys[0]))
    rows = db.session.execute(select(related_stories.c.related_id)).scalars().all()
    assert rows == [toys[1]]
