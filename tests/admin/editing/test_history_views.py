"""Revisions: listed, compared, restored."""

import pytest
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import COMPLETE, EditPage, create, post
from tests.conftest import SignIn

pytestmark = pytest.mark.one_database


@pytest.mark.slow
def test_it_responds_not_found_to_unknown_revisions(page: EditPage) -> None:
    for number in ("9" * 40, "99999999999", "x", "0"):
        assert page.client.get(f"{page.path}compare?from={number}").status_code == 404
        assert post(page, "restore", revision=number).status_code == 404
        assert post(page, "name-revision", revision=number, name="x").status_code == 404


@pytest.mark.slow
def test_it_restores_an_earlier_revision(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = create(client).fill(COMPLETE)
    page.press()
    page.open().fill({"ru.body": "Всё пропало."}).press()
    history = client.get(page.path + "history/").text
    revisions = [line.split('"')[-2] for line in history.splitlines() if 'name="revision"' in line]
    for revision in revisions:
        post(page, "restore-revision", revision=revision)
        if page.open().value("ru.body") == "Первый абзац.":
            return
    raise AssertionError("no version brought the text back")
