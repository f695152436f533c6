"""The help in the panel: the same in both languages, true to the panel's labels, and on every page."""

import re
from functools import cache

import polib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.admin.editing.edit_page import EditPage, create
from tests.conftest import SignIn
from tests.html import parse
from wzo.admin.help.topics import FOLDER, TOPIC_BY_ENDPOINT, TOPICS, get_topic, topic_for
from wzo.config import ROOT
from wzo.i18n import LANGUAGES
from wzo.markdown import extract_links

pytestmark = pytest.mark.one_database

TEXTS = [(key, language) for key in TOPICS for language in LANGUAGES]


LABEL = re.compile(r"\*\*(.+?)\*\*")


@cache
def catalogue(language: str) -> re.Pattern[str]:
    """Matches every message of the panel in a language, with anything for its placeholders."""
    entries = polib.pofile(str(ROOT / "wzo/translations/ru/LC_MESSAGES/messages.po"))
    sentences = [entry.msgid if language == "en" else entry.msgstr for entry in entries]
    patterns = [re.sub(r"%\\\(\w+\\\)[sd]", r"[\\w-]+", re.escape(one)) for one in sentences]
    return re.compile("|".join(one for one in patterns if re.search(r"\w\w", one.replace(r"[\w-]+", ""))))


@pytest.mark.slow
def test_it_does_not_match_every_label() -> None:
    assert catalogue("en").fullmatch("Publish Russian")
    assert not catalogue("en").fullmatch("Publishing")


def test_it_has_every_topic_in_every_language_and_no_other() -> None:
    for language in LANGUAGES:
        assert {path.stem for path in (FOLDER / language).glob("*")} == set(TOPICS)
    assert set(TOPIC_BY_ENDPOINT.values()) == set(TOPICS)


@pytest.mark.parametrize("key", TOPICS)
def test_it_has_the_same_structure_in_both_languages(key: str) -> None:
    ru, en = get_topic(key, "ru"), get_topic(key, "en")
    assert ru.title != en.title
    shapes = [re.sub(r"[^\n]+", lambda line: re.match(r"#* ?|\d\. |- |", line[0])[0], it.text) for it in (ru, en)]  # type: ignore[index]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(("key", "language"), TEXTS)
def test_it_quotes_labels_that_exist_in_the_panel(key: str, language: str) -> None:
    quoted = LABEL.findall(get_topic(key, language).text)
    assert quoted
    assert [words for words in quoted if not catalogue(language).fullmatch(words)] == []


def test_it_has_no_dead_links(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    links = {url for key, language in TEXTS for url, _ in extract_links(get_topic(key, language).text)}
    assert links
    assert [path for path in links if client.get(path).status_code != 200] == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_links_from_each_task_to_its_instructions(client: FlaskClient, sign_in: SignIn, language: str) -> None:
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


def test_it_explains_a_conflict(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    one = create(client)
    other = EditPage(client, one.path).open()
    one.fill({"en.title": "Mine"}).press()
    assert "Write at the same time as another editor" in other.fill({"en.title": "Theirs"}).press().text


def test_it_helps_editors_who_cannot_sign_in(client: FlaskClient) -> None:
    page = client.get("/admin/sign-in/").text
    assert "If your phone is lost or stolen" in page
    assert "/admin/help/" not in page.partition('class="page-help"')[2].partition("</details>")[0]


def test_it_comes_after_the_main_content(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = client.get("/admin/stories/").text
    assert page.index("<h1>") < page.index('class="page-help"') < page.index("</main>")
    assert "Paste from Word" in page
