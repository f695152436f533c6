"""What is kept, as far as the server knows of it: nothing."""

from flask.testing import FlaskClient

from tests.html import parse


def test_the_worker_may_show_the_whole_site_and_is_asked_for_anew(client: FlaskClient) -> None:
    answer = client.get("/sw.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_forgetting_has_the_browser_erase_what_it_stores(client: FlaskClient) -> None:
    answer = client.post("/en/kept/forget")
    assert (answer.status_code, answer.location) == (303, "/en/kept/forgotten")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Everything is forgotten" in client.get(answer.location).text


def test_nobody_else_can_have_it_erased(client: FlaskClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}):
        answer = client.post("/en/kept/forget", headers=headers)
        assert answer.status_code == 403
        assert "Clear-Site-Data" not in answer.headers
    assert client.get("/en/kept/forget").status_code == 405
    for path in ("/en/kept/", "/en/kept/forgotten"):
        assert "Clear-Site-Data" not in client.get(path).headers


def test_an_old_browser_sends_the_token_of_the_form(client: FlaskClient) -> None:
    page = parse(client.get("/ru/kept/").data)
    token = next(it.get("value") for it in page.root.iter("input") if it.get("name") == "form_token")
    del client.environ_base["HTTP_SEC_FETCH_SITE"]
    assert client.post("/ru/kept/forget", data={"form_token": token}).status_code == 303
    assert client.post("/ru/kept/forget", data={"form_token": "x"}).status_code == 403
