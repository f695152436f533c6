"""A signer unsubscribes from the newsletter, in the browser or by the button of the mail provider."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.petition.signing import add_confirmed
from wzo.clock import today
from wzo.config import settings
from wzo.petition.export import export_lines
from wzo.petition.models import Petition
from wzo.petition.tokens import create_token
from wzo.petition.unsubscribing import unsubscribe_url

# What RFC 8058 lets a mail provider send.
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def ids(petition: Petition) -> list[int]:
    return add_confirmed(petition, today(), 2)


def path(signature_id: int) -> str:
    return urlsplit(unsubscribe_url(signature_id)).path


def exported(petition: Petition) -> dict[str, dict[str, Any]]:
    """The lines of the export by the path of their link."""
    lines = map(json.loads, export_lines(petition.id))
    return {urlsplit(line["unsubscribe_url"]).path: line for line in lines}


def test_it_changes_nothing_when_the_link_is_opened(client: FlaskClient, petition: Petition, ids: list[int]) -> None:
    for method in ("GET", "HEAD"):
        assert client.open(path(ids[0]), method=method).status_code == 200
    assert "No more news?" in client.get(f"{path(ids[0])}?lang=en").text
    assert not [line for line in exported(petition).values() if "unsubscribed" in line]


def test_it_unsubscribes_one_signer(client: FlaskClient, petition: Petition, ids: list[int]) -> None:
    for _ in range(2):
        done = client.post(f"{path(ids[0])}?lang=en", follow_redirects=True)
        assert "You will get no more news" in done.text
        assert done.headers["Cache-Control"] == "no-store"
    lines = exported(petition)
    assert lines[path(ids[0])]["unsubscribed"] is True
    assert "unsubscribed" not in lines[path(ids[1])]
    assert {line["exported_on"] for line in lines.values()} == {today().isoformat()}


def test_it_takes_the_one_click_of_a_mail_provider_without_a_redirect(
    app: Flask, petition: Petition, ids: list[int]
) -> None:
    provider = app.test_client()
    response = provider.post(path(ids[0]), data=ONE_CLICK, headers={"User-Agent": "x"})
    assert response.status_code == 200
    assert exported(petition)[path(ids[0])]["unsubscribed"] is True
    # A body of several parts, which the RFC allows too, from a browser-like client of another site.
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example.org"}
    data = {**ONE_CLICK, "more": "x"}
    response = provider.post(path(ids[1]), data=data, headers=headers, content_type="multipart/form-data")
    assert response.status_code == 200
    assert exported(petition)[path(ids[1])]["unsubscribed"] is True


@pytest.mark.parametrize("purpose", ["withdraw", "not-me"])
def test_it_exempts_no_other_link_from_the_origin_check(
    app: Flask, petition: Petition, ids: list[int], purpose: str
) -> None:
    token = create_token(settings().signature_hmac_key, purpose, ids[0], "en")
    provider = app.test_client()
    assert provider.post(f"/{purpose[0]}/{token}", data=ONE_CLICK).status_code == 403
    assert provider.post(f"/s/{token}", data=ONE_CLICK).status_code == 404
    assert len(exported(petition)) == 2


def test_it_says_so_if_the_signature_is_erased(client: FlaskClient, petition: Petition) -> None:
    page = client.get(f"{path(7)}?lang=en")
    assert page.status_code == 200
    assert "Everything has been erased" in page.text
    assert client.post(path(7), data=ONE_CLICK).status_code == 200
