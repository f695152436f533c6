"""Lists of content in the panel."""

import pytest
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import STORY_PATH, EditPage, create, id_of
from tests.conftest import SignIn

pytestmark = pytest.mark.one_database


def test_it_applies_a_bulk_action(page: EditPage, client: FlaskClient) -> None:
    unready = create(client)
    unready.fill({"ru.title": "Не готова"}).press()
    token = page.value("csrf_token")
    chosen = [str(id_of(page)), str(id_of(unready))]
    response = client.post("/admin/stories/bulk", data={"csrf_token": token, "do": "publish", "chosen": chosen})
    assert response.status_code == 303
    text = client.get("/admin/stories/").text.replace("\xa0", " ")
    assert "1 item done." in text
    assert "Не готова: " in text
    assert client.get(STORY_PATH).status_code == 200


def test_it_adds_a_mention_from_the_story_that_it_belongs_to(page: EditPage, client: FlaskClient) -> None:
    story = str(id_of(page))
    token = page.value("csrf_token")
    assert f'<input type="hidden" name="stories" value="{story}">' in page.text
    for chosen, expected in ((story, f"Mothers and children (№ {story})"), ("x", ""), ("9" * 40, "")):
        response = client.post("/admin/mentions/", data={"csrf_token": token, "stories": chosen})
        assert response.status_code == 303
        assert EditPage(client, response.location).open().value("shared.stories") == expected


@pytest.mark.slow
def test_it_says_which_pages_are_in_the_menu(client: FlaskClient, sign_in: SignIn, content: None) -> None:
    sign_in(client, "writer")
    text = client.get("/admin/pages/").text.replace("\xa0", " ")
    assert text.count("In the menu, under “More”") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/admin/stories/?before=" + "9" * 40,
        "/admin/stories/?before=99999999999",
        "/admin/stories/?before=x",
        "/admin/?endpoint=x&_external=1&_scheme=ftp",
        "/admin/search/?q=%00",
        "/admin/translations/?only=nothing",
    ],
)
def test_it_survives_strange_urls(page: EditPage, path: str) -> None:
    assert page.client.get(path).status_code in (200, 400)


@pytest.mark.parametrize("path", ["/admin/nope", "/admin/nope/", "/admin/nope/bulk", "/admin/nope/1/preview/en/"])
def test_it_finds_no_page_of_an_unknown_content_type(page: EditPage, path: str) -> None:
    assert page.client.get(path).status_code == 404
