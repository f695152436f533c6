"""Dead links inside the site."""

import pytest
from flask import Flask

from tests.conftest import Installation
from tests.factories import NoticeFactory, PetitionFactory, SeriesFactory, StoryFactory, ThemeFactory
from wzo.cms.links import DeadLink, check_links, get_dead_links
from wzo.extensions import db
from wzo.publication import Redirect, State
from wzo.stories.models import Story, StoryText


def create_linked_content() -> None:
    story = StoryFactory(slug="toys")
    db.session.add(Redirect(content_type="stories", slug="old-toys", object_id=story.id))
    draft = StoryFactory(slug="draft", texts__state=State.DRAFT)
    db.session.add(Redirect(content_type="stories", slug="old-draft", object_id=draft.id))
    SeriesFactory(slug="outcasts")
    ThemeFactory(slug="children")
    PetitionFactory(slug="mothers")


@pytest.fixture
def linked_content(app: Flask, installation: Installation) -> None:
    installation.fill(create_linked_content)


@pytest.mark.usefixtures("linked_content")
@pytest.mark.parametrize(
    "url",
    [
        "/ru/stories/toys/",
        "/ru/stories/toys/print/",
        "/ru/stories/toys/offline.html",
        "/en/stories/toys/#anywhere",
        "/ru/stories/toys",
        "/ru/stories/old-toys/",
        "/ru/stories/?theme=children",
        "/ru/series/outcasts/",
        "/ru/themes/children/feed.xml",
        "/en/petition/mothers/sign",
        "/ru/donate/",
        "/ru/",
        "/",
        "http://127.0.0.1:8000/en/stories/toys/",
        "/favicon.ico",
        "https://example.org/nowhere",
        "mailto:someone@example.org",
        "tel:+100",
        "#text-a-heading",
        "#main",
    ],
)
def test_it_accepts_links_that_work(url: str) -> None:
    assert check_links(f"## A heading\n\nSee [this]({url}).", "en") == []


@pytest.mark.usefixtures("linked_content")
@pytest.mark.parametrize(
    "url",
    [
        "/ru/stories/nobody/",
        "/ru/stories/draft/",
        "/ru/stories/old-draft/",
        "/ru/stories/toys/nothing/",
        "/ru/series/toys/",
        "/ru/privacy/",
        "/de/stories/toys/",
        "/admin/",
        "/static/nothing.css",
        "http://127.0.0.1:8000/en/stories/nobody/",
        "toys/",
        "../toys/",
        "www.example.org",
        "#text-no-such-heading",
        "javascript:alert(1)",
    ],
)
def test_it_finds_dead_links(url: str) -> None:
    assert check_links(f"## A heading\n\nSee [this **one**]({url}).", "en") == [DeadLink(url, "this one")]


@pytest.mark.usefixtures("app")
def test_it_reads_every_syntax_of_links() -> None:
    text = "[one](/ru/x/), <http://127.0.0.1:8000/ru/y/>, [three][3] and `[no](/ru/z/)`\n\n[3]: /ru/истории/\n"
    assert [link.address for link in check_links(text, "ru")] == [
        "/ru/x/",
        "http://127.0.0.1:8000/ru/y/",
        "/ru/истории/",
    ]


@pytest.mark.usefixtures("linked_content")
def test_it_knows_the_anchors_of_all_texts_of_a_page() -> None:
    StoryFactory(slug="long", texts__body="[down](#credits-film)\n\n[up](#text-nowhere)", texts__credits="## Film")
    assert [found.link.address for found in get_dead_links()] == ["#text-nowhere", "#text-nowhere"]


@pytest.mark.usefixtures("linked_content")
def test_it_checks_live_texts_and_caches_until_they_change() -> None:
    body = "See [the story](/ru/stories/later/)."
    story = StoryFactory(slug="one", texts__body=body)
    StoryFactory(slug="hidden", texts__body=body, texts__state=State.DRAFT)
    NoticeFactory(texts__body=body)
    found = get_dead_links()
    assert [(it.content_type, it.language) for it in found] == [
        ("stories", "en"),
        ("stories", "ru"),
        ("notices", "en"),
        ("notices", "ru"),
    ]
    assert (found[0].object_id, found[0].title, found[0].link.words) == (story.id, "one", "the story")
    assert get_dead_links() is found
    later = StoryFactory(slug="later")
    assert get_dead_links() == []
    db.session.get_one(StoryText, {"story_id": later.id, "language": "ru"}).state = State.UNPUBLISHED
    db.session.commit()
    assert len(get_dead_links()) == 4
    db.session.delete(db.session.get_one(Story, story.id))
    db.session.commit()
    assert {it.content_type for it in get_dead_links()} == {"notices"}


@pytest.mark.usefixtures("content")
def test_it_finds_no_dead_links_in_the_initial_content() -> None:
    assert get_dead_links() == []
