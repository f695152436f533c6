"""Publishing through the panel: what is published, refused, unpublished and redirected."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import COMPLETE, STORY_PATH, EditPage, create, post
from tests.conftest import SignIn
from wzo.cms.content_types import registry
from wzo.cms.lists import get_items
from wzo.cms.models import SHARED
from wzo.cms.queries import LOCALES, get_draft
from wzo.extensions import db


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("shared.themes", "999"),
        ("shared.themes", "x"),
        ("shared.project_id", "999"),
        ("shared.project_id", "9" * 30),
        ("shared.series_id", "x"),
        ("shared.picture", "0" * 32),
        ("shared.format", "audio"),
        ("shared.published", "31.12.2020"),
        ("shared.part", "-1"),
        ("ru.original_language", "английский язык"),
        ("ru.original_url", "javascript:alert(1)"),
        ("ru.body", "![Что это](/media/" + "0" * 32 + ".jpg#1x1)"),
        ("ru.credits", "[сюда](/ru/nowhere/)"),
    ],
)
def test_it_refuses_invalid_values_and_keeps_the_form(page: EditPage, field: str, value: str) -> None:
    extra = {"shared.part": "2"} if field == "shared.series_id" else {}
    page.fields.setdefault(field, [""])
    response = page.fill({field: value, **extra}).press("publish:ru en")
    assert response.status_code == 422
    assert page.open().value("ru.title") == COMPLETE["ru.title"]
    assert page.client.get(page.path + "history/").status_code == 200
    # Values that no column can hold give no preview, but a page that says so.
    assert page.client.get(page.path + "preview/ru/").status_code in (200, 409)


def test_it_publishes_only_what_the_publisher_has_seen(page: EditPage, client: FlaskClient) -> None:
    writer = EditPage(client, page.path).open().fill({"ru.body": "Никто этого не видел."})
    writer.press()
    response = page.press("publish:ru en")
    assert response.status_code == 409
    assert client.get(STORY_PATH).status_code == 404
    page.read(response.text)
    assert page.value("ru.body") == "Никто этого не видел."
    assert page.press("publish:ru en").status_code == 303


def test_it_checks_the_language_that_stays_live(page: EditPage, client: FlaskClient) -> None:
    page.press("publish:ru en")
    page.open().fill({"shared.notice": "needed", "ru.content_notice": "Тяжёлое."})
    response = page.press("publish:ru")
    assert response.status_code == 422
    assert "English: write the content notice." in response.text.replace("\xa0", " ")


def test_it_refuses_a_past_time_and_keeps_the_text(page: EditPage, client: FlaskClient) -> None:
    response = page.fill({"ru.body": "Новое.", "day": "2020-01-01"}).press("schedule:ru en")
    assert response.status_code == 303
    assert "within the next five years" in client.get(page.path).text.replace("\xa0", " ")
    assert page.open().value("ru.body") == "Новое."


def test_it_publishes_a_story_in_both_languages(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = create(client).fill(COMPLETE)
    assert page.press("publish:ru en").status_code == 303
    assert page.open().value("shared.slug") == "mothers-and-children"
    assert "Первый абзац" in client.get("/ru/stories/mothers-and-children/").text
    assert "The first paragraph" in client.get("/en/stories/mothers-and-children/").text


def test_it_refuses_an_incomplete_story_and_loses_nothing(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = create(client).fill({**COMPLETE, "shared.consent": "", "en.summary": ""})
    response = page.press("publish:ru en")
    assert response.status_code == 422
    assert "Say whether the people featured have agreed to publication." in response.text.replace("\xa0", " ")
    assert "English: write a summary" in response.text.replace("\xa0", " ")
    assert page.read(response.text).value("ru.body") == "Первый абзац."
    assert client.get("/ru/stories/mothers-and-children/").status_code == 404


def test_it_unpublishes_a_story(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = create(client).fill(COMPLETE)
    page.press("publish:ru en")
    assert post(page, "unpublish").status_code == 303
    assert client.get("/ru/stories/mothers-and-children/").status_code == 410
    assert "Матери" not in client.get("/ru/stories/").text
    page.open().press("publish:ru")
    assert client.get("/ru/stories/mothers-and-children/").status_code == 200


def test_it_leaves_redirects_without_chains(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = create(client).fill(COMPLETE)
    page.press("publish:ru en")
    for slug in ("second", "third"):
        page.open().fill({"shared.slug": slug}).press("publish:ru en")
    for old in ("mothers-and-children", "second"):
        response = client.get(f"/en/stories/{old}/")
        assert (response.status_code, response.location) == (301, "/en/stories/third/")
    page.open().fill({"shared.slug": "second"}).press("publish:en")
    assert client.get("/en/stories/second/").status_code == 200
    assert client.get("/en/stories/third/").location == "/en/stories/second/"


def test_it_refuses_a_dead_link(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = create(client).fill({**COMPLETE, "ru.body": "Читайте [дальше](/ru/stories/nowhere/) и [тут](/ru/stories/)."})
    response = page.press("publish:ru en")
    assert response.status_code == 422
    assert "“дальше” is broken: /ru/stories/nowhere/" in response.text.replace("\xa0", " ")
    assert "“тут”" not in response.text


def test_it_publishes_every_content_type_unchanged(
    client: FlaskClient, sign_in: SignIn, content: None, app: Flask
) -> None:
    """Publishing without changes leaves every field byte for byte the same."""
    sign_in(client, "publisher")
    for content_type in registry.values():
        items = get_items(content_type, limit=None)
        if not items and not content_type.singleton:
            continue
        object_id = items[0].id
        before = {locale: get_draft(content_type, object_id).fields[locale] for locale in LOCALES}
        page = EditPage(client, f"/admin/{content_type.key}/{object_id}/").open()
        if content_type.sensitive:
            page.fill({"shared.consent": "nobody"})
        response = page.press("publish:ru en")
        assert response.status_code == 303, (content_type.key, response.status_code)
        db.session.rollback()
        after = get_draft(content_type, object_id).fields
        after[SHARED].pop("consent", None)
        before[SHARED].pop("consent", None)
        assert after == before, content_type.key
