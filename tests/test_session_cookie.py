import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from tests.conftest import SignIn

pytestmark = pytest.mark.one_database


def test_a_visitor_has_an_empty_session_and_gets_no_cookie(app: Flask, client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/en/kept/").headers
    with app.test_request_context("/en/"):
        assert not session
        session["signed"] = 1


def test_an_editor_keeps_the_session(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    assert client.get("/admin/").status_code == client.get("/admin/").status_code == 200
    client.delete_cookie("wzo", domain="127.0.0.1")
    assert client.get("/admin/").status_code != 200
