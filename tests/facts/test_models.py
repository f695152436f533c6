"""The migration that makes facts content of their own: what projects and stories had is carried over."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from tests.prepared_databases import AppAfter
from tests.versions import MIGRATIONS
from wzo.cms import live_fields
from wzo.cms.checks import blocking
from wzo.cms.content_types import registry
from wzo.cms.publishing import publish
from wzo.cms.queries import get_draft
from wzo.extensions import db
from wzo.facts.models import Fact, FactText
from wzo.facts.queries import get_facts, get_facts_by_theme


@pytest.fixture
def app(app_after: AppAfter) -> Iterator[Flask]:
    with app_after(migrate_old_content) as app:
        yield app


def migrate_old_content() -> None:
    """A database as it was before, with the facts of a live project, of a story in three states, and of drafts."""
    upgrade(MIGRATIONS, "0004")
    add("projects", id=8, slug="cages", position=1, kind="special", cover="", home_section="")
    add("stories", id=7, slug="one", position=1, format="text", picture="", picture_decorative=False)
    for language in ("ru", "en"):
        add_text("project_texts", "project_id", 8, language, "live")
    add_text("story_texts", "story_id", 7, "ru", "unpublished")
    for number, (owner, key) in enumerate((("project_id", 8), ("project_id", 8), ("story_id", 7)), start=1):
        add("facts", id=number, **{owner: key}, position=number % 3, as_of="2019-04" if number == 1 else None)
        for language in ("ru", "en"):
            words = {"figure": f"{number}00", "text": f"слов {language}", "source": "Отчёт"}
            add("fact_texts", fact_id=number, language=language, **words)
    if db.engine.dialect.name == "postgresql":
        execute("SELECT setval('facts_id_seq', 3), setval('revisions_id_seq', 99)")
    add_revisions()
    db.session.commit()
    upgrade(MIGRATIONS)


def add_revisions() -> None:
    """The project has been edited since it was published: its draft has a third fact, and no title any more."""
    own = {f"fact.{number}.as_of": "" for number in (1, 2, 5)} | {"fact.5.as_of": "2020"}
    words = {f"fact.{number}.{name}": f"{number} {name}" for number in (1, 2) for name in ("figure", "text", "source")}
    third = {"fact.5.figure": "20%", "fact.5.text": "women", "fact.5.source": "HIV"}
    fields: dict[str, list[dict[str, str]]] = {
        "shared": [{"slug": "cages", "kind": "special"}, {"slug": "cages", "kind": "special", **own}],
        "ru": [{"title": "Т", "summary": "С", **words}],
        "en": [{"title": "T", "summary": "S", **words}, {"title": "T", "summary": "S", **words, **third}],
    }
    number = 0
    for locale, versions in fields.items():
        first = number + 1
        for version in versions:
            number += 1
            row = {"content_type": "projects", "object_id": 8, "locale": locale, "fields": json.dumps(version)}
            add("revisions", id=number, **row, edit_session="", name="", conflicting=False, saved_at="2026-01-01")
        state = {"latest_revision_id": number, "live_revision_id": first, "publish_error": ""}
        add("draft_states", content_type="projects", object_id=8, locale=locale, **state)


def add(table: str, **values: Any) -> None:
    execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(f':{it}' for it in values)})", **values)


def add_text(table: str, owner: str, object_id: int, language: str, state: str) -> None:
    words = dict.fromkeys(("title", "summary", "body", "content_notice", "credits"), "x")
    others = ("original_url", "original_language", "original_label")
    more = ("kicker", "cover_alt", "partners", "awards", "particulars")
    if table == "story_texts":
        more = ("picture_alt", "picture_caption")
    empty = dict.fromkeys((*others, *more), "")
    times = {"first_published_at": "2026-01-02 00:00:00", "changed_at": "2026-01-03 00:00:00"}
    add(table, **{owner: object_id}, language=language, state=state, **words, **empty, **times)


def execute(statement: str, **values: Any) -> None:
    db.session.execute(text(statement), values)


def read(statement: str) -> list[tuple[Any, ...]]:
    return sorted(map(tuple, db.session.execute(text(statement))), key=str)


@pytest.mark.slow
def test_it_keeps_what_readers_saw(app: Flask) -> None:
    for language in ("ru", "en"):
        found = get_facts(language, project_id=8)
        assert [(it.figure, it.summary, it.source, it.as_of) for it in found] == [
            ("100", f"слов {language}", "Отчёт", "2019-04"),
            ("200", f"слов {language}", "Отчёт", None),
        ]
        assert [it.title for it in found] == [f"100 слов {language}", f"200 слов {language}"]
        assert len({it.slug for it in found}) == 2
    assert (found[0].changed_at.isoformat()) == "2026-01-03T00:00:00+00:00"


def test_it_publishes_nothing_that_was_not_public(app: Flask) -> None:
    states = select(FactText.fact_id, FactText.language, FactText.state).order_by(FactText.fact_id, FactText.language)
    assert db.session.execute(states.where(FactText.fact_id > 2)).all() == [
        (3, "en", "draft"),
        (3, "ru", "unpublished"),
        (4, "en", "draft"),
    ]
    assert [fact.id for group in get_facts_by_theme("en") for fact in group.facts] == [1, 2]


def test_it_makes_a_draft_of_a_fact_that_only_a_draft_had(app: Flask) -> None:
    draft = get_draft(registry["facts"], 4)
    assert draft.fields["shared"]["as_of"] == "2020"
    en = draft.fields["en"]
    assert (en["figure"], en["summary"], en["source"], en["title"]) == ("20%", "women", "HIV", "20% women")
    assert live_fields.get_live_languages(registry["facts"], 4) == []
    publish(content_type=registry["facts"], object_id=4, languages=["en"], author_id=None)
    assert [fact.figure for group in get_facts_by_theme("en") for fact in group.facts] == ["100", "200", "20%"]


def test_it_does_not_lose_them_when_the_project_is_published_again(app: Flask) -> None:
    draft = get_draft(registry["projects"], 8)
    assert draft.fields["shared"]["facts"] == "1 2 4"
    assert not [name for fields in draft.fields.values() for name in fields if name.startswith("fact.")]
    live = json.loads(read("SELECT fields FROM revisions WHERE id = 1")[0][0])
    assert live["facts"] == "1 2"
    live_fields.apply(registry["projects"], 8, draft.fields)
    db.session.commit()
    assert [fact.id for fact in get_facts("ru", project_id=8)] == [1, 2]
    # The draft of the third one is bound, so it appears once it is published.
    assert not [it for it in blocking(draft, ["en"]) if "facts" in it.field]


@pytest.mark.slow
def test_it_can_be_reverted(app: Flask) -> None:
    with db.engine.begin() as connection:
        # One that belongs to nothing, as only the new version knows.
        connection.execute(text("INSERT INTO facts (slug, position, drawing, on_home_page) VALUES ('x', 1, '', false)"))
    db.session.remove()
    downgrade(MIGRATIONS, "0004")
    facts = read("SELECT id, project_id, story_id, position, as_of FROM facts")
    assert facts == [(1, 8, None, 1, "2019-04"), (2, 8, None, 2, None)]
    texts = read("SELECT fact_id, language, figure, text, source FROM fact_texts")
    assert texts[0] == (1, "en", "100", "слов en", "Отчёт")
    assert len(texts) == 4
    latest = json.loads(read("SELECT fields FROM revisions WHERE id = 5")[0][0])
    assert latest["fact.1.text"] == "слов en"
    assert "fact.5.figure" not in latest
    db.session.remove()
    upgrade(MIGRATIONS)
    assert [fact.figure for fact in get_facts("en", project_id=8)] == ["100", "200"]
    assert db.session.scalars(select(Fact.id).order_by(Fact.id)).all() == [1, 2]
