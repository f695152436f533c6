"""Headers of every response, and forms without cookies."""

import time
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.petition.signing import ANNA
from wzo.forms import form_token

pytestmark = pytest.mark.one_database

ALWAYS = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; img-src 'self'; manifest-src 'self'; media-src 'self'; object-src 'none'; "
    "script-src 'self'; style-src 'self'; worker-src 'self'"
)


@pytest.fixture
def site(client: FlaskClient, petition: object) -> FlaskClient:
    return client


def paths(client: FlaskClient) -> list[str]:
    css = client.get("/en/nope").text.split('rel="stylesheet" href="')[1].split('"')[0]
    return [
        "/",
        "/healthz",
        "/en/petition/",
        "/en/nope",
        "/petition/mothers/count.json",
        css,
        "/favicon.ico",
        "/admin/x",
    ]


def test_it_sends_security_headers_with_every_response(site: FlaskClient) -> None:
    for path in paths(site):
        response = site.get(path)
        assert response.status_code < 500
        for name, value in ALWAYS.items():
            assert response.headers.getlist(name) == [value], path
        assert response.headers.getlist("Content-Security-Policy") == [POLICY]
        assert "geolocation=()" in response.headers["Permissions-Policy"]
        assert "Strict-Transport-Security" not in response.headers
        assert "Set-Cookie" not in response.headers


@pytest.mark.slow
def test_it_lets_other_sites_show_what_is_made_for_them_and_nothing_else(site: FlaskClient) -> None:
    for path in ("/en/card.png", "/en/petition/mothers/card.png", "/en/figures.json", "/en/figures.csv"):
        response = site.get(path)
        assert response.status_code == 200, path
        assert response.headers.getlist("Cross-Origin-Resource-Policy") == ["cross-origin"], path


def test_it_enforces_https_in_production(production_client: FlaskClient) -> None:
    for path in paths(production_client):
        response = production_client.get(path)
        assert response.headers["Content-Security-Policy"] == f"{POLICY}; upgrade-insecure-requests"
        assert response.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
        assert response.headers["Onion-Location"] == f"http://abcdef.onion{path}"


def test_it_redirects_to_its_own_https_url_in_production(production_client: FlaskClient) -> None:
    behind = {"X-Forwarded-Proto": "https"}
    plain = {"base_url": "http://wps.example.org"}
    assert (
        production_client.get("/en/privacy", headers=behind, **plain).location == "https://wps.example.org/en/privacy/"
    )
    response = production_client.get("/en/privacy/?x=1", headers={"X-Forwarded-Proto": "http"}, **plain)
    assert (response.status_code, response.location) == (308, "https://wps.example.org/en/privacy/?x=1")


def test_it_does_not_redirect_an_onion_host(production_client: FlaskClient) -> None:
    response = production_client.get("/healthz", headers={"Host": "abcdef.onion"})
    assert response.status_code == 200
    for name in ("Strict-Transport-Security", "Onion-Location"):
        assert name not in response.headers
    assert response.headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("path", ["/admin", "/admin/x.css", "//admin/sign-in/", "///admin/sign-in/"])
def test_it_never_lets_the_panel_be_cached(site: FlaskClient, path: str) -> None:
    # The test client would take what follows two slashes for a host.
    response = site.open(environ_overrides={"PATH_INFO": path})
    assert response.status_code in (200, 303, 308, 404)
    assert response.headers.getlist("Cache-Control") == ["no-store"]


def test_it_caches_hashed_static_files_forever(site: FlaskClient) -> None:
    css = paths(site)[5]
    response = site.get(css, headers={"Accept-Encoding": "identity"})
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "a b", "wps.example.org@evil"]
)
def test_it_refuses_other_hosts(site: FlaskClient, host: str) -> None:
    response = site.get("/en/petition/", headers={"Host": host})
    assert response.status_code == 400
    assert "evil" not in response.text


@pytest.mark.parametrize(
    "request_",
    [
        {"path": "/en/"},
        {"path": "/en/%00/"},
        {"path": "/nowhere"},
        {"data": b"x", "content_type": "multipart/form-data"},
    ],
    ids=["page", "NUL", "no page", "form"],
)
def test_it_refuses_other_hosts_whatever_else_is_wrong(
    site: FlaskClient, request_: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a process that has just started.
    monkeypatch.setattr("wzo.paths._known", {})
    for method in ("GET", "POST", "PATCH"):
        response = site.open(**request_, method=method, headers={"Host": "127.0.0.1:8000.evil.example"})
        assert (response.status_code, response.text) == (400, "This address is not served here.\n")


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/%5Cevil.example",
        "/en//evil.example/",
        "/static/../wzo/crypto.py",
        "/static/%2e%2e/config.py",
    ],
)
def test_it_redirects_to_no_other_site(site: FlaskClient, path: str) -> None:
    response = site.get(path)
    assert response.status_code in (308, 400, 404)
    assert "evil" not in response.headers.get("Location", "").split("/en/")[0]


def test_it_ignores_forwarded_headers_in_links(site: FlaskClient) -> None:
    evil = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    assert "evil" not in site.get("/en/petition/", headers=evil).text


@pytest.mark.parametrize("hostile", ["a\r\nSet-Cookie: x=1", "%0d%0aSet-Cookie:x", "\x00"])
def test_it_prevents_header_injection(site: FlaskClient, hostile: str) -> None:
    for response in (
        site.get("/", query_string={"lang": hostile}),
        site.get("/c/x", query_string={"lang": hostile}),
        site.get(f"/en/petition/{hostile.encode().hex()}/"),
        site.get("/en/petition/%00/"),
    ):
        assert response.status_code < 500
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"}, 403),
        ({"Origin": "http://127.0.0.1:8000"}, 303),
        ({"Origin": "http://localhost:8000"}, 303),
        ({"Origin": "http://127.0.0.1:8001"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_it_accepts_forms_from_its_own_pages_only(site: FlaskClient, headers: dict[str, str], status: int) -> None:
    del site.environ_base["HTTP_SEC_FETCH_SITE"]
    assert site.post("/en/petition/mothers/sign", data=ANNA, headers=headers).status_code == status


def test_it_accepts_the_form_token_of_an_old_browser(app: Flask, site: FlaskClient) -> None:
    del site.environ_base["HTTP_SEC_FETCH_SITE"]
    page = site.get("/en/petition/mothers/").text
    token = page.split('name="form_token" value="')[1].split('"')[0]
    assert site.post("/en/petition/mothers/sign", data={**ANNA, "form_token": token}).status_code == 303
    other = site.post("/en/petition/mothers/code", data={"code": "x", "form_token": token})
    assert other.status_code == 403
    assert "reload the page" in other.text
    for wrong in ("", "x", f"{token}x", token.replace(".", ".x"), "ы.ы", f"9{token}", "." * 5000):
        assert site.post("/en/petition/mothers/sign", data={**ANNA, "form_token": wrong}).status_code == 403
    for shift in (26 * 3600, -3601):
        with time_machine.travel(time.time() + shift):
            assert site.post("/en/petition/mothers/sign", data={**ANNA, "form_token": token}).status_code == 403
    assert form_token("petition.sign") == form_token("petition.sign")
