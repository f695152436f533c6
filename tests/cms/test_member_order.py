"""The order of the stories in a series."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.edit_page import STORIES, EditPage, post
from tests.conftest import SignIn
from tests.factories import SeriesFactory, StoryFactory
from wzo.cms import drafts, status
from wzo.cms.content_types import registry
from wzo.cms.member_order import get_members, move_member
from wzo.cms.models import SHARED
from wzo.cms.queries import get_draft
from wzo.extensions import db
from wzo.stories.models import Story

SERIES = registry["series"]


@pytest.fixture
def stories(app: Flask) -> list[int]:
    """The stories of a series; one number is missing."""
    series_id = SeriesFactory().id
    return [StoryFactory(series_id=series_id, part=part).id for part in (1, 2, 4)]


def parts(ids: list[int]) -> list[int | None]:
    db.session.rollback()
    return [db.session.scalar(select(Story.part).where(Story.id == one)) for one in ids]


def owner(ids: list[int]) -> int:
    return db.session.get_one(Story, ids[0]).series_id or 0


@pytest.mark.parametrize(
    ("which", "step", "expected"),
    [(1, -1, [2, 1, 4]), (0, 1, [2, 1, 4]), (0, 2, [4, 1, 2]), (0, -1, [1, 2, 4]), (2, 9, [1, 2, 4])],
)
def test_it_swaps_numbers_at_once(stories: list[int], which: int, step: int, expected: list[int]) -> None:
    series = owner(stories)
    move_member(content_type=STORIES, object_id=stories[which], owner_id=series, step=step, author_id=1)
    assert parts(stories) == expected
    members = get_members(SERIES, series)
    assert [it.number for it in members] == [1, 2, 4]
    for one, part in zip(stories, expected, strict=True):
        draft = get_draft(STORIES, one)
        assert draft.fields[SHARED]["part"] == str(part)
        # Nothing is left to be published.
        assert not any(it.changed for it in status.get_statuses(draft).values())


def test_it_leaves_a_number_that_a_draft_has_chosen(stories: list[int]) -> None:
    drafts.save(
        content_type=STORIES,
        object_id=stories[1],
        values={SHARED: {"part": "9"}},
        base_revision_ids=get_draft(STORIES, stories[1]).revision_ids,
        edit_session="s",
        author_id=1,
    )
    move_member(content_type=STORIES, object_id=stories[0], owner_id=owner(stories), step=1, author_id=1)
    assert parts(stories) == [2, 1, 4]
    assert get_draft(STORIES, stories[1]).fields[SHARED]["part"] == "9"


def test_it_is_done_on_the_page_of_the_series(stories: list[int], client: FlaskClient, sign_in: SignIn) -> None:
    series = owner(stories)
    sign_in(client, "publisher")
    page = EditPage(client, f"/admin/series/{series}/").open()
    story = EditPage(client, f"/admin/stories/{stories[1]}/", page.fields)
    assert post(story, f"move-within/{series}", step="-1").location == f"{page.path}#members"
    assert parts(stories) == [2, 1, 4]
