"""The migration that makes originals content of their own: what projects and stories had is carried over."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from tests.prepared_databases import AppAfter
from tests.versions import MIGRATIONS
from wzo.cms.content_types import registry
from wzo.cms.queries import get_draft
from wzo.extensions import db
from wzo.mentions.queries import get_mentions_by_year, get_mentions_of_project, get_mentions_of_story

OWN, OTHER, NEW = "https://www.example.org/one.html", "https://example.org/two", "https://example.org/three"


@pytest.fixture
def app(app_after: AppAfter) -> Iterator[Flask]:
    with app_after(migrate_old_content) as app:
        yield app


def migrate_old_content() -> None:
    """A database as it was before: a live project, a story that was unpublished, and a draft with another address."""
    upgrade(MIGRATIONS, "0009")
    add("projects", id=8, slug="cages", position=1, kind="special", cover="", home_section="")
    add("stories", id=7, slug="one", position=1, format="text", picture="", picture_decorative=False)
    add_text("project_texts", "project_id", 8, "ru", "live", OWN, "ru")
    add_text("project_texts", "project_id", 8, "en", "live", OTHER, "en")
    add_text("story_texts", "story_id", 7, "en", "unpublished", OWN, "ru")
    add_revision(1, {"title": "T", "original_url": OTHER, "original_language": "en"})
    add_revision(2, {"title": "T", "original_url": f" {NEW}", "original_label": "There"})
    add("draft_states", content_type="projects", object_id=8, locale="en", latest_revision_id=2, publish_error="")
    db.session.commit()
    upgrade(MIGRATIONS)


def add(table: str, **values: Any) -> None:
    execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(f':{it}' for it in values)})", **values)


def add_text(table: str, owner: str, object_id: int, language: str, state: str, url: str, written_in: str) -> None:
    words = dict.fromkeys(("summary", "body", "content_notice", "credits"), "x")
    more = ("kicker", "cover_alt", "partners", "awards", "particulars")
    if table == "story_texts":
        more = ("picture_alt", "picture_caption")
    original = {"original_url": url, "original_language": written_in, "original_label": "There"}
    times = {"first_published_at": "2026-01-02 00:00:00", "changed_at": "2026-01-03 00:00:00"}
    ids = {owner: object_id, "language": language, "state": state, "title": f"Title {language}"}
    add(table, **ids, **words, **original, **dict.fromkeys(more, ""), **times)


def add_revision(number: int, fields: dict[str, str]) -> None:
    row = {"content_type": "projects", "object_id": 8, "locale": "en", "fields": json.dumps(fields)}
    add("revisions", id=number, **row, edit_session="", name="", conflicting=False, saved_at="2026-01-01")


def execute(statement: str, **values: Any) -> None:
    db.session.execute(text(statement), values)


def read(statement: str) -> list[tuple[Any, ...]]:
    return sorted(map(tuple, db.session.execute(text(statement))), key=str)


@pytest.mark.slow
def test_it_keeps_what_readers_saw(app: Flask) -> None:
    for language, url in (("ru", OWN), ("en", OTHER)):
        original = get_mentions_of_project(8, language).original
        assert original is not None
        assert (original.url, original.language, original.publisher) == (url, language, "example.org")
        assert (original.kind, original.title) == ("original", f"Title {language}")
    assert read("SELECT slug FROM mentions") == [("one",), ("three",), ("two",)]


def test_it_publishes_nothing_that_was_not_public(app: Flask) -> None:
    assert get_mentions_of_story(7, "en").original is None
    assert [it.url for year in get_mentions_by_year("en") for it in year.mentions] == [OTHER]
    assert read("SELECT story_id, slug FROM mention_stories JOIN mentions ON id = mention_id") == [(7, "one")]


def test_it_makes_a_draft_of_an_address_that_only_a_draft_had(app: Flask) -> None:
    [(number,)] = read("SELECT id FROM mentions WHERE slug = 'three'")
    draft = get_draft(registry["mentions"], number)
    assert (draft.fields["shared"]["url"], draft.fields["shared"]["projects"]) == (NEW, "8")
    assert draft.fields["en"]["title"] == "T"


@pytest.mark.slow
def test_it_can_be_reverted(app: Flask) -> None:
    db.session.remove()
    downgrade(MIGRATIONS, "0009")
    columns = "language, original_url, original_language, original_label"
    assert read(f"SELECT {columns} FROM project_texts") == [
        ("en", OTHER, "en", "Title en · example.org"),
        ("ru", OWN, "ru", "Title ru · example.org"),
    ]
    db.session.remove()
    upgrade(MIGRATIONS)
    original = get_mentions_of_project(8, "ru").original
    assert original is not None
    assert original.url == OWN
