"""The page for journalists."""

import pytest
from flask.testing import FlaskClient

from tests.contact.keys import OPENPGP
from tests.factories import ContactFactory, FactFactory
from tests.html import parse
from wzo.i18n import LANGUAGES


@pytest.mark.slow
@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_offers_figures_pictures_and_terms(client: FlaskClient, language: str) -> None:
    response = client.get(f"/{language}/press/")
    root = parse(response.data).root
    links = {it.get("href") or "" for it in root.iter("a")}
    assert {f"/{language}/figures/", f"/{language}/figures.csv", f"/{language}/figures.json"} <= links
    assert f"/{language}/contact/" in links
    assert len([it for it in root.iter("details") if it.get("class") == "cite"]) == 4
    downloads = [it for it in root.iter("a") if (it.get("download") or "").endswith((".svg", ".png"))]
    assert len(downloads) == 14
    for picture in downloads:
        file = client.get(picture.get("href") or "")
        assert file.status_code == 200
        assert file.content_type.startswith("image/")
    pictures = [it for it in root.iter("img") if it.get("width") == "480"]
    assert len(pictures) == 7
    assert all(it.get("alt") for it in pictures)


def test_it_works_without_any_content(client: FlaskClient) -> None:
    response = client.get("/en/press/")
    assert response.status_code == 200
    assert "/en/contact/" in response.text


def test_it_shows_only_the_figures_of_the_home_page_and_the_mailbox(client: FlaskClient) -> None:
    FactFactory(slug="big", on_home_page=True)
    FactFactory(slug="small")
    ContactFactory(email="post@example.org", public_key=OPENPGP)
    text = client.get("/en/press/").text
    assert 'id="big"' in text
    assert 'id="small"' not in text
    assert "mailto:post@example.org" in text
