"""Stories to read next: chosen by editors, else found."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.edit_page import STORIES, EditPage, id_of, post
from tests.cms.conftest import page as page
from tests.factories import ProjectFactory, StoryFactory
from wzo.cms import trash
from wzo.cms.lines import format_lines, parse_lines
from wzo.cms.suggestions import LIMIT, suggest
from wzo.content_version import content_changed
from wzo.extensions import db, write_transaction
from wzo.publication import Redirect
from wzo.stories.content_types import MAX_RELATED
from wzo.stories.models import Story, related_stories

RELATED = next(field for field in STORIES.shared_fields if field.name == "related")
PATH = "/en/stories/mothers-and-children/"


@pytest.fixture
def others(app: Flask) -> list[int]:
    """Live stories: Toys 0 to Toys 5."""
    return [StoryFactory(slug=f"toys-{n}", texts__title=f"Toys {n}").id for n in range(6)]


def shown(client: FlaskClient, path: str = PATH) -> list[str]:
    """The titles that a story's page offers to read next."""
    _, _, section = client.get(path).text.partition('id="related"')
    return re.findall(r">(Toys.\d)<", section.replace("\xa0", " "))


def chosen(page: EditPage, text: str, do: str = "publish:ru en") -> int:
    return page.open().fill({"shared.related": text}).press(do).status_code


def test_it_shows_the_chosen_stories_in_their_order(page: EditPage, client: FlaskClient, others: list[int]) -> None:
    text = "toys-3\n/en/stories/toys-1/\r\nhttps://example.org/ru/stories/toys-4/?a=b\nTOYS, 2!"
    assert chosen(page, text) == 303
    assert shown(client) == ["Toys 3", "Toys 1", "Toys 4", "Toys 2"]
    lines = page.open().value("shared.related")
    assert lines.splitlines()[0] == f"Toys 3 (№ {others[3]})"
    assert chosen(page, "\n".join(reversed(lines.splitlines()))) == 303
    assert shown(client) == ["Toys 2", "Toys 4", "Toys 1", "Toys 3"]


def test_it_shows_only_what_is_live(page: EditPage, client: FlaskClient, others: list[int]) -> None:
    assert chosen(page, "toys-0\ntoys-1") == 303
    trash.move_to_trash(content_type=STORIES, object_id=others[0], author_id=1, may_publish=True)
    assert shown(client) == ["Toys 1"]
    trash.move_to_trash(content_type=STORIES, object_id=others[1], author_id=1, may_publish=True)
    assert shown(client) == []
    assert "in the bin" in page.open().press("publish:ru en").text


def test_it_offers_similar_stories_if_none_is_chosen(client: FlaskClient, app: Flask, project: int) -> None:
    for number in (0, 1):
        StoryFactory(slug=f"toys-{number}", project_id=project, texts__title=f"Toys {number}")
    assert shown(client, "/en/stories/toys-0/") == ["Toys 1"]


@pytest.fixture
def project(app: Flask) -> int:
    return int(ProjectFactory().id)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Nothing of the kind", "nothing, or more than one, was found for “Nothing of the kind”"),
        ("toys-0\nSame title", "was found for “Same title”"),
        ("\n".join(f"toys-{n}" for n in range(MAX_RELATED + 1)), f"choose no more than {MAX_RELATED}"),
        ("mothers-and-children", "this is the page itself"),
        ("№ 999999999", "no longer exists"),
    ],
)
def test_it_refuses_what_it_cannot_show_and_keeps_it(
    page: EditPage, client: FlaskClient, others: list[int], text: str, error: str
) -> None:
    for _ in range(2):
        StoryFactory(texts__title="Same title")
    page.fill({"shared.slug": "mothers-and-children"}).press("publish:ru en")
    response = page.open().fill({"shared.related": text}).press("publish:ru en")
    assert response.status_code == 422
    assert error in response.text
    assert len(page.open().value("shared.related").splitlines()) == len(text.splitlines())
    assert shown(client) == []


def test_it_tells_of_it_before_a_related_story_goes_to_the_bin(
    page: EditPage, client: FlaskClient, others: list[int]
) -> None:
    chosen(page, "toys-5\ntoys-2", "save")
    told = client.get(f"/admin/stories/{others[5]}/move-to-trash").text
    assert "Mothers and children" in told
    assert "stories to read next" in told
    edited = EditPage(client, f"/admin/stories/{others[5]}/").open()
    post(edited, "move-to-trash", references="replace", replacement=str(others[0]))
    assert page.open().value("shared.related").splitlines() == [f"Toys 0 (№ {others[0]})", f"Toys 2 (№ {others[2]})"]


def test_it_forgets_what_is_deleted(page: EditPage, client: FlaskClient, others: list[int]) -> None:
    chosen(page, "toys-0\ntoys-1")
    db.session.rollback()
    with write_transaction():
        content_changed()
        db.session.delete(db.session.get_one(Story, others[0]))
    rows = db.session.execute(select(related_stories.c.related_id)).scalars().all()
    assert rows == [others[1]]


def test_it_tells_the_other_editor_by_title(page: EditPage, client: FlaskClient, others: list[int]) -> None:
    other = EditPage(client, page.path).open()
    chosen(page, "toys-0", "save")
    data = {name: it for name, it in other.fields.items() if name.startswith(("csrf", "edit_session", "base."))}
    saved = client.post(page.path + "autosave", data={**data, "ru.title": "Иначе"}).json or {}
    assert saved["theirs"]["shared.related"] == f"Toys 0 (№ {others[0]})"


def test_it_suggests_by_beginnings_of_words_and_by_address(page: EditPage, others: list[int]) -> None:
    assert [it.id for it in suggest(STORIES, "toy 3")] == [others[3]]
    assert [it.id for it in suggest(STORIES, "https://example.org/en/stories/toys-4/")] == [others[4]]
    assert [it.id for it in suggest(STORIES, "дети мат")] == [id_of(page)], "drafts too"
    assert suggest(STORIES, "oys") == suggest(STORIES, " ?!") == []
    for number in range(2 * LIMIT):
        StoryFactory(texts__title=f"Toys again {number}")
    newest = [it.id for it in suggest(STORIES, "toys")]
    assert len(newest) == LIMIT
    assert newest == sorted(newest, reverse=True)
    assert min(newest) > max(others)


def test_it_suggests_in_the_panel(page: EditPage, client: FlaskClient, others: list[int]) -> None:
    answer = client.get("/admin/stories/suggestions?q=toys+3").text
    assert f'data-line="Toys 3 (№ {others[3]})"' in answer
    assert "data-line" not in client.get(f"/admin/stories/suggestions?q=toys+3&itself={others[3]}").text
    assert "Nothing found" in client.get("/admin/stories/suggestions?q=zzz").text


def test_it_knows_former_addresses_and_long_titles(app: Flask, others: list[int]) -> None:
    db.session.add(Redirect(content_type="stories", slug="old-toys", object_id=others[0]))
    db.session.commit()
    long = StoryFactory(texts__title="A very long title " * 20).id
    assert parse_lines(RELATED, "old-toys\nold-toys") == str(others[0])
    value = parse_lines(RELATED, f"№ {long}")
    assert parse_lines(RELATED, format_lines(RELATED, value)) == value == str(long)
