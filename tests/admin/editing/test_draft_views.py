"""Drafts as the pages that they will be."""

from flask.testing import FlaskClient

from tests.admin.editing.edit_page import COMPLETE, begin
from tests.conftest import SignIn


def test_it_shows_a_draft_as_the_page_that_it_will_be(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = begin(client).fill({**COMPLETE, "shared.part": "x"})
    page.press()
    answer = client.get(page.path + "preview/ru/")
    assert answer.status_code == 200
    assert "Первый абзац" in answer.text
    assert 'lang="ru"' in answer.text
    assert "Back to the draft" in answer.text
    # The bar above is set by a sheet of its own.
    assert "/static/css/draft" in answer.text
    assert "Матери" not in client.get("/ru/stories/").text
