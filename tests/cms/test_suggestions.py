"""Suggestions for a field that refers to other objects."""

import pytest
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import STORIES, EditPage, id_of
from tests.factories import StoryFactory
from wzo.cms.suggestions import LIMIT, suggest


@pytest.mark.slow
def test_it_suggests_by_beginnings_of_words_and_by_address(page: EditPage, toys: list[int]) -> None:
    assert [it.id for it in suggest(STORIES, "toy 3")] == [toys[3]]
    assert [it.id for it in suggest(STORIES, "https://example.org/en/stories/toys-4/")] == [toys[4]]
    assert [it.id for it in suggest(STORIES, "дети мат")] == [id_of(page)], "drafts too"
    assert suggest(STORIES, "oys") == suggest(STORIES, " ?!") == []
    for number in range(2 * LIMIT):
        StoryFactory(texts__title=f"Toys again {number}")
    newest = [it.id for it in suggest(STORIES, "toys")]
    assert len(newest) == LIMIT
    assert newest == sorted(newest, reverse=True)
    assert min(newest) > max(toys)


def test_it_suggests_in_the_panel(page: EditPage, client: FlaskClient, toys: list[int]) -> None:
    answer = client.get("/admin/stories/suggestions?q=toys+3").text
    assert f'data-line="Toys 3 (№ {toys[3]})"' in answer
    assert "data-line" not in client.get(f"/admin/stories/suggestions?q=toys+3&itself={toys[3]}").text
    assert "Nothing found" in client.get("/admin/stories/suggestions?q=zzz").text
