"""What networks show of a page, if editors have chosen that."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from tests.admin.editing.edit_page import EditPage, page
from tests.html import parse
from tests.media.conftest import picture
from wzo.extensions import db
from wzo.media import actions
from wzo.media.models import Picture
from wzo.social_cards import SocialCard

__all__ = ["page", "picture"]

CHOSEN = {
    "en.share_title": "Read this",
    "en.share_description": "In one sentence.",
    "en.share_alt": "A window.",
    "ru.share_alt": "Окно.",
}
PATH = "/en/stories/mothers-and-children/"


def metadata(client: FlaskClient, path: str) -> dict[str, str]:
    html = parse(client.get(path).data)
    tags = html.all(lambda it: it.tag == "meta" and (it.get("property") or "").startswith("og:"))
    return {str(it.get("property")): str(it.get("content")) for it in tags}


def publish(page: EditPage) -> None:
    response = page.press("publish:ru en")
    assert response.status_code == 303, response.text


@pytest.mark.slow
@pytest.mark.one_database
def test_it_shows_the_page_and_its_card_if_nothing_was_chosen(page: EditPage) -> None:
    publish(page)
    found = metadata(page.client, PATH)
    assert found["og:title"] == "Mothers and children"
    assert found["og:description"] == "On children in colonies."
    assert found["og:image"].endswith(f"{PATH}card.png")


@pytest.mark.slow
def test_it_shows_what_was_chosen_once_it_is_published(page: EditPage, picture: Picture) -> None:
    publish(page)
    page.open().fill({**CHOSEN, "shared.share_picture": picture.key}).press()
    assert metadata(page.client, PATH)["og:title"] == "Mothers and children"
    publish(page.open())
    found = metadata(page.client, PATH)
    assert (found["og:title"], found["og:description"]) == ("Read this", "In one sentence.")
    assert found["og:image"].endswith(f"/media/{picture.key}/wide.jpg")
    assert found["og:image:alt"] == "A window."
    russian = metadata(page.client, PATH.replace("/en/", "/ru/"))
    assert (russian["og:title"], russian["og:image:alt"]) == ("Матери и дети", "Окно.")
    image = page.client.get(f"/media/{picture.key}/wide.jpg")
    assert Image.open(io.BytesIO(image.data)).size == (1200, 630)
    assert image.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.slow
@pytest.mark.one_database
def test_it_publishes_no_picture_without_a_description(page: EditPage, picture: Picture) -> None:
    response = page.fill({"shared.share_picture": picture.key, "en.share_alt": "A window."}).press("publish:ru en")
    assert response.status_code == 422
    assert 'href="#ru.share_alt"' in response.text
    assert 'href="#en.share_alt"' not in response.text


@pytest.mark.slow
@pytest.mark.one_database
def test_it_shows_the_card_again_when_the_picture_is_gone(page: EditPage, picture: Picture) -> None:
    publish(page.fill({**CHOSEN, "shared.share_picture": picture.key}))
    publish(page.open().fill({"shared.share_picture": ""}))
    actions.delete_picture(picture_id=picture.id)
    found = metadata(page.client, PATH)
    assert found["og:image"].endswith("card.png")
    assert found["og:image:alt"] == "Read this"


@pytest.mark.slow
@pytest.mark.one_database
def test_it_previews_the_card_of_a_draft_and_stores_none(page: EditPage, app: Flask) -> None:
    seen = set()
    for title in ("Mothers and children", "Another title"):
        page.open().fill({"en.title": title}).press()
        card = page.client.get(f"{page.path}card/en.png")
        assert (card.status_code, card.mimetype) == (200, "image/png")
        assert "no-store" in card.headers["Cache-Control"] or "private" in card.headers["Cache-Control"]
        seen.add(card.data)
    assert len(seen) == 2
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(SocialCard)) == 0
    assert page.client.get(PATH).status_code == 404


@pytest.mark.slow
@pytest.mark.one_database
def test_it_draws_no_card_of_what_has_no_page_or_no_words(page: EditPage) -> None:
    for values in ({"en.title": "", "en.summary": "", "en.body": ""}, {"shared.format": ""}):
        page.open().fill(values).press()
        assert page.client.get(f"{page.path}card/en.png").status_code in (200, 404)
    assert page.client.get(f"{page.path}card/fr.png").status_code == 404
    assert page.client.get("/admin/team/1/card/en.png").status_code == 404
    assert page.client.get("/admin/stories/999/card/en.png").status_code == 404


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["projects", "pages", "petitions"])
@pytest.mark.usefixtures("content")
def test_it_is_offered_for_other_pages(client: FlaskClient, sign_in: Any, picture: Picture, kind: str) -> None:
    sign_in(client, "publisher")
    text = client.get(f"/admin/{kind}/1/").text
    form = EditPage(client, f"/admin/{kind}/1/").read(text)
    assert {"shared.share_picture", *CHOSEN} <= set(form.fields)
    assert "link-card" in text
