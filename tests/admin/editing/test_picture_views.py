"""Choosing a picture for a field without scripts, and its descriptions from the library."""

import pytest
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import EditPage, create, page
from tests.conftest import SignIn
from tests.html import parse
from tests.media.conftest import picture
from tests.media.samples import small
from wzo.admin.pictures import chooser
from wzo.media import actions
from wzo.media.models import Picture

pytestmark = pytest.mark.one_database

__all__ = ["page", "picture"]


@pytest.fixture
def described(picture: Picture) -> Picture:
    describe(picture, ru="Окно.", en="A window.")
    return picture


def describe(picture: Picture, **alts: str) -> None:
    actions.describe(picture_id=picture.id, alts=alts, captions=dict.fromkeys(alts, ""), credit="", decorative=False)


def choose(page: EditPage, key: str | None, field: str = "picture") -> EditPage:
    """Press the button of the field, choose on its page, and come back."""
    chooser_path = page.press(f"choose:{field}").location
    assert chooser_path == f"{page.path}picture/{field}/"
    data = {"csrf_token": page.value("csrf_token"), **({} if key is None else {"picture": key})}
    response = page.client.post(chooser_path, data=data)
    assert response.status_code == 303, response.text
    assert response.location == f"{page.path}#shared.{field}"
    return page.open()


def test_it_saves_what_was_typed_before_a_picture_is_chosen(page: EditPage, described: Picture) -> None:
    page.fill({"ru.title": "Новое имя"})
    choose(page, described.key)
    assert page.value("ru.title") == "Новое имя"
    assert page.value("shared.picture") == described.key


def test_it_fills_in_the_descriptions_of_the_library(page: EditPage, described: Picture) -> None:
    choose(page, described.key)
    assert (page.value("ru.picture_alt"), page.value("en.picture_alt")) == ("Окно.", "A window.")


def test_it_offers_them_beside_what_was_written(page: EditPage, described: Picture) -> None:
    page.fill({"ru.picture_alt": "Свет в окне."})
    choose(page, described.key)
    assert page.value("ru.picture_alt") == "Свет в окне."
    offers = {it.get("data-alt-of"): it for it in parse(page.text.encode()).all(lambda it: "data-alt-of" in it.attrib)}
    assert "hidden" not in offers["ru.picture_alt"].attrib
    assert "Окно." in "".join(offers["ru.picture_alt"].itertext())
    assert "hidden" in offers["en.picture_alt"].attrib


@pytest.mark.slow
def test_it_replaces_the_description_of_another_picture_but_not_what_was_written(
    page: EditPage, described: Picture
) -> None:
    other = actions.add_picture(data=small(), name="door.jpg", editor_id=None)
    describe(other, ru="Дверь.")
    choose(page, described.key)
    page.fill({"en.picture_alt": "Light."}).press()
    choose(page.open(), other.key)
    assert (page.value("ru.picture_alt"), page.value("en.picture_alt")) == ("Дверь.", "Light.")
    choose(page, "")
    assert (page.value("shared.picture"), page.value("ru.picture_alt")) == ("", "")


def test_it_chooses_portraits_which_need_no_description(
    client: FlaskClient, sign_in: SignIn, described: Picture
) -> None:
    sign_in(client, "writer")
    page = create(client, "team")
    choose(page, described.key, "portrait")
    assert page.value("shared.portrait") == described.key


@pytest.mark.slow
def test_it_searches_and_shows_pages(page: EditPage, described: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chooser, "PAGE_SIZE", 2)
    for number in range(2):
        actions.add_picture(data=small(), name=f"boat-{number}.jpg", editor_id=None)
    url = f"{page.path}picture/picture/"

    def shown(query: str = "") -> list[bool]:
        text = page.client.get(url + query).text
        return [words in text for words in ("A window.", "boat-0.jpg", "boat-1.jpg")]

    assert shown() == [False, True, True]
    assert shown("?page=2") == [True, False, False]
    assert shown("?q=Окно") == [True, False, False]
    assert shown("?q=boat&page=2") == [False, False, False]
    assert 'rel="next"' in page.client.get(url).text
    assert page.client.get(f"{url}?page=0").status_code == 404


def test_it_refuses_pictures_that_are_gone_and_fields_that_are_none(page: EditPage, described: Picture) -> None:
    url, data = f"{page.path}picture/picture/", {"csrf_token": page.value("csrf_token")}
    for chosen, message in (
        ({}, "picture, or"),
        ({"picture": "0" * 32}, "no longer exists"),
        ({"picture": "x'"}, "no longer exists"),
    ):
        response = page.client.post(url, data={**data, **chosen})
        assert response.status_code == 422
        assert message in response.text
    for field in ("title", "slug", "none"):
        assert page.client.get(f"{page.path}picture/{field}/").status_code == 404
        assert page.press(f"choose:{field}").location == page.path


def test_it_says_what_became_of_a_chosen_picture(page: EditPage, described: Picture) -> None:
    choose(page, described.key)
    assert "window.jpg" in page.text
    actions.delete_picture(picture_id=described.id)
    assert "window.jpg (in the bin)" in page.open().text
    assert page.value("shared.picture") == described.key
