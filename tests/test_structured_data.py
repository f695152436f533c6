"""Structured data: valid, consistent with the visible page, and unable to break it."""

import json
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.factories import SeriesFactory, StoryFactory
from tests.html import Html, parse
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.petition.models import PetitionText
from wzo.publication import State
from wzo.structured_data import json_ld, truncate_headline

pytestmark = pytest.mark.one_database

HOST = "http://127.0.0.1:8000"
NAMES = {"ru": "Женщина. Тюрьма. Общество", "en": "Woman. Prison. Society"}
AWARDS = {
    "ru": "Российская национальная премия «Гражданская инициатива» в номинации «Воздух свободы», декабрь 2018 года",
    "en": "The Russian national prize “Civic Initiative”, “Air of Freedom” category, December 2018",
}
HOSTILE = "</script><script>alert(1)</script><!-- & \u2028 \"'\\"


def page(client: FlaskClient, path: str) -> Html:
    response = client.get(path)
    assert response.status_code == 200
    return parse(response.data)


def data(html: Html) -> dict[str, dict[str, Any]]:
    """The descriptions in a page by type; each type appears once."""
    blocks = [json.loads(it.text or "") for it in html.root.iter("script") if it.get("type") == "application/ld+json"]
    found = {block["@type"]: block for block in blocks}
    assert len(found) == len(blocks)
    assert {block["@context"] for block in blocks} <= {"https://schema.org"}
    return found


def text(html: Html, tag: str) -> str:
    [element] = html.root.iter(tag)
    return plain("".join(element.itertext()))


def plain(words: str) -> str:
    return " ".join(words.split())


def trail(html: Html) -> list[tuple[str, str]]:
    """The visible breadcrumbs: names and URLs."""
    [nav] = [it for it in html.root.iter("nav") if it.get("class") == "breadcrumbs"]
    return [(plain("".join(link.itertext())), HOST + (link.get("href") or "")) for link in nav.iter("a")]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["", "team/"])
def test_it_describes_the_group(client: FlaskClient, content: None, lang: str, path: str) -> None:
    html = page(client, f"/{lang}/{path}")
    group = data(html)["Organization"]
    assert group["name"] == NAMES[lang]
    assert group["alternateName"] == [name for language, name in NAMES.items() if language != lang]
    assert group["url"] == f"{HOST}/{lang}/"
    logo = client.get(group["logo"].removeprefix(HOST))
    assert (logo.status_code, logo.mimetype) == (200, "image/svg+xml")
    assert group["award"] == AWARDS[lang]
    # The founding date is uncertain, so it is left out.
    assert "foundingDate" not in group
    shown = [plain("".join(it.itertext())) for it in html.root.iter("b")]
    names = [member["name"] for member in group.get("member", [])]
    assert names == (shown if path else [])
    if path:
        assert len(names) == 8
        assert [("jobTitle" in member) for member in group["member"]] == [True] * 7 + [False]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_describes_a_story_as_an_article(client: FlaskClient, content: None, lang: str) -> None:
    html = page(client, f"/{lang}/stories/outcasts-2/")
    article = data(html)["Article"]
    url = f"{HOST}/{lang}/stories/outcasts-2/"
    assert article["headline"] == text(html, "h1")
    assert article["inLanguage"] == lang
    assert article["datePublished"] == "2019-07-05"
    assert datetime.fromisoformat(article["dateModified"]).utcoffset() is not None
    assert article["mainEntityOfPage"] == article["url"] == url
    assert article["image"] == f"{url}card.png"
    assert article["author"] == article["publisher"]
    assert article["author"]["name"] == NAMES[lang]
    assert article["author"]["@type"] == "Organization"
    [description] = [it.get("content") or "" for it in html.root.iter("meta") if it.get("name") == "description"]
    assert article["description"] == description
    series = page(client, f"/{lang}/series/outcasts/")
    assert article["isPartOf"] == {
        "@type": "CreativeWorkSeries",
        "name": text(series, "h1"),
        "url": f"{HOST}/{lang}/series/outcasts/",
    }
    assert article["position"] == 2


def test_it_leaves_out_what_is_unknown(client: FlaskClient) -> None:
    StoryFactory(slug="bare")
    article = data(page(client, "/en/stories/bare/"))["Article"]
    assert not {"datePublished", "description", "isPartOf", "position"} & set(article)


