"""Editing by plain forms, as a browser without scripts does it."""

from flask.testing import FlaskClient

from tests.admin.editing.panel import COMPLETE, EditPage, begin, post
from tests.conftest import SignIn


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
    assert "Say whether the people it tells about agree." in answer.text.replace("\xa0", " ")
    assert "English: write a summary" in answer.text.replace("\xa0", " ")
    assert page.read(answer.text).value("ru.body") == "Первый абзац."
    assert client.get("/ru/stories/mothers-and-children/").status_code == 404


def test_it_keeps_both_when_two_change_different_fields(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = begin(client).fill(COMPLETE)
    page.press()
    one, other = EditPage(client, page.path).open(), EditPage(client, page.path).open()
    assert one.fill({"ru.title": "Первая"}).press().status_code == 303
    assert other.fill({"ru.summary": "Вторая"}).press().status_code == 303
    page.open()
    assert (page.value("ru.title"), page.value("ru.summary")) == ("Первая", "Вторая")


def test_it_shows_three_ways_where_two_change_the_same_field(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = begin(client).fill(COMPLETE)
    page.press()
    one, other = EditPage(client, page.path).open(), EditPage(client, page.path).open()
    one.fill({"ru.title": "Моя"}).press()
    answer = other.fill({"ru.title": "Твоя", "ru.summary": "Заодно"}).press()
    assert answer.status_code == 409
    assert "Моя" in answer.text
    assert "Твоя" in answer.text
    page.open()
    assert (page.value("ru.title"), page.value("ru.summary")) == ("Моя", "Заодно")
    assert "set aside" in client.get(page.path + "history/").text


def test_it_shows_a_draft_as_the_page_that_it_will_be(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = begin(client).fill({**COMPLETE, "shared.part": "x"})
    page.press()
    answer = client.get(page.path + "preview/ru/")
    assert answer.status_code == 200
    assert "Первый абзац" in answer.text
    assert 'lang="ru"' in answer.text
    assert "Back to the draft" in answer.text
    # The bar above is set by a sheet of its own.
    assert "/static/css/draft" in answer.text
    assert "Матери" not in client.get("/ru/stories/").text


def test_it_restores_an_earlier_version(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = begin(client).fill(COMPLETE)
    page.press()
    page.open().fill({"ru.body": "Всё пропало."}).press()
    history = client.get(page.path + "history/").text
    revisions = [line.split('"')[-2] for line in history.splitlines() if 'name="revision"' in line]
    for revision in revisions:
        post(page, "restore-revision", revision=revision)
        if page.open().value("ru.body") == "Первый абзац.":
            return
    raise AssertionError("no version brought the text back")


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
    assert "“дальше” leads nowhere: /ru/stories/nowhere/" in answer.text.replace("\xa0", " ")
    assert "“тут”" not in answer.text
