"""Kept stories, on the server's side: it stores nothing about them."""

import pytest
from flask.testing import FlaskClient

from tests.html import parse

pytestmark = pytest.mark.one_database


def test_it_serves_a_service_worker_for_the_whole_site_that_is_never_cached(client: FlaskClient) -> None:
    response = client.get("/sw.js")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert client.get("/sw.js", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_it_tells_the_browser_to_erase_its_storage(client: FlaskClient) -> None:
    response = client.post("/en/kept/forget")
    assert (response.status_code, response.location) == (303, "/en/kept/forgotten")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Everything is forgotten" in client.get(response.location).text


def test_it_refuses_to_erase_for_another_site(client: FlaskClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}):
        response = client.post("/en/kept/forget", headers=headers)
        assert response.status_code == 403
        assert "Clear-Site-Data" not in response.headers
    assert client.get("/en/kept/forget").status_code == 405
    for path in ("/en/kept/", "/en/kept/forgotten"):
        assert "Clear-Site-Data" not in client.get(path).headers


def test_it_accepts_the_form_token_of_an_old_browser(client: FlaskClient) -> None:
    page = parse(client.get("/ru/kept/").data)
    token = next(it.get("value") for it in page.root.iter("input") if it.get("name") == "form_token")
    del client.environ_base["HTTP_SEC_FETCH_SITE"]
    assert client.post("/ru/kept/forget", data={"form_token": token}).status_code == 303
    assert client.post("/ru/kept/forget", data={"form_token": "x"}).status_code == 403