@pytest.mark.parametrize(
    ("lang", "particulars"),
    [("en", ("Leonid Agafonov", "Russia", "English")), ("ru", ("Леонид Агафонов", "Россия", "английские"))],
)
def test_it_describes_a_film_as_a_movie(
    client: FlaskClient, content: None, lang: str, particulars: tuple[str, ...]
) -> None:
    html = page(client, f"/{lang}/projects/last-hope/")
    film = data(html)["Movie"]
    assert film["name"] == text(html, "h1")
    assert film["datePublished"] == "2019"
    assert film["url"] == f"{HOST}/{lang}/projects/last-hope/"
    named = tuple(film[name]["name"] for name in ("director", "countryOfOrigin", "subtitleLanguage"))
    assert named == particulars
    assert "Movie" not in data(page(client, f"/{lang}/projects/zone-hiv/"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("stories/outcasts-2/", ["", "stories/", "series/outcasts/"]),
        ("stories/umarali-nazarov/", ["", "stories/"]),
        ("series/outcasts/", ["", "stories/"]),
        ("projects/last-hope/", ["", "projects/"]),
        ("themes/violence/", ["", "#themes"]),
    ],
)
def test_it_repeats_the_visible_breadcrumbs(
    client: FlaskClient, content: None, lang: str, path: str, above: list[str]
) -> None:
    html = page(client, f"/{lang}/{path}")
    steps = data(html)["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, len(above) + 1))
    breadcrumbs = [(plain(step["name"]), step["item"]) for step in steps]
    assert breadcrumbs == trail(html)
    assert [url for _, url in breadcrumbs] == [f"{HOST}/{lang}/{one}" for one in above]


def test_it_stays_in_its_block_whatever_is_typed(client: FlaskClient) -> None:
    series = SeriesFactory(slug="row", texts__title=HOSTILE)
    StoryFactory(slug="hostile", series_id=series.id, part=1, texts__title=HOSTILE, texts__summary=HOSTILE)
    html = page(client, "/en/stories/hostile/")
    assert not html.errors
    assert not [it for it in html.root.iter("script") if "alert" in (it.text or "") and it.get("type") is None]
    article = data(html)["Article"]
    assert article["headline"] == article["description"] == article["isPartOf"]["name"] == HOSTILE


def test_it_escapes_characters_that_could_end_the_block() -> None:
    written = json_ld({"a": HOSTILE})
    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"a": HOSTILE}


@pytest.mark.parametrize(
    ("title", "seen"),
    [
        ("Short", "Short"),
        ("x" * 110, "x" * 110),
        ("x" * 111, "x" * 109 + "…"),
        ("word " * 30, ("word " * 22).strip() + "…"),
        (f"{'x' * 50}, {'y' * 70}", f"{'x' * 50}…"),
    ],
)
def test_it_cuts_a_headline_between_words(title: str, seen: str) -> None:
    assert truncate_headline(title) == seen
    assert len(truncate_headline(title)) <= 110


def links(html: Html, relation: str) -> list[str]:
    found = [it for it in html.root.iter("link") if it.get("rel") == relation and it.get("type") is None]
    return [it.get("href") or "" for it in found]


def robots(html: Html) -> list[str | None]:
    return [it.get("content") for it in html.root.iter("meta") if it.get("name") == "robots"]


def test_it_keeps_search_results_out_of_search_engines(client: FlaskClient, content: None) -> None:
    plain, asked = page(client, "/en/projects/"), page(client, "/en/projects/?q=x")
    assert (len(links(plain, "canonical")), len(links(plain, "alternate")), robots(plain)) == (1, 2, [])
    assert (links(asked, "canonical"), links(asked, "alternate"), robots(asked)) == ([], [], ["noindex, follow"])


def test_it_gives_the_petition_one_canonical_url(client: FlaskClient, content: None) -> None:
    for path in ("/en/petition/", "/en/petition/mothers/"):
        html = page(client, path)
        assert links(html, "canonical") == [f"{HOST}/en/petition/mothers/"]
        assert links(html, "alternate") == [f"{HOST}/{lang}/petition/mothers/" for lang in ("en", "ru")]


def test_it_names_the_languages_in_which_a_page_is_live(app: Flask, client: FlaskClient, content: None) -> None:
    db.session.execute(update(PetitionText).where(PetitionText.language == "ru").values(state=State.DRAFT))
    db.session.commit()
    assert links(page(client, "/en/petition/"), "alternate") == [f"{HOST}/en/petition/mothers/"]


def test_it_gives_error_pages_no_canonical_url(client: FlaskClient) -> None:
    StoryFactory(slug="gone", texts__state=State.UNPUBLISHED)
    for path in ("/en/stories/gone/", "/en/stories/never/", "/en/nope"):
        html = parse(client.get(path).data)
        assert not links(html, "canonical")
        assert not links(html, "alternate")
        assert not data(html)
