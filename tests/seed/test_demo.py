"""Demo content: labelled, in both languages, created once, and removed exactly."""

import os
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, text, update

from tests.conftest import Installation, make_client
from tests.factories import StoryFactory
from tests.prefork import Prefork
from tests.running_site import wait_for
from tests.test_commands import run
from wzo import create_app
from wzo.config import ROOT, Settings
from wzo.content_version import ContentVersion
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.projects.models import Project, ProjectText
from wzo.publication import State
from wzo.search.analysis import parse_query, stem
from wzo.search.models import SearchDocument, SearchWord
from wzo.search.queries import find_documents
from wzo.seed import commands
from wzo.seed.demo import BATCH, count_demo, load_demo
from wzo.seed.demo_objects import COVERS
from wzo.seed.loading import load_seed
from wzo.seed.models import DemoObject
from wzo.social_cards import SocialCard
from wzo.stories.models import FORMATS, Series, SeriesText, Story, StoryText, story_countries, story_themes

pytestmark = pytest.mark.slow

LABELS = {"ru": r"Пример (проекта |серии )?\d{5}: ", "en": r"Sample (project |series )?\d{5}: "}
LEADS = {"ru": "Это пример: его составила программа", "en": "This is a sample, made up by a program"}


def create_demo() -> None:
    load_seed()
    load(60)


@pytest.fixture
def demo(app: Flask, installation: Installation) -> None:
    """Sixty demo stories in addition to the seed content."""
    installation.fill(create_demo)


def load(stories: int, seed: int = 1) -> int:
    return load_demo(stories=stories, seed=seed, on_progress=lambda count: None)


def clear(app: Flask) -> str:
    code, printed = run(app, "demo", "clear", "--yes")
    assert code == 0, printed
    return printed


def snapshot() -> dict[str, list[Any]]:
    """Every row of every table, except the content version, which only grows."""
    db.session.rollback()
    tables = {name: table for name, table in db.metadata.tables.items() if name != ContentVersion.__tablename__}
    rows = {name: sorted(map(repr, db.session.execute(select(table)))) for name, table in tables.items()}
    index = db.session.execute(text("SELECT rowid, title, summary, text FROM search_index")).all()
    return {**rows, "search_index": sorted(map(repr, index))}


def demo_rows(model: Any, owner: Any) -> Any:
    """The texts of demo objects."""
    ids = select(getattr(DemoObject, owner.key)).where(getattr(DemoObject, owner.key).is_not(None))
    return db.session.scalars(select(model).where(owner.in_(ids)).order_by(owner, model.language)).all()


@pytest.mark.one_database
def test_it_labels_every_demo_object(demo: None) -> None:
    models = (
        (StoryText, StoryText.story_id),
        (ProjectText, ProjectText.project_id),
        (SeriesText, SeriesText.series_id),
    )
    for model, owner in models:
        texts = demo_rows(model, owner)
        assert texts, model.__name__
        for row in texts:
            assert re.match(LABELS[row.language], row.title), row.title
            assert row.summary.startswith(LEADS[row.language]), row.summary
            assert "*" not in row.title + row.summary, "these are no Markdown"
    for model in (Story, Project, Series):
        slugs = db.session.scalars(select(model.slug).where(model.slug.startswith("demo-"))).all()
        assert slugs
        assert all(re.fullmatch(r"demo-(project-|series-)?\d{5}-[a-z-]+[a-z]", slug) for slug in slugs), slugs


@pytest.mark.one_database
def test_it_creates_some_of_everything(app: Flask, content: None) -> None:
    load(200)
    assert count_demo() == {"stories": 200, "projects": 2, "series": 2}
    stories = db.session.scalars(select(Story).join(DemoObject, DemoObject.story_id == Story.id)).all()
    texts = demo_rows(StoryText, StoryText.story_id)
    assert Counter(story.format for story in stories).most_common(1)[0][0] == "text"
    assert {story.format for story in stories} == set(FORMATS)
    assert {len(story.published_on or "") for story in stories} == {0, 4, 7, 10}
    assert len({(story.published_on or "")[:4] for story in stories} - {""}) == 10
    assert {row.state for row in texts} == set(State)
    assert all((row.first_published_at is None) == (row.state == State.DRAFT) and row.changed_at for row in texts)
    languages = Counter(row.story_id for row in texts)
    assert set(languages.values()) == {1, 2}
    assert {row.language for row in texts if languages[row.story_id] == 1} == set(LANGUAGES)
    assert any(row.content_notice for row in texts)
    assert len({story.position for story in db.session.scalars(select(Story))}) >= 200
    ids = [story.id for story in stories]
    for table in (story_themes, story_countries):
        near, far = table.primary_key.columns
        assert len(set(db.session.scalars(select(far).where(near.in_(ids))))) >= 3
        assert set(db.session.scalars(select(near).where(near.in_(ids)))) == set(ids)
    projects = Counter(story.project_id for story in stories if story.project_id)
    assert len(projects) == 2
    parts: dict[int, list[int]] = {}
    for story in stories:
        if story.series_id is not None:
            assert story.part is not None
            parts.setdefault(story.series_id, []).append(story.part)
    assert len(parts) == 2
    assert all(sorted(one) == list(range(1, len(one) + 1)) and 3 <= len(one) <= 12 for one in parts.values())


