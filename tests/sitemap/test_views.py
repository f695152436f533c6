"""The sitemap lists every live page, in all its languages, and nothing else."""

from datetime import date
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.factories import PetitionFactory, StoryFactory
from tests.html import parse
from tests.times import at
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.publication import State
from wzo.sitemap.queries import SPAN
from wzo.stories.models import StoryText

SITEMAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
HOST = "http://127.0.0.1:8000"
PAGES, STORIES = "/sitemaps/pages.xml", "/sitemaps/stories-1.xml"


def files(client: FlaskClient) -> list[str]:
    root = ElementTree.fromstring(client.get("/sitemap.xml").data)
    assert root.tag == f"{SITEMAPS}sitemapindex"
    return [(it.text or "").removeprefix(HOST) for it in root.iter(f"{SITEMAPS}loc")]


def urls_in(client: FlaskClient, path: str) -> dict[str, dict[str, str]]:
    """Each path in a file with the paths of its languages."""
    response = client.get(path)
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    found = {}
    for url in ElementTree.fromstring(response.data):
        links = [link.attrib for link in url.iter(f"{XHTML}link")]
        assert {link["rel"] for link in links} == {"alternate"}
        own = url.findtext(f"{SITEMAPS}loc") or ""
        assert own.startswith(HOST)
        assert own not in found
        found[own.removeprefix(HOST)] = {link["hreflang"]: link["href"].removeprefix(HOST) for link in links}
    return found


def everything(client: FlaskClient) -> dict[str, dict[str, str]]:
    found = {own: others for path in files(client) for own, others in urls_in(client, path).items()}
    assert found
    return found


@pytest.mark.slow
def test_it_lists_canonical_urls_only(client: FlaskClient, content: None) -> None:
    found = everything(client)
    for path, languages in found.items():
        response = client.get(path)
        assert response.status_code == 200, path
        head = parse(response.data.partition(b"</head>")[0]).root
        links = [it.attrib for it in head.iter("link")]
        assert [link["href"] for link in links if link["rel"] == "canonical"] == [HOST + path]
        alternates = {link["hreflang"]: link["href"].removeprefix(HOST) for link in links if "hreflang" in link}
        assert alternates == languages


def test_it_links_the_languages_of_a_page(client: FlaskClient, content: None) -> None:
    found = everything(client)
    for path, languages in found.items():
        assert languages[path.split("/")[1]] == path
        assert all(found[other] == languages for other in languages.values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_lists_everything_that_is_live(client: FlaskClient, content: None, lang: str) -> None:
    assert files(client) == [PAGES, STORIES]
    pages, stories = urls_in(client, PAGES), urls_in(client, STORIES)
    wanted = (
        "",
        "projects/",
        "stories/",
        "team/",
        "donate/",
        "help/",
        "press/",
        "contact/",
        "about/",
        "privacy/",
        "figures/",
        "glossary/",
        "mentions/",
        "timelines/",
        "timelines/group/",
        "team/yana-teplitskaya/",
        "petition/mothers/",
        "series/outcasts/",
    )
    wanted += ("projects/last-hope/", "themes/medicine/")
    assert {f"/{lang}/{path}" for path in wanted} <= set(pages)
    assert len(pages) == 2 * (10 + 2 + 7 + 3 + 3 + 1 + 1 + 1 + 1 + 8)
    assert len(stories) == 2 * 8
    assert f"/{lang}/stories/outcasts-1/" in stories


def test_it_lists_nothing_that_is_not_live(client: FlaskClient, content: None) -> None:
    StoryFactory(slug="draft", texts__state=State.DRAFT)
    StoryFactory(slug="gone", texts__state=State.UNPUBLISHED)
    half = StoryFactory(slug="half")
    one_language = (StoryText.story_id == half.id, StoryText.language == "ru")
    db.session.execute(update(StoryText).where(*one_language).values(state=State.UNPUBLISHED))
    db.session.commit()
    found = everything(client)
    assert not [path for path in found if "draft" in path or "gone" in path]
    assert {path: others for path, others in found.items() if "half" in path} == {
        "/en/stories/half/": {"en": "/en/stories/half/"}
    }
    private = ("/admin", "/c/", "/w/", "/n/")
    assert not [path for path in found if path.startswith(private) or "sign" in path or "code" in path]


def test_it_says_when_a_page_changed(client: FlaskClient) -> None:
    StoryFactory(texts__changed_at=at(86_400))
    root = ElementTree.fromstring(client.get(STORIES).data)
    assert [it.text for it in root.iter(f"{SITEMAPS}lastmod")] == ["1970-01-02T00:00:00Z"] * len(LANGUAGES)


def test_it_splits_stories_into_files(client: FlaskClient) -> None:
    for number in (1, SPAN - 1, SPAN, 3 * SPAN):
        StoryFactory(id=number, slug=f"s-{number}")
    StoryFactory(id=2 * SPAN, slug="draft", texts__state=State.DRAFT)
    assert files(client) == [PAGES, STORIES, "/sitemaps/stories-2.xml", "/sitemaps/stories-4.xml"]
    assert set(urls_in(client, STORIES)) == {
        f"/{lang}/stories/s-{number}/" for lang in LANGUAGES for number in (1, SPAN - 1)
    }
    assert set(urls_in(client, "/sitemaps/stories-2.xml")) == {f"/{lang}/stories/s-{SPAN}/" for lang in LANGUAGES}
    # No story is lost between two files.
    assert len([path for path in everything(client) if "/s-" in path]) == 4 * len(LANGUAGES)


@pytest.mark.parametrize("number", ["0", "3", "-1", "x", "9" * 7, "9" * 30])
def test_it_has_no_file_without_stories(client: FlaskClient, number: str) -> None:
    StoryFactory()
    assert client.get(f"/sitemaps/stories-{number}.xml").status_code == 404


def test_it_exists_on_an_empty_site(client: FlaskClient) -> None:
    assert files(client) == [PAGES]
    assert len(urls_in(client, PAGES)) == 8 * len(LANGUAGES)


def test_it_keeps_a_closed_petition(client: FlaskClient) -> None:
    PetitionFactory(slug="closed", closed_on=date(2026, 11, 1))
    assert "/ru/petition/closed/" in urls_in(client, PAGES)


def test_it_excludes_private_urls_in_robots_txt(client: FlaskClient) -> None:
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        "User-agent: *",
        "Disallow: /admin",
        "Disallow: /draft/",
        "Disallow: /c/",
        "Disallow: /w/",
        "Disallow: /n/",
        "Disallow: /s/",
        "",
        f"Sitemap: {HOST}/sitemap.xml",
    ]


def test_it_puts_urls_on_the_configured_host(app: Flask, production_client: FlaskClient) -> None:
    StoryFactory()
    onion = {"headers": {"Host": "abcdef.onion"}}
    for path in ("/robots.txt", "/sitemap.xml", PAGES, STORIES, "/en/feed.xml"):
        text = production_client.get(path, **onion).text
        assert "https://wps.example.org/" in text
        assert "onion" not in text
        assert "127.0.0.1" not in text
    for url in ElementTree.fromstring(production_client.get(STORIES).data).iter(f"{SITEMAPS}loc"):
        assert urlsplit(url.text or "").netloc == "wps.example.org"
