"""Previews of drafts."""

from flask.testing import FlaskClient

from tests.admin.editing.edit_page import COMPLETE, create
from tests.conftest import SignIn


def test_it_previews_a_draft_as_the_public_page(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = create(client).fill({**COMPLETE, "shared.part": "x"})
    page.press()
    response = client.get(page.path + "preview/ru/")
    assert response.status_code == 200
    assert "Первый абзац" in response.text
    assert 'lang="ru"' in response.text
    assert "Back to the draft" in response.text
    # The bar at the top has its own style sheet.
    assert "/static/css/draft" in response.text
    assert "Матери" not in client.get("/ru/stories/").text
