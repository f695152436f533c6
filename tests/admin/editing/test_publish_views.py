"""What editors, clocks and hands make wrong: nothing of it breaks a page, loses words or reaches the readers."""

import pytest
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import ADDRESS, COMPLETE, EditPage, begin, post
from tests.conftest import SignIn


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
def test_it_stops_what_cannot_be_and_keeps_the_page_open(page: EditPage, field: str, value: str) -> None:
    extra = {"shared.part": "2"} if field == "shared.series_id" else {}
    page.fields.setdefault(field, [""])
    answer = page.fill({field: value, **extra}).press("publish:ru en")
    assert answer.status_code == 422
    assert page.open().value("ru.title") == COMPLETE["ru.title"]
    assert page.client.get(page.path + "history/").status_code == 200
    # Words that no column takes make no preview, but a page that says so.
    assert page.client.get(page.path + "preview/ru/").status_code in (200, 409)


def test_it_publishes_nothing_that_the_publisher_has_not_seen(page: EditPage, client: FlaskClient) -> None:
    writer = EditPage(client, page.path).open().fill({"ru.body": "Никто этого не видел."})
    writer.press()
    answer = page.press("publish:ru en")
    assert answer.status_code == 409
    assert client.get(ADDRESS).status_code == 404
    page.read(answer.text)
    assert page.value("ru.body") == "Никто этого не видел."
    assert page.press("publish:ru en").status_code == 303


def test_a_picture_needs_its_words_in_the_language_that_stays(page: EditPage, client: FlaskClient) -> None:
    page.press("publish:ru en")
    page.open().fill({"shared.notice": "needed", "ru.content_notice": "Тяжёлое."})
    answer = page.press("publish:ru")
    assert answer.status_code == 422
    assert "English: write the content notice." in answer.text.replace("\xa0", " ")


def test_it_refuses_a_past_hour_and_keeps_the_text(page: EditPage, client: FlaskClient) -> None:
    answer = page.fill({"ru.body": "Новое.", "day": "2020-01-01"}).press("schedule:ru en")
    assert answer.status_code == 303
    assert "within the next five years" in client.get(page.path).text.replace("\xa0", " ")
    assert page.open().value("ru.body") == "Новое."


def test_it_publishes_a_story_in_both_languages(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = begin(client).fill(COMPLETE)
    assert page.press("publish:ru en").status_code == 303
    assert page.open().value("shared.slug") == "mothers-and-children"
    assert "Первый абзац" in client.get("/ru/stories/mothers-and-children/").text
    assert "The first paragraph" in client.get("/en/stories/mothers-and-children/").text


def test_it_stops_what_is_not_ready_and_loses_nothing(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = begin(client).fill({**COMPLETE, "shared.consent": "", "en.summary": ""})
    answer = page.press("publish:ru en")
    assert answer.status_code == 422
    assert "Say whether the people featured have agreed to publication." in answer.text.replace("\xa0", " ")
    assert "English: write a summary" in answer.text.replace("\xa0", " ")
    assert page.read(answer.text).value("ru.body") == "Первый абзац."
    assert client.get("/ru/stories/mothers-and-children/").status_code == 404


def test_it_takes_a_story_down(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = begin(client).fill(COMPLETE)
    page.press("publish:ru en")
    assert post(page, "unpublish").status_code == 303
    assert client.get("/ru/stories/mothers-and-children/").status_code == 410
    assert "Матери" not in client.get("/ru/stories/").text
    page.open().press("publish:ru")
    assert client.get("/ru/stories/mothers-and-children/").status_code == 200


def test_it_leaves_a_redirect_without_a_chain(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = begin(client).fill(COMPLETE)
    page.press("publish:ru en")
    for slug in ("second", "third"):
        page.open().fill({"shared.slug": slug}).press("publish:ru en")
    for old in ("mothers-and-children", "second"):
        answer = client.get(f"/en/stories/{old}/")
        assert (answer.status_code, answer.location) == (301, "/en/stories/third/")
    page.open().fill({"shared.slug": "second"}).press("publish:en")
    assert client.get("/en/stories/second/").status_code == 200
    assert client.get("/en/stories/third/").location == "/en/stories/second/"


def test_it_stops_a_link_that_leads_nowhere(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = begin(client).fill({**COMPLETE, "ru.body": "Читайте [дальше](/ru/stories/nowhere/) и [тут](/ru/stories/)."})
    answer = page.press("publish:ru en")
    assert answer.status_code == 422
    assert "“дальше” is broken: /ru/stories/nowhere/" in answer.text.replace("\xa0", " ")
    assert "“тут”" not in answer.text
