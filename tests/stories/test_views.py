"""The pages of stories, series, projects and themes as a reader sees them."""

import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, select, update

from tests.factories import StoryFactory
from tests.html import parse
from wzo.extensions import db, write_transaction
from wzo.projects.models import ProjectText
from wzo.publication import PublishableText, State
from wzo.stories.models import Series, SeriesText, Story, StoryText
from wzo.themes.models import ThemeText

PAGES = {
    "stories/outcasts-1": StoryText,
    "series/outcasts": SeriesText,
    "projects/zone-hiv": ProjectText,
    "themes/motherhood": ThemeText,
}
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def set_state(model: type[PublishableText], state: str, *languages: str) -> None:
    with write_transaction():
        db.session.execute(update(model).where(model.language.in_(languages)).values(state=state))


@pytest.mark.parametrize(("path", "model"), PAGES.items())
def test_it_explains_a_missing_translation_and_offers_the_original(
    client: FlaskClient, content: None, path: str, model: type[PublishableText]
) -> None:
    set_state(model, State.DRAFT, "en")
    page = client.get(f"/en/{path}/")
    assert page.status_code == 200
    assert "not in English yet" in page.text
    assert f'href="/ru/{path}/" hreflang="ru"' in page.text
    assert '<meta name="robots" content="noindex' in page.text
    assert 'rel="canonical"' not in page.text
    original = client.get(f"/ru/{path}/").text
    assert f'<link rel="alternate" hreflang="ru" href="http://127.0.0.1:8000/ru/{path}/">' in original
    assert 'rel="alternate" hreflang="en"' not in original


@pytest.mark.parametrize(("path", "model"), PAGES.items())
def test_it_responds_neutrally_to_unpublished_pages(
    client: FlaskClient, content: None, path: str, model: type[PublishableText]
) -> None:
    title = db.session.scalars(select(model.title).where(model.language == "en")).first() or "?"
    set_state(model, State.UNPUBLISHED, "en")
    page = client.get(f"/en/{path}/")
    assert page.status_code == 410
    assert title.split(":")[0] not in page.text.replace("\u00a0", " ")
    assert client.get(f"/ru/{path}/").status_code == 200
    set_state(model, State.UNPUBLISHED, "ru")
    assert client.get(f"/ru/{path}/").status_code == 410


@pytest.mark.parametrize(("path", "model"), PAGES.items())
def test_it_responds_not_found_to_drafts(
    client: FlaskClient, content: None, path: str, model: type[PublishableText]
) -> None:
    set_state(model, State.DRAFT, "ru", "en")
    assert client.get(f"/en/{path}/").status_code == 404
    assert client.get("/en/stories/nobody/").status_code == 404


def test_it_removes_an_unpublished_story_from_every_page(client: FlaskClient, content: None) -> None:
    places = ("stories/", "series/outcasts/", "stories/outcasts-2/", "stories/?q=lesbians", "")
    assert all("How lesbians live" in client.get(f"/en/{place}").text.replace("\u00a0", " ") for place in places)
    with write_transaction():
        story = db.session.scalars(select(Story.id).where(Story.slug == "outcasts-5")).one()
        db.session.get_one(StoryText, (story, "en")).state = State.UNPUBLISHED
    for place in places:
        assert "How lesbians live" not in client.get(f"/en/{place}").text.replace("\u00a0", " "), place


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("?q=", ""),
        ("?q=+&theme=violence", "?theme=violence"),
        ("?theme=violence&q=word", "?q=word&theme=violence"),
        ("?theme=nonsense", ""),
        ("?after=nobody", ""),
        ("?utm_source=x", ""),
        ("?format=film&theme=violence&theme=motherhood", "?theme=motherhood&theme=violence&format=film"),
    ],
)
def test_it_redirects_to_the_one_url_of_a_page(client: FlaskClient, content: None, asked: str, shown: str) -> None:
    response = client.get(f"/en/stories/{asked}")
    assert (response.status_code, response.location) == (302, f"/en/stories/{shown}")
    assert client.get(response.location).status_code == 200


@pytest.mark.parametrize("q", ["ё" * 10_000, "\ud800", "%00", "'", '"', "<b>", "a" * 199 + " b", "\u202e", "😀", "+"])
def test_it_survives_any_search_query(client: FlaskClient, content: None, q: str) -> None:
    response = client.get("/ru/stories/", query_string={"q": q.encode("utf-8", "surrogatepass")}, follow_redirects=True)
    assert response.status_code in (200, 400)
    # The query appears on the page as text, never as markup.
    assert "<b>" not in response.text


def search(client: FlaskClient, language: str, q: str) -> tuple[set[str], str]:
    """The target of a search within its page, and the text of its results."""
    response = client.get(f"/{language}/stories/", query_string={"q": q})
    (results,) = parse(response.data).all(lambda element: element.get("id") == "results")
    found = {str(link.get("href")) for link in results.iter("a")}
    return found, " ".join(" ".join(results.itertext()).replace("\u00a0", " ").split())


def test_it_answers_a_search_with_more_than_stories(client: FlaskClient, content: None) -> None:
    found, text = search(client, "ru", "вич")
    assert {"/ru/projects/zone-hiv/", "/ru/themes/medicine/"} <= found
    assert re.match(r"\d+ результат", text)
    assert "Проекты и серии" in text
    found, text = search(client, "en", "Yana")
    assert "/en/team/yana-teplitskaya/" in found


