"""Who gets into the panel."""

import pytest
from flask.testing import FlaskClient

from tests.admin.panel import post
from tests.conftest import SignIn
from wzo.admin.sign_in.pending_form import unpack


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


def test_passkeys_are_open_to_the_panel_alone(client: FlaskClient) -> None:
    panel = client.get("/admin/sign-in/").headers.getlist("Permissions-Policy")
    assert len(panel) == 1
    for name in ("publickey-credentials-get", "publickey-credentials-create"):
        assert f"{name}=(self)" in panel[0]
        assert f"{name}=()" in client.get("/en/").headers["Permissions-Policy"]
    assert "camera=()" in panel[0]


def test_what_no_column_can_hold_is_refused(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    assert client.get(f"/admin/users/{2**31}/").status_code == 404
    assert client.get(f"/admin/users/{2**31 - 1}/").status_code == 404
    for question in (f"person={2**31}", f"before={2**63}", "thing=-1", "day=0001-01-01", "day=9999-12-31"):
        assert client.get(f"/admin/users/log/?{question}").status_code == 200, question
    assert client.get("/admin/users/log/?action=%00").status_code == 400
    assert post(client, "/admin/account/", name="A\0", language="en", zone="UTC").status_code == 400


@pytest.mark.parametrize(
    "letter",
    ["", "{", "null", "[1, 2]", '["/admin/", [["a", "\\ud800"]], false]', '["/admin/", [1], false]', "[" * 50_000],
)
def test_what_is_no_letter_of_ours_is_nothing(letter: str) -> None:
    assert unpack(letter) is None


def test_a_stranger_cannot_break_the_sign_in(client: FlaskClient) -> None:
    for fields in (
        {"email": "a\0@example.org", "password": "x"},
        {"email": "a@example.org", "password": "x", "letter": "[1"},
        {"email": "x" * 300, "password": "x" * 2000, "letter": '["/admin/", [["a", "\\ud800"]], false]'},
        {},
    ):
        assert post(client, "/admin/sign-in/", **fields).status_code in (200, 303, 400)
    for answer in ("", "{", "[]", '{"id": 1}', '{"id": "\u044f", "rawId": "x", "response": {}}', "[" * 9000, "{}"):
        assert post(client, "/admin/sign-in/passkey/", answer=answer).status_code == 403
    assert client.get("/admin/set-up/%00/").status_code in (400, 404)
    assert client.get("/admin/set-up/unknown/").status_code == 410
