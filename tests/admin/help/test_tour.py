"""The tour for newcomers."""

import re

import pytest
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import COMPLETE, EditPage
from tests.admin.editors import post
from tests.conftest import SignIn
from wzo.accounts.models import User
from wzo.extensions import db

pytestmark = pytest.mark.one_database


def test_it_is_offered_to_a_newcomer_until_it_is_over(client: FlaskClient, sign_in: SignIn) -> None:
    editor = sign_in(client, "writer")
    offer = "Your first story in five steps"
    assert offer in client.get("/admin/").text
    assert offer not in client.get("/admin/?tour=1").text
    assert offer in client.get("/admin/").text
    assert post(client, "/admin/help/end-tour").location == "/admin/"
    assert offer not in client.get("/admin/").text
    db.session.rollback()
    assert db.session.get_one(User, editor.id).toured_at


def test_it_continues_with_the_story_that_was_begun(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    path = post(client, "/admin/help/begin-story").location
    assert re.fullmatch(r"/admin/stories/\d+/\?tour=3", path)
    assert post(client, "/admin/help/begin-story").location == path
    page = EditPage(client, path.partition("?")[0]).open().fill(COMPLETE)
    assert page.press("publish:ru en").status_code == 303
    assert post(client, "/admin/help/begin-story").location != path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "goes_on"), [("4", "/?tour=4"), ("5", "/history/?tour=5"), ("6", "/"), ("x", "/"), ("end", "/")]
)
def test_it_saves_the_draft_between_steps(client: FlaskClient, sign_in: SignIn, step: str, goes_on: str) -> None:
    sign_in(client, "writer")
    path = post(client, "/admin/help/begin-story").location.partition("?")[0]
    page = EditPage(client, path).open().fill({"en.title": "Hands"})
    page.path = f"{path}?tour={step}"
    assert page.press().location == path.rstrip("/") + goes_on
    assert EditPage(client, path).open().value("en.title") == "Hands"
    assert ("five steps" in client.get("/admin/").text) is (step != "end")


def test_it_continues_after_a_refused_publication(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = EditPage(client, post(client, "/admin/help/begin-story").location.replace("3", "4")).open()
    stopped = page.press("publish:ru en")
    assert stopped.status_code == 422
    assert "Step 4 of 5" in stopped.text
    assert page.fill(COMPLETE).press("publish:ru en").location.endswith("/?tour=4")


@pytest.mark.parametrize("query", ["?tour=2", "?tour=0", "?tour=6", "?tour=", "?tour=x", "?tour=²", ""])
def test_it_shows_each_step_on_its_own_page_only(client: FlaskClient, sign_in: SignIn, query: str) -> None:
    sign_in(client, "writer")
    assert 'class="tour"' not in client.get(f"/admin/{query}").text
    assert 'class="tour"' in client.get("/admin/stories/?tour=2").text