def test_it_offers_ways_on_where_nothing_is_found(client: FlaskClient, content: None) -> None:
    found, text = search(client, "en", "xyzzy")
    assert text.startswith("Nothing found")
    assert "Did you mean" not in text
    assert {"/en/stories/", "/en/projects/", "/en/team/", "/en/themes/medicine/"} <= found
    # What is meant by a typing error comes before that.
    found, text = search(client, "en", "justise")
    assert "Did you mean justice ?" in text
    assert "/en/stories/?q=justice" in found


@pytest.mark.parametrize("path", ["", "stories/", "stories/outcasts-2/"])
def test_it_enters_a_series_by_its_picture(client: FlaskClient, content: None, path: str) -> None:
    page = parse(client.get(f"/en/{path}").data)
    # The area of the link in a card covers the card; on the page of a part, the picture itself is a link.
    around = page.all(lambda element: not {"card", "cover"}.isdisjoint((element.get("class") or "").split()))
    with_cover = [it for it in around if any("/outcasts." in (img.get("src") or "") for img in it.iter("img"))]
    assert with_cover
    assert all([link.get("href") for link in it.iter("a")] == ["/en/series/outcasts/"] for it in with_cover)


def test_it_sends_htmx_the_part_of_the_page_that_changes(client: FlaskClient, content: None) -> None:
    page = client.get("/en/stories/?theme=violence")
    part = client.get("/en/stories/?theme=violence", headers=PARTIAL)
    assert "HX-Request-Type" in page.headers["Vary"]
    assert "<html" not in part.text
    # First the title of the page, and then a part of its text.
    for piece in part.text.split("</title>"):
        assert "".join(piece.split()) in "".join(page.text.split())
    assert "6 stories" in page.text
    assert "6 stories" in part.text


def test_it_keeps_filtered_lists_out_of_search_engines(client: FlaskClient, content: None) -> None:
    assert "noindex, follow" in client.get("/en/stories/?theme=violence").text
    assert "noindex" not in client.get("/en/stories/").text


@pytest.mark.slow
def test_it_runs_the_same_number_of_queries_whatever_it_shows(app: Flask, client: FlaskClient, content: None) -> None:
    def statements(path: str) -> int:
        sent: list[str] = []

        def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
            sent.append(statement)

        client.get(f"/en/{path}")
        event.listen(db.engine, "before_cursor_execute", note)
        client.get(f"/en/{path}")
        event.remove(db.engine, "before_cursor_execute", note)
        return len(sent)

    paths = ("", "stories/", "stories/?q=story", "projects/", "themes/violence/", "projects/zone-hiv/")
    StoryFactory()
    few = {path: statements(path) for path in paths}
    for _ in range(30):
        StoryFactory()
    assert {path: statements(path) for path in paths} == few
    assert max(few.values()) <= 24


@pytest.mark.parametrize("path", ["", "stories/", "series/outcasts/", "stories/outcasts-1/", "series/outcasts/print/"])
def test_it_shows_the_default_cover_for_a_series_without_one(client: FlaskClient, content: None, path: str) -> None:
    with write_transaction():
        db.session.execute(update(Series).values(cover=""))
    page = client.get(f"/ru/{path}")
    assert page.status_code == 200
    assert "covers/hero." in page.text or "<svg" in page.text


def test_it_hides_an_unpublished_series_on_its_parts(client: FlaskClient, content: None) -> None:
    set_state(SeriesText, State.UNPUBLISHED, "ru", "en")
    page = client.get("/en/stories/outcasts-2/")
    assert page.status_code == 200
    for word in ("Next part", "/en/series/outcasts/"):
        assert word not in page.text


def test_it_designs_an_empty_list(client: FlaskClient, content: None) -> None:
    with write_transaction():
        db.session.execute(delete(Story))
    page = client.get("/en/stories/")
    assert page.status_code == 200
    assert "There is nothing to read here yet" in page.text


def test_it_names_no_reading_time_under_two_minutes(client: FlaskClient) -> None:
    for slug, words in {"short": 100, "long": 700}.items():
        StoryFactory(slug=slug, texts__body="word " * words)
    assert "to read" not in client.get("/en/stories/short/").text
    assert "3 minutes to read" in client.get("/en/stories/long/").text.replace("\xa0", " ")


def test_it_says_that_a_story_has_changed_only_where_its_words_have(client: FlaskClient) -> None:
    with time_machine.travel("2026-11-01", tick=False):
        story = StoryFactory(slug="changed")
    text = db.session.get_one(StoryText, {"story_id": story.id, "language": "en"})
    for state in (State.UNPUBLISHED, State.LIVE):
        with time_machine.travel("2026-11-05", tick=False):
            text.state = state
            db.session.commit()
    assert "Changed here" not in client.get("/en/stories/changed/").text
    with time_machine.travel("2026-11-06", tick=False):
        text.body = "Other words."
        db.session.commit()
    assert "Changed here: 6 November 2026" in client.get("/en/stories/changed/").text.replace("\xa0", " ")
