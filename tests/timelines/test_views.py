"""The pages of timelines, and the stories and projects that show them."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table

from tests.admin.editing.edit_page import create
from tests.conftest import SignIn
from tests.factories import StoryFactory, TimelineFactory
from tests.html import parse
from wzo.cms.content_types import ChecklistItem
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.projects.models import Project
from wzo.timelines.checks import check_entries
from wzo.timelines.models import project_timelines, story_timelines

BODY = (
    "2016-10: The case is *closed*. [Paper](https://paper.example.org/)\n\n"
    "2015-10-13, about 13:30: An ambulance comes.\n2015: The year."
)
DATES = {
    "en": ["2015", "13 October 2015, about 13:30", "October 2016"],
    "ru": ["2015", "13 октября 2015, about 13:30", "октябрь 2016"],
}


def tie(table: Table, owner: Any, timeline: Any) -> None:
    names = (table.primary_key.columns[0].name, "timeline_id")
    db.session.execute(table.insert().values(dict(zip(names, (owner.id, timeline.id), strict=True))))
    db.session.commit()


def dates(client: FlaskClient, path: str) -> list[str]:
    """The dates of a page's timelines, as readers see them."""
    shown = client.get(path).text.replace("\xa0", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')
    found = re.findall(r'<p class="when">(.*?)</p>|<p><time [^>]*>.*?</time>.*?</p>', shown, re.S)
    return [" ".join(re.sub("<[^>]+>", "", it).split()) for it in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_shows_its_entries_by_date_each_with_its_source(client: FlaskClient, language: str) -> None:
    TimelineFactory(slug="case", texts__body=BODY)
    assert dates(client, f"/{language}/timelines/case/") == DATES[language]
    root = parse(client.get(f"/{language}/timelines/case/").data).root
    assert [it.get("datetime") for it in root.iter("time")] == ["2015", "2015-10-13", "2016-10"]
    assert "https://paper.example.org/" in [it.get("href") for it in root.iter("a")]


@pytest.mark.parametrize("path", ["/", "/print/", "/offline.html"])
def test_it_is_shown_with_its_story_on_the_page_in_print_and_in_a_file(client: FlaskClient, path: str) -> None:
    story, timeline = StoryFactory(slug="story"), TimelineFactory(slug="case", texts__body=BODY)
    tie(story_timelines, story, timeline)
    assert dates(client, f"/en/stories/story{path}") == DATES["en"]


def test_it_is_in_the_feed_which_is_updated_with_it(client: FlaskClient) -> None:
    story, timeline = StoryFactory(slug="story"), TimelineFactory(slug="case", texts__body=BODY)
    before = client.get("/en/feed.xml").text
    assert "October 2015" not in before
    tie(story_timelines, story, timeline)
    db.session.execute(db.text("UPDATE timeline_texts SET changed_at = '2036-01-01 00:00:00'"))
    db.session.commit()
    after = client.get("/en/feed.xml").text
    assert "13&amp;nbsp;October 2015" in after
    assert "<updated>2036-01-01T00:00:00Z</updated>" in after


def test_it_is_shown_with_its_project_and_names_what_shows_it(client: FlaskClient, content: None) -> None:
    timeline = TimelineFactory(slug="case", texts__body=BODY)
    project = db.session.query(Project).filter_by(slug="last-hope").one()
    tie(project_timelines, project, timeline)
    assert dates(client, "/en/projects/last-hope/") == DATES["en"]
    page = client.get("/en/timelines/case/").text
    assert 'href="/en/projects/last-hope/"' in page
    assert 'href="/en/timelines/case/"' in client.get("/en/timelines/").text


def test_it_says_so_where_there_is_none(client: FlaskClient) -> None:
    assert "There are no timelines in this language yet." in client.get("/en/timelines/").text.replace("\xa0", " ")


def test_it_can_be_edited_without_a_script(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, "writer")
    page = create(client, "timelines")
    page.fill({"en.title": "Case", "en.summary": "What happened.", "en.body": "2016: Later.\n2015: Before."}).press()
    page.open()
    assert page.value("en.body").split() == ["2016:", "Later.", "2015:", "Before."]


def checks(en: str, ru: str = "") -> list[ChecklistItem]:
    return list(check_entries({"en": {"body": en}, "ru": {"body": ru}}, [code for code in LANGUAGES if code == "en"]))


def test_it_cannot_be_published_with_a_line_that_has_no_date(app: Flask) -> None:
    with app.test_request_context():
        assert [(it.blocks, it.field) for it in checks("Words\n2015: It. [S](https://s.example.org/)")] == [
            (True, "en.body")
        ]


def test_it_asks_for_sources_and_for_the_same_dates_in_each_language(app: Flask) -> None:
    linked = "2015: It. [S](https://s.example.org/)"
    with app.test_request_context():
        assert checks(linked, linked) == []
        assert [it.blocks for it in checks("2015: It.", linked)] == [False]
        assert [it.blocks for it in checks(linked, linked.replace("2015", "2016"))] == [False]
