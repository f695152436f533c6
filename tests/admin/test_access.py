"""Access to the panel."""

import pytest
from flask.testing import FlaskClient

from tests.admin.editors import form_token, make_editor, post
from tests.conftest import SignIn

pytestmark = pytest.mark.one_database


def test_it_shows_nothing_without_signing_in(client: FlaskClient) -> None:
    response = client.get("/admin/")
    assert response.status_code == 303
    assert response.location.startswith("/admin/sign-in/")


def test_it_admits_an_editor(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    response = client.get("/admin/")
    assert response.status_code == 200
    assert "Menu" in response.text
    assert response.headers["Cache-Control"] == "no-store"


def test_it_allows_passkeys_in_the_panel_only(client: FlaskClient) -> None:
    panel = client.get("/admin/sign-in/").headers.getlist("Permissions-Policy")
    assert len(panel) == 1
    for name in ("publickey-credentials-get", "publickey-credentials-create"):
        assert f"{name}=(self)" in panel[0]
        assert f"{name}=()" in client.get("/en/").headers["Permissions-Policy"]
    assert "camera=()" in panel[0]


def test_it_refuses_values_that_no_column_can_hold(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client)
    assert client.get(f"/admin/users/{2**31}/").status_code == 404
    assert client.get(f"/admin/users/{2**31 - 1}/").status_code == 404
    for query in (f"user={2**31}", f"before={2**63}", "id=-1", "day=0001-01-01", "day=9999-12-31"):
        assert client.get(f"/admin/users/log/?{query}").status_code == 200, query
    assert client.get("/admin/users/log/?action=%00").status_code == 400
    assert post(client, "/admin/account/", name="A\0", language="en", timezone="UTC").status_code == 400


def test_it_keeps_an_editor_without_the_role_in_the_panel(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    response = client.get("/admin/users/")
    assert response.status_code == 403
    assert "To the beginning of the panel" in response.text.replace("\u00a0", " ")


def test_it_needs_no_referer_on_https(production_client: FlaskClient) -> None:
    editor = make_editor()
    fields = {"csrf_token": form_token(production_client), "email": editor.email, "password": "x"}
    # Browsers that hide the Referer still say where a form comes from, in one of two other headers.
    assert production_client.post("/admin/sign-in/", data=fields).status_code == 303
    del production_client.environ_base["HTTP_SEC_FETCH_SITE"]
    own = {"Origin": "https://wps.example.org"}
    assert production_client.post("/admin/sign-in/", data=fields, headers=own).status_code == 303
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://wps.example.org/"}):
        assert production_client.post("/admin/sign-in/", data=fields, headers=headers).status_code == 403
    silent = production_client.post("/admin/sign-in/", data=fields)
    assert silent.status_code == 403
    assert "turn off the extension" in silent.text.replace("\u00a0", " ")
