"""Feeds follow RFC 4287, hold whole texts, and contain nothing that is not live."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import feedparser
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from tests.cms.objects import create_draft
from tests.conftest import make_client
from tests.factories import FactFactory, MentionFactory, SeriesFactory, StoryFactory, ThemeFactory
from tests.html import parse
from tests.times import at
from wzo.cms import drafts, publishing
from wzo.cms.content_types import registry
from wzo.cms.queries import get_draft
from wzo.extensions import db
from wzo.facts.models import story_facts
from wzo.i18n import LANGUAGES
from wzo.publication import State
from wzo.stories.models import Story, StoryText, story_themes

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
NAMES = {"ru": "Женщина. Тюрьма. Общество", "en": "Woman. Prison. Society"}
HOSTILE = "<b>&\"'</b> ]]> \x08\x0b\ufffe\U0001f426"
FEEDS = ("feed.xml", "themes/medicine/feed.xml", "themes/violence/feed.xml", "series/outcasts/feed.xml")


def read(client: FlaskClient, path: str) -> Element:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.data)


def entries(client: FlaskClient, path: str = "/en/feed.xml") -> list[Any]:
    feed = feedparser.parse(client.get(path).data)
    assert not feed.bozo
    return list(feed.entries)


def slugs(client: FlaskClient, path: str = "/en/feed.xml") -> list[str]:
    return [entry.link.split("/")[-2] for entry in entries(client, path)]


def tie(story: Story, *themes: Any) -> None:
    for theme in themes:
        db.session.execute(story_themes.insert().values(story_id=story.id, theme_id=theme.id))
    db.session.commit()


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", FEEDS)
def test_it_follows_the_requirements_of_the_standard(client: FlaskClient, content: None, path: str, lang: str) -> None:
    root = read(client, f"/{lang}/{path}")
    assert root.tag == f"{ATOM}feed"
    assert root.get(XML_LANG) == lang
    found = root.findall(f"{ATOM}entry")
    assert bool(found) == ("medicine" not in path)
    for it in (root, *found):
        for name in ("id", "title", "updated"):
            assert len(it.findall(ATOM + name)) == 1, name
            assert it.findtext(ATOM + name)
        alternates = [link for link in it.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert [(link.get("type"), link.get("hreflang")) for link in alternates] == [("text/html", lang)]
        assert client.get(urlsplit(alternates[0].get("href") or "").path).status_code == 200
    for entry in found:
        assert len(entry.findall(f"{ATOM}content")) == 1
        assert entry.findtext(f"{ATOM}published")
    # Entries without their own author have the feed's.
    assert root.findtext(f"{ATOM}author/{ATOM}name") == NAMES[lang]
    assert root.findtext(f"{ATOM}rights") == "© 2020 «Женщина. Тюрьма. Общество»"
    own = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert [link.get("href") for link in own] == [f"http://127.0.0.1:8000/{lang}/{path}"]
    for timestamp in (*root.iter(f"{ATOM}updated"), *root.iter(f"{ATOM}published")):
        assert DATE.fullmatch(timestamp.text or "")
    for link in root.iter(f"{ATOM}link"):
        assert urlsplit(link.get("href") or "").scheme == "http"
    ids = [it.text or "" for it in root.iter(f"{ATOM}id")]
    assert all(re.fullmatch(rf"tag:women-in-prison\.ru,2020:{lang}/[a-z0-9/-]+", one) for one in ids)
    assert len(set(ids)) == len(ids)
    assert root.find(f"{ATOM}generator") is None
    feed = feedparser.parse(client.get(f"/{lang}/{path}").data)
    assert (feed.bozo, feed.version, len(feed.entries)) == (False, "atom10", len(found))


def test_it_keeps_the_same_ids_on_every_host(app: Flask, client: FlaskClient) -> None:
    StoryFactory(slug="one")
    here = read(client, "/en/feed.xml")
    elsewhere = read(make_client(app, "http://localhost:8000"), "/en/feed.xml")
    assert [it.text for it in here.iter(f"{ATOM}id")] == [it.text for it in elsewhere.iter(f"{ATOM}id")]
    # Every URL is on the configured host, whichever host was requested.
    assert ElementTree.tostring(here) == ElementTree.tostring(elsewhere)


def test_it_keeps_the_id_of_an_entry_whose_address_changes(client: FlaskClient) -> None:
    story = StoryFactory(slug="one")
    (before,) = entries(client)
    story.slug = "another"
    db.session.commit()
    (after,) = entries(client)
    assert (after.id, after.link == before.link) == (before.id, False)


def test_it_gives_a_new_story_with_the_number_of_a_deleted_one_another_id(client: FlaskClient) -> None:
    with time_machine.travel(at(100), tick=False):
        story = StoryFactory(slug="one")
    number, (before,) = story.id, entries(client)
    db.session.delete(story)
    db.session.commit()
    with time_machine.travel(at(200), tick=False):
        StoryFactory(id=number, slug="two")
    assert [entry.id != before.id for entry in entries(client)] == [True]


def test_it_lists_the_newest_first(client: FlaskClient) -> None:
    for number, first_published_at in enumerate(map(at, (100, 300, 300, 200))):
        StoryFactory(
            slug=f"s-{number}", texts__first_published_at=first_published_at, texts__changed_at=first_published_at
        )
    assert slugs(client) == ["s-2", "s-1", "s-3", "s-0"]
    [last] = [entry for entry in entries(client) if entry.link.endswith("/s-0/")]
    assert last.published == "1970-01-01T00:01:40Z"
    root = read(client, "/en/feed.xml")
    assert root.findtext(f"{ATOM}updated") == "1970-01-01T00:05:00Z"


@pytest.mark.slow
def test_it_lists_the_twenty_newest(client: FlaskClient) -> None:
    theme, series = ThemeFactory(slug="theme"), SeriesFactory(slug="row")
    for number in range(25):
        tie(
            StoryFactory(
                slug=f"s-{number}", series_id=series.id, part=number + 1, texts__first_published_at=at(number)
            ),
            theme,
        )
    newest = [f"s-{number}" for number in range(24, 4, -1)]
    assert slugs(client) == newest
    assert slugs(client, "/en/themes/theme/feed.xml") == newest
    assert slugs(client, "/en/series/row/feed.xml") == newest[::-1]


def test_it_lists_the_parts_of_a_series_by_publication(client: FlaskClient) -> None:
    series = SeriesFactory(slug="row")
    for part, first_published_at in ((1, 50), (2, 10), (3, 50)):
        StoryFactory(
            slug=f"part-{part}", series_id=series.id, part=part, texts__first_published_at=at(first_published_at)
        )
    StoryFactory(slug="outside")
    assert slugs(client, "/en/series/row/feed.xml") == ["part-2", "part-1", "part-3"]


def test_it_lists_only_the_stories_of_a_theme(client: FlaskClient) -> None:
    one, other = ThemeFactory(slug="one", texts__title="One"), ThemeFactory(slug="other", texts__state=State.DRAFT)
    tie(StoryFactory(slug="in"), one, other)
    tie(StoryFactory(slug="out"), other)
    [entry] = entries(client, "/en/themes/one/feed.xml")
    assert entry.link.endswith("/in/")
    assert [(tag.term, tag.label) for tag in entry.tags] == [("one", "One")]
    assert client.get("/en/themes/other/feed.xml").status_code == 404


def test_it_lists_what_is_live_in_its_language(client: FlaskClient) -> None:
    StoryFactory(slug="draft", texts__state=State.DRAFT)
    StoryFactory(slug="gone", texts__state=State.UNPUBLISHED)
    half = StoryFactory(slug="half")
    db.session.execute(
        update(StoryText)
        .where(StoryText.story_id == half.id, StoryText.language == "en")
        .values(state=State.UNPUBLISHED)
    )
    db.session.commit()
    assert slugs(client) == []
    assert slugs(client, "/ru/feed.xml") == ["half"]


def test_it_includes_the_whole_text_in_an_entry(client: FlaskClient) -> None:
    theme = ThemeFactory(slug="theme")
    body = "A [story](/en/stories/other/), [a note](#note) and [elsewhere](https://example.org/x).\n\n![Bars](/static/x.svg)"
    story = StoryFactory(
        slug="whole",
        texts__summary="What it is about.",
        texts__body=body,
        texts__content_notice="It speaks of death.",
        texts__credits="By *Anna*.",
    )
    tie(story, theme)
    MentionFactory(kind="original", url="https://women-in-prison.ru/x", texts__publisher="There", of__story=story)
    fact = FactFactory(
        as_of="2019-04", texts__source="The <penal> service", texts__source_url="https://example.org/474"
    )
    db.session.execute(story_facts.insert().values(story_id=story.id, fact_id=fact.id))
    db.session.commit()
    [entry] = entries(client)
    assert entry.summary == "What it is about."
    text = entry.content[0].value.replace("&nbsp;", " ")
    wanted = [
        "It speaks of death.",
        "What it is about.",
        "A <a",
        "474",
        "The &lt;penal&gt; service",
        "April 2019",
        "Anna",
    ]
    assert sorted(text.index(one) for one in wanted) == [text.index(one) for one in wanted]
    root = parse(entry.content[0].value.encode()).root
    assert [link.get("href") for link in root.iter("a")] == [
        "http://127.0.0.1:8000/en/stories/other/",
        "http://127.0.0.1:8000/en/stories/whole/#note",
        "https://example.org/x",
        "https://women-in-prison.ru/x",
        "https://example.org/474",
    ]
    assert [picture.get("src") for picture in root.iter("img")] == ["http://127.0.0.1:8000/static/x.svg"]


def test_it_sends_absolute_urls_only(client: FlaskClient) -> None:
    # feedparser resolves URLs itself, so this looks at the raw XML.
    StoryFactory(texts__body='[one](/en/) `href="/en/"` ![two](/static/x.svg)')
    content = read(client, "/en/feed.xml").findtext(f".//{ATOM}content") or ""
    assert 'href="http://127.0.0.1:8000/en/"' in content
    assert 'src="http://127.0.0.1:8000/static/x.svg"' in content
    assert '<code>href="/en/"</code>' in content


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_stays_valid_whatever_is_typed(client: FlaskClient, lang: str) -> None:
    theme = ThemeFactory(slug="theme", texts__title=HOSTILE, texts__summary=HOSTILE)
    series = SeriesFactory(slug="row", texts__title=HOSTILE)
    words = {f"texts__{name}": HOSTILE for name in ("title", "summary", "body", "content_notice", "credits")}
    tie(StoryFactory(slug="hostile", series_id=series.id, part=1, **words), theme)
    seen = "<b>&\"'</b> ]]> \U0001f426"
    for path in ("feed.xml", "themes/theme/feed.xml", "series/row/feed.xml"):
        root = read(client, f"/{lang}/{path}")
        assert root.findtext(f"{ATOM}entry/{ATOM}title") == seen
        content = root.findtext(f"{ATOM}entry/{ATOM}content") or ""
        assert "<b>" not in content
        assert content.count("\U0001f426") == 4
    assert root.findtext(f"{ATOM}title") == f"{seen} · {NAMES[lang]}"
    [entry] = entries(client, f"/{lang}/feed.xml")
    assert entry.tags[0].label == seen


def test_it_dates_an_empty_feed_by_its_own_texts(client: FlaskClient) -> None:
    ThemeFactory(slug="theme", texts__changed_at=at(86_400))
    SeriesFactory(slug="row", texts__changed_at=at(172_800))
    for path, timestamp in (
        ("feed.xml", "1970-01-01T00:00:00Z"),
        ("themes/theme/feed.xml", "1970-01-02T00:00:00Z"),
        ("series/row/feed.xml", "1970-01-03T00:00:00Z"),
    ):
        assert read(client, f"/en/{path}").findtext(f"{ATOM}updated") == timestamp
        assert client.get(f"/en/{path}").data == client.get(f"/en/{path}").data


@pytest.mark.slow
@pytest.mark.parametrize("path", ["feed.xml", "themes/theme/feed.xml", "series/row/feed.xml"])
def test_it_runs_as_many_queries_for_many_stories_as_for_one(app: Flask, client: FlaskClient, path: str) -> None:
    theme, series = ThemeFactory(slug="theme"), SeriesFactory(slug="row")
    counts = []
    for first, last in ((0, 1), (1, 20)):
        for number in range(first, last):
            tie(StoryFactory(series_id=series.id, part=number + 1), theme)
        with counted_queries() as asked:
            assert len(entries(client, f"/en/{path}")) == last
        counts.append(len(asked))
    assert 0 < counts[0] == counts[1] <= 10


def test_it_responds_not_modified_to_an_unchanged_feed(client: FlaskClient) -> None:
    story = StoryFactory()
    first = client.get("/en/feed.xml")
    again = client.get("/en/feed.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    db.session.execute(update(StoryText).where(StoryText.story_id == story.id).values(title="Another"))
    db.session.commit()
    assert client.get("/en/feed.xml", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", ["/en/themes/none/feed.xml", "/en/series/none/feed.xml", "/de/feed.xml", "/feed.xml"])
def test_it_has_no_feed_of_what_does_not_exist(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.text.count("<h1>") == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "feed", "shown"),
    [
        ("", "feed.xml", False),
        ("stories/", "feed.xml", True),
        ("themes/violence/", "themes/violence/feed.xml", True),
        ("series/outcasts/", "series/outcasts/feed.xml", True),
    ],
)
def test_it_is_linked_from_its_page(
    client: FlaskClient, content: None, lang: str, page: str, feed: str, shown: bool
) -> None:
    root = parse(client.get(f"/{lang}/{page}").data).root
    path = f"/{lang}/{feed}"
    [link] = [it for it in root.iter("link") if it.get("type") == "application/atom+xml"]
    assert (link.get("rel"), link.get("href")) == ("alternate", path)
    assert link.get("title") == read(client, path).findtext(f"{ATOM}title")
    assert [it.get("href") for it in root.iter("a") if it.get("type") == "application/atom+xml"] == [path] * shown


CHANGING = ("feed.xml", "themes/theme/feed.xml", "series/row/feed.xml")
FIRST, SECOND, LATER = "2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z", "2026-11-09T12:30:00Z"


def timestamps(client: FlaskClient, path: str, language: str = "en") -> tuple[str, list[tuple[str, str]]]:
    """When the feed was updated, and when each entry was published and updated, by slug."""
    root = ElementTree.fromstring(client.get(f"/{language}/{path}").data)
    entries = {
        (entry.findtext(f"{ATOM}id") or "").rpartition("/")[2]: (
            entry.findtext(f"{ATOM}published") or "",
            entry.findtext(f"{ATOM}updated") or "",
        )
        for entry in root.findall(f"{ATOM}entry")
    }
    return root.findtext(f"{ATOM}updated") or "", [entries[slug] for slug in sorted(entries)]


@pytest.fixture
def stories(app: Flask) -> list[Story]:
    """Two stories of a theme and a series, published a day apart."""
    with time_machine.travel("2026-10-01", tick=False):
        theme, series = ThemeFactory(slug="theme"), SeriesFactory(slug="row")
    made = []
    for part, timestamp in enumerate((FIRST, SECOND), start=1):
        with time_machine.travel(timestamp, tick=False):
            story = StoryFactory(slug=f"story-{part}", series_id=series.id, part=part)
            db.session.execute(story_themes.insert().values(story_id=story.id, theme_id=theme.id))
            db.session.commit()
        made.append(story)
    return made


@pytest.mark.parametrize("path", CHANGING)
def test_it_is_updated_when_a_story_is_published(client: FlaskClient, stories: list[Story], path: str) -> None:
    assert timestamps(client, path) == (SECOND, [(FIRST, FIRST), (SECOND, SECOND)])


@pytest.mark.parametrize("path", CHANGING)
def test_it_dates_the_correction_of_an_older_story(client: FlaskClient, stories: list[Story], path: str) -> None:
    with time_machine.travel(LATER, tick=False):
        db.session.get_one(StoryText, (stories[0].id, "en")).body = "Corrected."
        db.session.commit()
    assert timestamps(client, path) == (LATER, [(FIRST, LATER), (SECOND, SECOND)])
    # The other language has not changed.
    assert timestamps(client, path, "ru") == (SECOND, [(FIRST, FIRST), (SECOND, SECOND)])


def test_it_dates_a_feed_without_stories_by_its_own_texts(client: FlaskClient) -> None:
    with time_machine.travel(FIRST, tick=False):
        ThemeFactory(slug="theme")
        SeriesFactory(slug="row")
    for path in CHANGING[1:]:
        assert timestamps(client, path) == (FIRST, [])


@pytest.mark.slow
@pytest.mark.usefixtures("content")
def test_it_treats_publishing_again_as_an_update(client: FlaskClient) -> None:
    db.session.execute(update(StoryText).values(first_published_at=at(1), changed_at=at(1)))
    db.session.commit()
    content_type = registry["stories"]
    with time_machine.travel(FIRST, tick=False):
        object_id = create_draft(content_type)
        publishing.publish(content_type=content_type, object_id=object_id, languages=list(LANGUAGES), author_id=1)
    assert timestamps(client, "feed.xml")[0] == FIRST
    with time_machine.travel(LATER, tick=False):
        drafts.save(
            content_type=content_type,
            object_id=object_id,
            values={"en": {"body": "Corrected."}},
            base_revision_ids=get_draft(content_type, object_id).revision_ids,
            edit_session="s",
            author_id=1,
        )
        # A draft changes nothing.
        assert timestamps(client, "feed.xml")[0] == FIRST
        publishing.publish(content_type=content_type, object_id=object_id, languages=["en"], author_id=1)
    changed, entries = timestamps(client, "feed.xml")
    assert changed == LATER
    assert (FIRST, LATER) in entries
    assert timestamps(client, "feed.xml", "ru")[0] == FIRST
