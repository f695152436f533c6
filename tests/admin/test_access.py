"""Who gets into the panel."""

from flask.testing import FlaskClient

from tests.conftest import SignIn


def test_it_shows_nothing_to_strangers(client: FlaskClient) -> None:
    answer = client.get("/admin/")
    assert answer.status_code == 303
    assert answer.location.startswith("/admin/sign-in/")


def test_it_lets_an_editor_in(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    answer = client.get("/admin/")
    assert answer.status_code == 200
    assert "Menu" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
