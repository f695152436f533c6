"""security.txt, as RFC 9116 describes it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import make_client
from tests.test_headers import ALWAYS
from wzo import create_app
from wzo.config import Settings
from wzo.page_cache.policy import CACHE_CONTROL

PATH = "/.well-known/security.txt"
SITE = "https://wps.example.org"

Site = Callable[..., FlaskClient]


@pytest.fixture
def site(app: Flask, settings: Settings) -> Site:
    """The site in production, with further settings."""
    expires = date(2027, 10, 31)
    public = replace(settings, site_url=SITE, mail_site_url="https://n.example.net", security_contact_expires=expires)
    return lambda **values: make_client(create_app(replace(public, **values)), SITE)


@pytest.mark.usefixtures("content")
def test_it_names_the_contact(site: Site) -> None:
    response = site(security_contact="security@example.org").get(PATH)
    assert response.text.splitlines() == [
        "Contact: mailto:security@example.org",
        "Expires: 2027-10-31T23:59:59Z",
        "Preferred-Languages: ru, en",
        f"Canonical: {SITE}{PATH}",
        f"Policy: {SITE}/en/privacy/",
        f"Policy: {SITE}/ru/privacy/",
    ]
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == CACHE_CONTROL
    assert {name: response.headers[name] for name in ALWAYS} == ALWAYS
    assert "Set-Cookie" not in response.headers


def test_it_names_a_page_with_the_contact(site: Site) -> None:
    assert "Contact: https://example.org/report\n" in site(security_contact="https://example.org/report").get(PATH).text


def test_it_names_the_onion_address_as_well_and_no_neutral_one(site: Site) -> None:
    client = site(security_contact="security@example.org", onion_url="http://abcdef.onion")
    for host in ("wps.example.org", "abcdef.onion", "n.example.net"):
        text = client.get(PATH, headers={"Host": host}).text
        assert f"Canonical: {SITE}{PATH}\nCanonical: http://abcdef.onion{PATH}\n" in text
        assert "n.example.net" not in text


def test_it_names_the_policy_where_it_can_be_read(site: Site) -> None:
    client = site(security_contact="security@example.org")
    assert "Policy:" not in client.get(PATH).text


def test_it_is_not_there_without_a_contact(client: FlaskClient) -> None:
    assert client.get(PATH).status_code == 404


def test_it_says_since_when_it_no_longer_holds(site: Site) -> None:
    past = date(2020, 1, 31)
    text = site(security_contact="security@example.org", security_contact_expires=past).get(PATH).text
    assert "Expires: 2020-01-31T23:59:59Z\n" in text