@pytest.mark.one_database
def test_it_writes_word_forms_that_the_search_finds(demo: None) -> None:
    for forms in ("библиотека библиотеки библиотеке библиотеку библиотекой", "lamp lamps"):
        words = set(db.session.scalars(select(SearchWord.word).where(SearchWord.stem == stem(forms.split()[0]))))
        assert set(forms.split()) <= words
    live = [(row.story_id, row.language) for row in demo_rows(StoryText, StoryText.story_id) if row.state == State.LIVE]
    documents = db.session.execute(
        select(SearchDocument.object_id.label("story_id"), SearchDocument.language).where(
            SearchDocument.content_type == "stories"
        )
    ).all()
    assert set(live) <= {tuple(row) for row in documents}
    drafts = {row.story_id for row in demo_rows(StoryText, StoryText.story_id) if row.state != State.LIVE}
    assert not drafts & {row.story_id for row in documents}
    (term,) = parse_query("библиотеками")
    assert len(find_documents([term])[term, "text"]) > 20


@pytest.mark.one_database
def test_it_creates_pages_that_can_be_read(demo: None, client: FlaskClient) -> None:
    texts = demo_rows(StoryText, StoryText.story_id)
    slugs = dict(db.session.execute(select(Story.id, Story.slug)).all())
    status = {State.LIVE: 200, State.DRAFT: 404, State.UNPUBLISHED: 410}
    for row in texts[:40]:
        assert client.get(f"/{row.language}/stories/{slugs[row.story_id]}/").status_code == status[row.state]
    (project,) = db.session.scalars(select(Project.slug).where(Project.slug.startswith("demo-")))
    (series,) = db.session.scalars(select(Series.slug).where(Series.slug.startswith("demo-")))
    for language in LANGUAGES:
        for path in ("", f"projects/{project}/", f"series/{series}/", "stories/?format=interview"):
            assert client.get(f"/{language}/{path}").status_code == 200


def test_it_uses_covers_that_exist() -> None:
    for cover in COVERS:
        assert (ROOT / "wzo" / "static" / "covers" / f"{cover}.svg").exists()


def test_it_loads_each_number_once_and_continues(demo: None) -> None:
    before = snapshot()
    assert load(60) == load(10) == 0
    assert snapshot() == before
    assert load(70) == 10
    numbers = [int(slug[5:10]) for slug in db.session.scalars(select(Story.slug).where(Story.slug.like("demo-%")))]
    assert sorted(numbers) == list(range(1, 71))


def test_it_replaces_a_deleted_story_under_a_new_number(demo: None) -> None:
    db.session.execute(delete(Story).where(Story.slug.startswith("demo-00007-")))
    db.session.commit()
    assert load(60) == 1
    assert db.session.scalars(select(Story).where(Story.slug.startswith("demo-00061-"))).one()


@pytest.mark.one_database
def test_it_creates_the_same_from_the_same_seed(app: Flask, content: None) -> None:
    def texts() -> list[tuple[str, str]]:
        return [(row.title, row.body) for row in demo_rows(StoryText, StoryText.story_id)]

    load(30)
    first = texts()
    clear(app)
    load(10)
    load(30)
    assert texts() == first
    clear(app)
    load(30, seed=2)
    assert not {body for _, body in texts()} & {body for _, body in first}


def test_it_clears_exactly_what_it_loaded(app: Flask, content: None, client: FlaskClient) -> None:
    StoryFactory(slug="demo-99999-that-only-looks-so", texts__state=State.LIVE)
    before = snapshot()
    load(110)
    load(120)
    for model in (Story, Project, Series):
        slug = db.session.scalar(select(func.min(model.slug)).where(model.slug.like("demo-%")))
        assert client.get(f"/ru/{model.__tablename__}/{slug}/card.png").status_code == 200
    assert len(snapshot()[SocialCard.__tablename__]) == 3
    printed = clear(app)
    assert "120 demo stories, 3 demo projects and 3 demo series removed" in printed
    assert "Real stories" not in printed
    assert snapshot() == before
    assert "nothing to remove" in clear(app)
    assert snapshot() == before


def test_it_clears_a_demo_story_that_an_editor_changed(app: Flask, content: None) -> None:
    before = snapshot()
    load(20)
    story = db.session.scalars(select(Story).where(Story.slug.startswith("demo-00003-"))).one()
    story.slug = "an-editors-own"
    story.series_id = db.session.scalars(select(Series.id).where(Series.slug == "outcasts")).one()
    story.part = 6
    db.session.execute(update(StoryText).where(StoryText.story_id == story.id).values(title="Абракадабра"))
    db.session.commit()
    clear(app)
    assert snapshot() == before


