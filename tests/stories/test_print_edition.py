"""Print editions as the server sends them."""

import re
from types import SimpleNamespace
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.factories import StoryFactory
from tests.html import parse
from wzo.extensions import db
from wzo.publication import State
from wzo.stories.models import Series, SeriesText, Story, StoryText
from wzo.stories.print_edition import PrintedLinks, greyscale_cover

pytestmark = pytest.mark.one_database

HOST = re.compile(r"https?:|www\.|[a-z0-9-]+\.(?:ru|org|com|net)\b")
FOOTNOTE = "It was so.[^1]\n\n[^1]: As we were told."


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def sheets(client: FlaskClient, path: str) -> list[Element]:
    response = client.get(path)
    assert response.status_code == 200
    return list(parse(response.data).all(lambda it: "sheet" in it.get("class", "").split()))


def write(story: Story, **columns: str) -> None:
    db.session.execute(update(StoryText).where(StoryText.story_id == story.id).values(**columns))
    db.session.commit()


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("path", ["stories/outcasts-4", "stories/umarali-nazarov", "stories/dissertations"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_it_prints_urls_on_the_last_sheet_only(client: FlaskClient, language: str, path: str) -> None:
    front, story, last = (text(sheet) for sheet in sheets(client, f"/{language}/{path}/print/"))
    assert not HOST.search(front)
    assert "http" not in story
    assert "https://women-in-prison.ru/" in last
    assert last.endswith(f"http://127.0.0.1:8000/{language}/{path}/")


@pytest.mark.usefixtures("content")
def test_it_refers_from_the_text_to_the_url_at_the_end(client: FlaskClient) -> None:
    _, story, last = sheets(client, "/en/stories/outcasts-4/print/")
    assert "homophobia in dissertations (address\N{NO-BREAK SPACE}2)" in "".join(story.itertext())
    assert [text(it) for it in last.iter("li")] == [
        "https://kommersant.ru/doc/5977826",
        "http://127.0.0.1:8000/en/stories/dissertations/",
        "https://women-in-prison.ru/outcasts4",
    ]
    assert not list(story.iter("a"))


def test_it_prints_internal_links_in_full_and_each_url_once(client: FlaskClient) -> None:
    story = StoryFactory()
    links = ("[One](/en/team/)", "[two](https://example.org/?a=1&b=2)", "[one](/en/team/)", "[mail](mailto:a@b.org)")
    write(story, body=", ".join((*links, "[SIZO](term:sizo)")))
    _, body, last = sheets(client, f"/en/stories/{story.slug}/print/")
    assert re.findall(r"\d", text(body)) == ["1", "2", "1", "3"]
    urls = ["http://127.0.0.1:8000/en/team/", "https://example.org/?a=1&b=2", "a@b.org"]
    assert [text(it) for it in last.iter("li")] == urls
    # A letter has no glossary.
    assert text(body).endswith(", SIZO")


def test_it_puts_the_live_parts_in_order_and_repeats_no_id(client: FlaskClient) -> None:
    series = Series(slug="s", position=1, cover="outcasts")
    db.session.add(series)
    db.session.flush()
    db.session.add(SeriesText(series_id=series.id, language="en", state=State.LIVE, title="The series"))
    for part, state in ((3, State.LIVE), (1, State.LIVE), (2, State.UNPUBLISHED), (4, State.DRAFT)):
        story = StoryFactory(slug=f"part-{part}", series_id=series.id, part=part)
        write(story, title=f"Part {part}", body=f"## Heading\n\n{FOOTNOTE}", state=state)
    page = parse(client.get("/en/series/s/print/").data)
    assert [text(it) for it in page.root.iter("h2")] == ["Parts", "Part 1", "Part 3", "Addresses"]
    assert [text(it) for it in page.root.iter("h3")] == ["Heading", "Notes"] * 2
    ids = [it.attrib["id"] for it in page.all(lambda it: "id" in it.attrib)]
    assert len(ids) == len(set(ids))
    for link in page.all(lambda it: it.get("href", "").startswith("#part-")):
        assert link.attrib["href"][1:] in ids


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("path", ["stories/outcasts-1", "series/outcasts"])
def test_it_points_search_engines_to_the_page_itself(client: FlaskClient, path: str) -> None:
    root = parse(client.get(f"/en/{path}/print/").data).root
    assert [it.get("href") for it in root.iter("link") if it.get("rel") == "canonical"] == [
        f"http://127.0.0.1:8000/en/{path}/"
    ]
    assert [it.get("content") for it in root.iter("meta") if it.get("name") == "robots"] == ["noindex"]


@pytest.mark.parametrize("draft_state", ["print/", "offline.html"])
def test_it_offers_no_edition_of_what_is_not_live(client: FlaskClient, draft_state: str) -> None:
    gone, draft = StoryFactory(texts__state=State.UNPUBLISHED), StoryFactory(texts__state=State.DRAFT)
    for story, status in ((gone, 410), (draft, 404)):
        write(story, body="Not for everybody")
        response = client.get(f"/en/stories/{story.slug}/{draft_state}")
        assert response.status_code == status
        assert "Not for everybody" not in response.text
        assert "Content-Disposition" not in response.headers
    assert client.get(f"/en/stories/nope/{draft_state}").status_code == 404


def in_greyscale(name: str) -> str:
    return greyscale_cover(SimpleNamespace(cover=name, title="", cover_picture=None))


def test_it_prints_covers_in_light_grey() -> None:
    for colour in re.findall(r"#([0-9a-f]{6})", in_greyscale("outcasts")):
        red, green, blue = bytes.fromhex(colour)
        assert red == green == blue > 90
    assert "#fff" not in in_greyscale("hero").replace("#ffffff", "")


def test_it_keeps_a_picture_inside_a_link() -> None:
    notes = PrintedLinks("https://wps.example.org")
    html = notes.rewrite('<a href="https://example.org/"><img src="/p.png" alt="A film" loading="lazy"></a>')
    assert html.startswith('<img src="/p.png" alt="A film">')
    assert notes.urls == ["https://example.org/"]
