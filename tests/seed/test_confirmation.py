"""The initial content names people, so each text of it is listed until an editor has confirmed or published it."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.admin.editing.edit_page import EditPage
from tests.conftest import SignIn
from tests.factories import StoryFactory
from wzo.audit import AuditEntry
from wzo.extensions import db
from wzo.seed.confirmation import Unconfirmed, confirm, find_unconfirmed

pytestmark = pytest.mark.usefixtures("content")


def texts_of(content_type: str) -> list[Unconfirmed]:
    db.session.rollback()
    return [it for it in find_unconfirmed() if it.content_type == content_type]


def test_it_lists_every_live_text_of_the_initial_content(app: Flask) -> None:
    StoryFactory(slug="written-here")
    found = find_unconfirmed()
    assert {it.language for it in found} == {"ru", "en"}
    assert {"stories", "projects", "petitions", "pages", "team"} <= {it.content_type for it in found}
    assert all(it.title for it in found)
    assert not [it for it in found if "written-here" in it.key]


def test_it_confirms_what_was_read_and_logs_it(app: Flask) -> None:
    first, second, *others = texts_of("stories")
    assert confirm([first.key, "stories/none/ru", first.key]) >= 1
    assert texts_of("stories") == [second, *others]
    assert confirm([first.key]) == 0
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry
    assert (entry.action, entry.object_type) == ("confirm-initial-content", "stories")
    assert json.loads(entry.details) == {"language": first.language}


@pytest.mark.slow
def test_it_takes_a_published_text_for_confirmed_but_not_a_saved_one(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    before = texts_of("pages")
    page = EditPage(client, f"/admin/pages/{before[0].object_id}/").open()
    page.fill({"en.title": "Another title"}).press()
    assert len(texts_of("pages")) == len(before)
    assert page.open().press("publish:en").status_code == 303
    left = {(it.object_id, it.language) for it in texts_of("pages")}
    assert {(it.object_id, it.language) for it in before} - left == {(before[0].object_id, "en")}
