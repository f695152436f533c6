"""Lists in the panel."""

import pytest
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import ADDRESS, EditPage, begin, id_of


def test_it_does_one_thing_to_many(page: EditPage, client: FlaskClient) -> None:
    unready = begin(client)
    unready.fill({"ru.title": "Не готова"}).press()
    token = page.value("csrf_token")
    chosen = [str(id_of(page)), str(id_of(unready))]
    answer = client.post("/admin/stories/bulk", data={"csrf_token": token, "do": "publish", "chosen": chosen})
    assert answer.status_code == 303
    text = client.get("/admin/stories/").text.replace("\xa0", " ")
    assert "1 item done." in text
    assert "Не готова: " in text
    assert client.get(ADDRESS).status_code == 200


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
def test_a_strange_address_breaks_nothing(page: EditPage, path: str) -> None:
    assert page.client.get(path).status_code in (200, 400)
