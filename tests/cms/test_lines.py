"""Fields that refer to objects in an order, one a line."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import STORIES, EditPage, post
from tests.factories import StoryFactory
from wzo.cms.lines import format_lines, parse_lines
from wzo.extensions import db
from wzo.publication import Redirect
from wzo.stories.content_types import MAX_RELATED

RELATED = next(field for field in STORIES.shared_fields if field.name == "related")


def chosen(page: EditPage, text: str, do: str = "publish:ru en") -> int:
    return page.open().fill({"shared.related": text}).press(do).status_code


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Nothing of the kind", "nothing, or more than one, was found for “Nothing of the kind”"),
        ("toys-0\nSame title", "was found for “Same title”"),
        ("\n".join(f"toys-{n}" for n in range(MAX_RELATED + 1)), f"choose no more than {MAX_RELATED}"),
        ("mothers-and-children", "this is the page itself"),
        ("№ 999999999", "no longer exists"),
        ("9" * 30, "was found for “999"),
    ],
)
def test_it_refuses_what_it_cannot_show_and_keeps_it(page: EditPage, toys: list[int], text: str, error: str) -> None:
    for _ in range(2):
        StoryFactory(texts__title="Same title")
    page.fill({"shared.slug": "mothers-and-children"}).press("publish:ru en")
    response = page.open().fill({"shared.related": text}).press("publish:ru en")
    assert response.status_code == 422
    assert error in response.text
    assert len(page.open().value("shared.related").splitlines()) == len(text.splitlines())


@pytest.mark.slow
def test_it_lists_references_before_a_related_story_goes_to_the_bin(
    page: EditPage, client: FlaskClient, toys: list[int]
) -> None:
    chosen(page, "toys-5\ntoys-2", "save")
    confirmation = client.get(f"/admin/stories/{toys[5]}/move-to-trash").text
    assert "Mothers and children" in confirmation
    assert "stories to read next" in confirmation
    edited = EditPage(client, f"/admin/stories/{toys[5]}/").open()
    post(edited, "move-to-trash", references="replace", replacement=str(toys[0]))
    assert page.open().value("shared.related").splitlines() == [f"Toys 0 (№ {toys[0]})", f"Toys 2 (№ {toys[2]})"]


@pytest.mark.slow
def test_it_shows_the_other_editor_the_titles(page: EditPage, client: FlaskClient, toys: list[int]) -> None:
    other = EditPage(client, page.path).open()
    chosen(page, "toys-0", "save")
    data = {name: it for name, it in other.fields.items() if name.startswith(("csrf", "edit_session", "base."))}
    saved = client.post(page.path + "autosave", data={**data, "ru.title": "Иначе"}).json or {}
    assert saved["theirs"]["shared.related"] == f"Toys 0 (№ {toys[0]})"


def test_it_knows_former_addresses_and_long_titles(app: Flask, toys: list[int]) -> None:
    db.session.add(Redirect(content_type="stories", slug="old-toys", object_id=toys[0]))
    db.session.commit()
    long = StoryFactory(texts__title="A very long title " * 20).id
    assert parse_lines(RELATED, "old-toys\nold-toys") == str(toys[0])
    assert parse_lines(RELATED, f"https://example.org/admin/stories/{toys[1]}/?lang=ru#ru.title") == str(toys[1])
    value = parse_lines(RELATED, f"№ {long}")
    assert parse_lines(RELATED, format_lines(RELATED, value)) == value == str(long)


@pytest.mark.slow
def test_it_names_what_was_chosen_before(page: EditPage, client: FlaskClient, toys: list[int]) -> None:
    chosen(page, "toys-0", "save")
    chosen(page, "toys-1\ntoys-0", "save")
    history = client.get(page.path + "history/").text
    pages = [client.get(unescape(path)).text for path in re.findall(r'href="([^"]*compare[^"]*)"', history)]
    shown = [text for text in pages if "Read on" in text]
    assert shown
    assert all("Toys" in text for text in shown)


@pytest.mark.slow
def test_it_empties_the_reference_to_what_goes_to_the_bin(page: EditPage, client: FlaskClient, toys: list[int]) -> None:
    chosen(page, "toys-5\ntoys-2", "save")
    post(EditPage(client, f"/admin/stories/{toys[5]}/").open(), "move-to-trash", references="clear")
    assert page.open().value("shared.related") == f"Toys 2 (№ {toys[2]})"
