"""Links that show a draft to readers without an account."""

import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import EditPage, in_days, post
from tests.conftest import make_client


@pytest.mark.slow
def test_it_shows_a_draft_to_a_reader_with_the_link(page: EditPage, client: FlaskClient, app: Flask) -> None:
    assert post(page, "links/", language="en", days="7", reader="The lawyer").status_code == 303
    link = re.search(r'class="copyable">http://127.0.0.1:8000(/draft/[^<]+)<', page.open().text)
    assert "/draft/" not in page.open().text
    assert link
    anonymous = make_client(app)
    shown = anonymous.get(link[1])
    assert shown.status_code == 200
    assert "The first paragraph" in shown.text
    assert "noindex" in shown.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in shown.headers
    with time_machine.travel(in_days(8), tick=False):
        assert anonymous.get(link[1]).status_code == 410
    number = re.search(r"links/(\d+)/revoke", page.open().text)
    assert number
    post(page, f"links/{number[1]}/revoke")
    assert anonymous.get(link[1]).status_code == 410
