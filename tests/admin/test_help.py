"""The help in the panel says what the panel says, in both languages, on every page; and the tour of a newcomer."""

import re
from functools import cache

import polib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.panel import COMPLETE, EditPage, begin
from tests.admin.panel import post
from tests.conftest import SignIn
from tests.pages import parse
from wzo.accounts.models import User
from wzo.admin.help.topics import FOLDER, PLACES, TOPICS, get_topic, topic_for
from wzo.config import ROOT
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.markdown import links_of

TEXTS = [(key, language) for key in TOPICS for language in LANGUAGES]
LABEL = re.compile(r"\*\*(.+?)\*\*")


@cache
def facet_index(language: str) -> re.Pattern[str]:
    """Matches every sentence of the panel in a language, whatever stands for its names."""
    entries = polib.pofile(str(ROOT / "wzo/translations/ru/LC_MESSAGES/messages.po"))
    sentences = [entry.msgid if language == "en" else entry.msgstr for entry in entries]
    patterns = [re.sub(r"%\\\(\w+\\\)[sd]", r"[\\w-]+", re.escape(one)) for one in sentences]
    return re.compile("|".join(one for one in patterns if re.search(r"\w\w", one.replace(r"[\w-]+", ""))))


def test_the_catalogue_does_not_know_everything() -> None:
    assert facet_index("en").fullmatch("Publish Russian")
    assert not facet_index("en").fullmatch("Publishing")


def test_it_has_every_topic_in_every_language_and_no_other() -> None:
    for language in LANGUAGES:
        assert {path.stem for path in (FOLDER / language).glob("*")} == set(TOPICS)
    assert set(PLACES.values()) == set(TOPICS)


@pytest.mark.parametrize("key", TOPICS)
def test_it_tells_the_same_in_both_languages(key: str) -> None:
    ru, en = get_topic(key, "ru"), get_topic(key, "en")
    assert ru.title != en.title
    shapes = [re.sub(r"[^\n]+", lambda line: re.match(r"#* ?|\d\. |- |", line[0])[0], it.text) for it in (ru, en)]  # type: ignore[index]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(("key", "language"), TEXTS)
def test_it_quotes_words_that_stand_in_the_panel(key: str, language: str) -> None:
    quoted = LABEL.findall(get_topic(key, language).text)
    assert quoted
    assert [words for words in quoted if not facet_index(language).fullmatch(words)] == []


def test_its_links_lead_somewhere(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    links = {address for key, language in TEXTS for address, _ in links_of(get_topic(key, language).text)}
    assert links
    assert [path for path in links if client.get(path).status_code != 200] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_leads_from_what_one_wants_to_do_to_how(client: FlaskClient, sign_in: SignIn, language: str) -> None:
    sign_in(client, "writer", language)
    index = parse(client.get("/admin/help/").data)
    anchors = [
        link.get("href") or "" for link in index.all(lambda it: it.tag == "a" and "#help-" in (it.get("href") or ""))
    ]
    assert len(anchors) == sum(len(get_topic(key, language).headings) for key in TOPICS)
    for key in TOPICS:
        path = f"/admin/help/{key}/"
        page = parse(client.get(path).data)
        ids = {it.get("id") for it in page.all(lambda it: "id" in it.attrib)}
        assert {one.partition("#")[2] for one in anchors if one.startswith(path)} <= ids


def test_it_has_a_topic_for_every_page(app: Flask) -> None:
    silent = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.") and topic_for(rule.endpoint) is None
    }
    assert {endpoint.rpartition(".")[0] for endpoint in silent} == {"admin.help"}


def test_it_knows_when_two_have_changed_the_same_words(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    one = begin(client)
    other = EditPage(client, one.path).open()
    one.fill({"en.title": "Mine"}).press()
    assert "Write at the same time as somebody else" in other.fill({"en.title": "Theirs"}).press().text


def test_it_helps_those_who_cannot_get_in(client: FlaskClient) -> None:
    page = client.get("/admin/sign-in/").text
    assert "If your phone is lost or stolen" in page
    assert "/admin/help/" not in page.partition('class="page-help"')[2].partition("</details>")[0]


def test_it_stands_after_the_work(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = client.get("/admin/stories/").text
    assert page.index("<h1>") < page.index('class="page-help"') < page.index("</main>")
    assert "Paste from Word" in page


def test_a_newcomer_is_offered_the_tour_until_it_is_over(client: FlaskClient, sign_in: SignIn) -> None:
    editor = sign_in(client, "writer")
    offer = "Your first story in five steps"
    assert offer in client.get("/admin/").text
    assert offer not in client.get("/admin/?tour=1").text
    assert offer in client.get("/admin/").text
    assert post(client, "/admin/help/end-tour").location == "/admin/"
    assert offer not in client.get("/admin/").text
    db.session.rollback()
    assert db.session.get_one(User, editor.id).toured_at


def test_the_tour_goes_on_with_the_story_that_was_begun(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    path = post(client, "/admin/help/begin-story").location
    assert re.fullmatch(r"/admin/stories/\d+/\?tour=3", path)
    assert post(client, "/admin/help/begin-story").location == path
    page = EditPage(client, path.partition("?")[0]).open().fill(COMPLETE)
    assert page.press("publish:ru en").status_code == 303
    assert post(client, "/admin/help/begin-story").location != path


@pytest.mark.parametrize(
    ("step", "goes_on"), [("4", "/?tour=4"), ("5", "/history/?tour=5"), ("6", "/"), ("x", "/"), ("end", "/")]
)
def test_going_on_saves_what_was_written(client: FlaskClient, sign_in: SignIn, step: str, goes_on: str) -> None:
    sign_in(client, "writer")
    path = post(client, "/admin/help/begin-story").location.partition("?")[0]
    page = EditPage(client, path).open().fill({"en.title": "Hands"})
    page.path = f"{path}?tour={step}"
    assert page.press().location == path.rstrip("/") + goes_on
    assert EditPage(client, path).open().value("en.title") == "Hands"
    assert ("five steps" in client.get("/admin/").text) is (step != "end")


def test_what_stops_the_publishing_does_not_stop_the_tour(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "publisher")
    page = EditPage(client, post(client, "/admin/help/begin-story").location.replace("3", "4")).open()
    stopped = page.press("publish:ru en")
    assert stopped.status_code == 422
    assert "Step 4 of 5" in stopped.text
    assert page.fill(COMPLETE).press("publish:ru en").location.endswith("/?tour=4")


@pytest.mark.parametrize("query", ["?tour=2", "?tour=0", "?tour=6", "?tour=", "?tour=x", "?tour=²", ""])
def test_a_step_is_shown_on_its_own_page_alone(client: FlaskClient, sign_in: SignIn, query: str) -> None:
    sign_in(client, "writer")
    assert 'class="tour"' not in client.get(f"/admin/{query}").text
    assert 'class="tour"' in client.get("/admin/stories/?tour=2").text
