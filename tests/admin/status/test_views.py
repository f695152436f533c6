"""The page of the initial content that an editor must read and confirm."""

import re

import pytest
from flask.testing import FlaskClient

from tests.admin.editors import send
from tests.conftest import SignIn
from wzo.extensions import db
from wzo.seed.confirmation import find_unconfirmed

PATH = "/admin/initial-content/"
CONFIRM = "/admin/initial-content/confirm/"


@pytest.mark.slow
@pytest.mark.usefixtures("content")
def test_it_lets_a_publisher_confirm_what_was_read(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    assert f'href="{PATH}"' in client.get("/admin/").text
    page = client.get(PATH).text
    keys = re.findall(r'name="text" value="([^"]+)"', page)
    assert keys == [it.key for it in find_unconfirmed()]
    assert send(client, PATH, CONFIRM, text=keys[:2]).status_code == 303
    text = client.get(PATH).text.replace("\xa0", " ")
    assert "2 texts are confirmed." in text
    assert re.findall(r'name="text" value="([^"]+)"', text) == keys[2:]
    assert send(client, PATH, CONFIRM, text=keys).status_code == 303
    db.session.rollback()
    assert find_unconfirmed() == []
    assert "All texts of the initial content are confirmed." in client.get(PATH).text
    assert f'href="{PATH}"' not in client.get("/admin/").text


@pytest.mark.usefixtures("content")
def test_it_confirms_nothing_for_a_writer(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    assert client.get(PATH).status_code == 403
    assert f'href="{PATH}"' not in client.get("/admin/").text
