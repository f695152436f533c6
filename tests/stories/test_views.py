"""What a reader meets at the addresses of stories, series, projects and themes."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, select, update

from tests.factories import StoryFactory
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
def test_a_missing_language_is_told_and_the_original_offered(
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
def test_what_is_taken_down_answers_neutrally(
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
def test_what_was_never_shown_is_not_there(
    client: FlaskClient, content: None, path: str, model: type[PublishableText]
) -> None:
    set_state(model, State.DRAFT, "ru", "en")
    assert client.get(f"/en/{path}/").status_code == 404
    assert client.get("/en/stories/nobody/").status_code == 404


def test_a_story_taken_down_is_gone_from_every_page(client: FlaskClient, content: None) -> None:
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
def test_one_page_has_one_address(client: FlaskClient, content: None, asked: str, shown: str) -> None:
    answer = client.get(f"/en/stories/{asked}")
    assert (answer.status_code, answer.location) == (302, f"/en/stories/{shown}")
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize("q", ["ё" * 10_000, "\ud800", "%00", "'", '"', "<b>", "a" * 199 + " b", "\u202e", "😀", "+"])
def test_no_question_breaks_the_list(client: FlaskClient, content: None, q: str) -> None:
    answer = client.get("/ru/stories/", query_string={"q": q.encode("utf-8", "surrogatepass")}, follow_redirects=True)
    assert answer.status_code in (200, 400)
    # What was asked stands in the page as words, never as a tag of its own.
    assert "<b>" not in answer.text


def test_a_fragment_is_the_part_of_the_page_that_changes(client: FlaskClient, content: None) -> None:
    page = client.get("/en/stories/?theme=violence")
    part = client.get("/en/stories/?theme=violence", headers=PARTIAL)
    assert "HX-Request-Type" in page.headers["Vary"]
    assert "<html" not in part.text
    assert "".join(part.text.split()) in "".join(page.text.split())
    assert "6 stories" in page.text
    assert "6 stories" in part.text


def test_filtered_lists_are_not_indexed(client: FlaskClient, content: None) -> None:
    assert "noindex, follow" in client.get("/en/stories/?theme=violence").text
    assert "noindex" not in client.get("/en/stories/").text


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["", "stories/", "stories/?q=story", "projects/", "themes/violence/", "projects/zone-hiv/"]
)
def test_pages_ask_the_same_number_of_questions_whatever_they_show(
    app: Flask, client: FlaskClient, content: None, path: str
) -> None:
    def statements() -> int:
        sent: list[str] = []

        def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
            sent.append(statement)

        client.get(f"/en/{path}")
        event.listen(db.engine, "before_cursor_execute", note)
        client.get(f"/en/{path}")
        event.remove(db.engine, "before_cursor_execute", note)
        return len(sent)

    StoryFactory()
    few = statements()
    for _ in range(30):
        StoryFactory()
    assert statements() == few <= 24


@pytest.mark.parametrize("path", ["", "stories/", "series/outcasts/", "stories/outcasts-1/", "series/outcasts/print/"])
def test_a_series_without_a_cover_has_our_window(client: FlaskClient, content: None, path: str) -> None:
    with write_transaction():
        db.session.execute(update(Series).values(cover=""))
    page = client.get(f"/ru/{path}")
    assert page.status_code == 200
    assert "covers/hero." in page.text or "<svg" in page.text


def test_a_series_taken_down_is_not_shown_through_its_parts(client: FlaskClient, content: None) -> None:
    set_state(SeriesText, State.UNPUBLISHED, "ru", "en")
    page = client.get("/en/stories/outcasts-2/")
    assert page.status_code == 200
    for word in ("Next part", "/en/series/outcasts/"):
        assert word not in page.text


def test_an_empty_list_is_designed(client: FlaskClient, content: None) -> None:
    with write_transaction():
        db.session.execute(delete(Story))
    page = client.get("/en/stories/")
    assert page.status_code == 200
    assert "There is nothing to read here yet" in page.text
