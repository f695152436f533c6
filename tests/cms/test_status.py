"""Stale and current translations."""

import re

import pytest

from tests.admin.editing.edit_page import STORIES, EditPage, id_of, post
from wzo.cms.lists import find, get_items
from wzo.extensions import db


def stale(page: EditPage) -> list[str]:
    db.session.rollback()
    items = get_items(STORIES, ids=[id_of(page)])
    return [code for code, one in items[0].statuses.items() if one.stale]


@pytest.mark.slow
def test_it_marks_the_other_translation_as_stale(page: EditPage) -> None:
    page.press("publish:ru en")
    assert stale(page) == []
    page.open().fill({"ru.body": "Второй абзац."}).press()
    assert stale(page) == []
    page.open().press("publish:ru")
    assert stale(page) == ["en"]
    assert re.search("<del>Первый\\s*</del><ins>Второй\\s*</ins>", page.open().text)
    assert [item.id for item in find("stale")] == [id_of(page)]


@pytest.mark.slow
def test_it_keeps_a_translation_stale_after_a_minor_change(page: EditPage) -> None:
    page.press("publish:ru en")
    page.open().fill({"ru.body": "Второй абзац."}).press("publish:ru")
    page.open().fill({"en.title": "Mothers"}).press("publish:en")
    assert "en" in stale(page)


@pytest.mark.slow
def test_it_makes_a_translation_current_when_changes_are_translated(page: EditPage) -> None:
    page.press("publish:ru en")
    page.open().fill({"ru.body": "Второй абзац."}).press("publish:ru")
    page.open().fill({"en.body": "The second paragraph."})
    page.fields["translation_is_current"] = ["1"]
    page.press("publish:en")
    assert stale(page) == []


def test_it_lets_a_translation_be_marked_current(page: EditPage) -> None:
    page.press("publish:ru en")
    page.open().fill({"ru.body": "Первый абзац!"}).press("publish:ru")
    post(page, "mark-translation-current", language="en")
    assert stale(page) == []
