"""Forms that were sent after the session ended are kept."""

import html
import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editors import PASSWORD, Editor, column, enter, form_token, post
from tests.conftest import make_client
from wzo.admin.sign_in.pending_form import deserialize

pytestmark = pytest.mark.one_database


def test_it_keeps_a_form_that_was_sent_after_the_session_ended(client: FlaskClient, anna: Editor) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        enter(client, anna.email, PASSWORD, anna.code())
        token = form_token(client)
        clock.shift(31 * 60)
        written = {"name": "Анна «А»\r\nи ещё", "timezone": "Europe/Riga", "language": "en"}
        kept = client.post("/admin/account/?x=1", data={"csrf_token": token, **written})
        assert kept.status_code == 401
        assert "Your text is kept" in kept.text.replace("\u00a0", " ")
        pending = unescaped(kept.text, "pending")
        second = post(client, "/admin/sign-in/", email=anna.email, password=PASSWORD, pending=pending)
        assert second.status_code == 200
        wrong = post(client, "/admin/sign-in/code/", code="123456", pending=unescaped(second.text, "pending"))
        assert wrong.status_code == 403
        done = post(client, "/admin/sign-in/code/", code=anna.code(), pending=unescaped(wrong.text, "pending"))
        assert done.status_code == 200
        assert 'action="/admin/account/?x=1"' in done.text
        assert {name: unescaped(done.text, name) for name in written} == written
        sent = client.post("/admin/account/?x=1", data={"csrf_token": unescaped(done.text, "csrf_token"), **written})
        assert sent.location == "/admin/account/"
        assert column("timezone", anna.id) == "Europe/Riga"


def unescaped(page: str, name: str) -> str:
    found = re.findall(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return html.unescape(found[-1])


@pytest.mark.slow
def test_it_keeps_a_long_text_of_an_editor_but_limits_anonymous_requests(
    app: Flask, client: FlaskClient, anna: Editor
) -> None:
    with time_machine.travel("2026-11-24 12:00", tick=False) as clock:
        enter(client, anna.email, PASSWORD, anna.code())
        token = form_token(client)
        clock.shift(31 * 60)
        long = {"csrf_token": token, "body": "слово " * 40_000}
        kept = client.post("/admin/account/", data=long)
        assert kept.status_code == 401
        pending = unescaped(kept.text, "pending")
        again = client.post(
            "/admin/sign-in/",
            data={"csrf_token": token, "pending": pending, "email": anna.email, "password": PASSWORD},
            content_type="multipart/form-data",
        )
        assert again.status_code == 200
    anonymous = make_client(app)
    assert (
        anonymous.post(
            "/admin/sign-in/", data={"csrf_token": form_token(anonymous), "pending": "x" * 70_000}
        ).status_code
        == 413
    )
    assert anonymous.post("/admin/account/", data={"body": "x" * 70_000}).status_code == 303


def test_it_can_only_be_sent_to_the_panel(client: FlaskClient, anna: Editor) -> None:
    pending = '["https://evil.example/", [["a", "b"]], false]'
    post(client, "/admin/sign-in/", email=anna.email, password=PASSWORD)
    response = post(client, "/admin/sign-in/code/", code=anna.code(), pending=pending)
    assert (response.status_code, response.location) == (303, "/admin/")


@pytest.mark.parametrize(
    "pending",
    ["", "{", "null", "[1, 2]", '["/admin/", [["a", "\\ud800"]], false]', '["/admin/", [1], false]', "[" * 50_000],
)
def test_it_ignores_invalid_data(pending: str) -> None:
    assert deserialize(pending) is None


def test_it_keeps_a_form_after_signing_out_in_another_tab(client: FlaskClient, anna: Editor) -> None:
    enter(client, anna.email, PASSWORD, anna.code())
    token = form_token(client)
    client.post("/admin/sign-out/", data={"csrf_token": token})
    written = {"csrf_token": token, "ru.title": "Зима", "do": "publish:ru en"}
    kept = client.post("/admin/stories/1/", data=written)
    assert kept.status_code == 401
    pending = deserialize(unescaped(kept.text, "pending"))
    assert pending
    assert (pending.path, dict(pending.fields)) == ("/admin/stories/1/", {"ru.title": "Зима", "do": "publish:ru en"})
    # Nothing that another site lets a browser send.
    foreign = client.post("/admin/stories/1/", data=written, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert "Зима" not in foreign.text