def test_it_keeps_a_real_story_in_a_demo_series_or_project(app: Flask, content: None) -> None:
    before = snapshot()
    load(20)
    real = db.session.scalars(select(Story).where(Story.slug == "toys-behind-bars")).one()
    other = db.session.scalars(select(Story).where(Story.slug == "dissertations")).one()
    real.series_id, real.part = (
        db.session.scalars(select(DemoObject.series_id).where(DemoObject.series_id > 0)).one(),
        13,
    )
    project = db.session.scalars(select(DemoObject.project_id).where(DemoObject.project_id > 0)).one()
    real.project_id = other.project_id = project
    db.session.commit()
    assert "Real stories removed from demo projects and series: 2." in clear(app)
    after = snapshot()
    assert (real.series_id, real.part, real.project_id, other.project_id) == (None, None, None, None)
    assert {name: rows for name, rows in after.items() if name != "stories"} == {
        name: rows for name, rows in before.items() if name != "stories"
    }
    assert len(after["stories"]) == len(before["stories"])


def test_it_keeps_a_real_story_that_reuses_the_id_of_a_deleted_one(app: Flask, content: None) -> None:
    load(20)
    last = db.session.scalar(select(func.max(Story.id)))
    db.session.execute(delete(Story).where(Story.id == last))
    db.session.commit()
    db.session.add(Story(id=last, slug="real", position=99, format="text"))
    db.session.commit()
    clear(app)
    assert db.session.scalars(select(Story.id).where(Story.slug == "real")).all() == [last]


def test_it_clears_what_a_killed_load_has_left(
    app: Flask, content: None, settings: Settings, prefork: Prefork, tmp_path: Path
) -> None:
    before = snapshot()
    environ = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database_url,
        "INSTANCE_PATH": str(settings.instance_path),
    }
    with (tmp_path / "log").open("wb") as log:
        loading = prefork.start("flask --app wzo demo load --stories 50000", environ, log)

    def loaded() -> int:
        db.session.rollback()
        return count_demo()["stories"]

    try:
        wait_for("the first batch", lambda: loaded() >= BATCH)
    finally:
        loading.kill()
        loading.wait()
    wait_for("the end of its last transaction", lambda: loaded() % BATCH == 0)
    assert snapshot() != before
    clear(app)
    assert snapshot() == before


def test_it_reports_what_its_commands_do(app: Flask, content: None) -> None:
    code, printed = run(app, "demo", "load", "--stories", "20")
    assert code == 0
    assert "20 stories added" in printed
    assert "nothing to add" in run(app, "demo", "load", "--stories", "20")[1]
    code, printed = run(app, "demo", "clear")
    assert code == 1
    assert "Remove 20 demo stories, 1 demo projects and 1 demo series" in printed
    assert count_demo()["stories"] == 20
    assert app.test_cli_runner().invoke(args=["demo", "clear"], input="y\n").exit_code == 0
    assert count_demo()["stories"] == 0


@pytest.mark.one_database
def test_it_reports_progress(app: Flask, content: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "PROGRESS_INTERVAL", 100)
    result = app.test_cli_runner().invoke(args=["demo", "load", "--stories", "200"])
    assert "100 stories added …\n200 stories added …" in result.stderr
    assert "…" not in result.stdout


def test_it_requires_the_initial_content(app: Flask) -> None:
    code, printed = run(app, "demo", "load")
    assert code == 1
    assert "flask --app wzo release" in printed
    assert count_demo()["stories"] == 0


def test_it_requires_a_database(settings: Settings, empty_database_url: str) -> None:
    app = create_app(replace(settings, database_url=empty_database_url))
    with app.app_context():
        for command in ("load", "clear"):
            code, printed = run(app, "demo", command)
            assert code == 1
            assert "flask --app wzo release" in printed
        db.session.remove()
        db.engine.dispose()


@pytest.mark.one_database
def test_it_does_not_load_in_production_unless_forced(app: Flask, content: None, settings: Settings) -> None:
    production = create_app(replace(settings, site_url="https://example.org"))
    # A command uses the application in whose context it runs.
    with production.app_context():
        code, printed = run(production, "demo", "load", "--stories", "5")
        assert code == 1
        assert "--i-know-this-is-production" in printed
        assert count_demo()["stories"] == 0
        assert run(production, "demo", "load", "--stories", "5", "--i-know-this-is-production")[0] == 0
        assert count_demo()["stories"] == 5
        db.session.remove()
        db.engine.dispose()


def test_it_updates_pages_after_clearing(app: Flask, content: None) -> None:
    client = make_client(app)
    load(20)
    assert "Sample 000" in client.get("/en/stories/").text
    clear(app)
    assert "Sample 000" not in client.get("/en/stories/").text
