"""The seed content: complete in both languages, loaded once, and the editors' own from then on."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from wzo.cms import live_fields
from wzo.cms.content_types import registry
from wzo.cms.publishing import publish
from wzo.cms.queries import get_draft
from wzo.extensions import db
from wzo.i18n import LANGUAGES
from wzo.projects.models import Project, ProjectText
from wzo.seed import loading
from wzo.seed.loading import FOLDER, load_seed
from wzo.seed.models import SeedRecord
from wzo.stories.models import Story, StoryText

TEAM = [
    ("Leonid Agafonov", "Леонид Агафонов"),
    ("Tatiana Dorutina", "Татьяна Дорутина"),
    ("Natalia Donskova", "Наталия Донскова"),
    ("Viktor Yukechev", "Виктор Юкечев"),
    ("Aleksei Sergeev", "Алексей Сергеев"),
    ("Natalia Sivokhina", "Наталия Сивохина"),
    ("Yana Teplitskaya", "Яна Теплицкая"),
    ("Vitaly Cherkasov", "Виталий Черкасов"),
]
# In the order of the home page.
TITLES = [
    ("Transformation", "Трансформация"),
    ("The Zone.HIV", "Зона.ВИЧ"),
    ("The Last Hope", "Последняя надежда"),
    ("Prison. Court. Death", "Тюрьма. Суд. Смерть"),
    ("Prohibition on Breastfeeding", "Запрет на грудное вскармливание"),
    ("Children in Cages", "Детки в клетке"),
    ("Forbidden Love", "Любовь под запретом"),
]


def snapshot() -> dict[str, list[Any]]:
    db.session.rollback()
    return {table.name: sorted(map(repr, db.session.execute(select(table)))) for table in db.metadata.sorted_tables}


@pytest.mark.slow
def test_it_loads_once(app: Flask) -> None:
    assert load_seed() > 100
    before = snapshot()
    assert load_seed() == 0
    assert snapshot() == before


def test_it_never_overwrites_or_restores(app: Flask, content: None) -> None:
    db.session.execute(update(ProjectText).values(title="Changed"))
    db.session.execute(delete(StoryText).where(StoryText.language == "en"))
    story = db.session.scalars(select(Story).where(Story.slug == "outcasts-5")).one()
    db.session.delete(story)
    db.session.commit()
    before = snapshot()
    assert load_seed() == 0
    assert snapshot() == before


@pytest.mark.slow
def test_it_leaves_alone_what_an_editor_has_created_under_the_same_slug(app: Flask) -> None:
    db.session.add(Project(slug="zone-hiv", position=99, kind="special"))
    db.session.commit()
    load_seed()
    assert db.session.scalars(select(Project.position).where(Project.slug == "zone-hiv")).one() == 99


LATER = """+++
title = "{title}"
summary = "S"
content_notice = ""
+++

Text.
"""


@pytest.fixture
def later_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The initial content of a later version: a theme, a person and a project more."""
    folder = tmp_path / "seed"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "structure.toml").open("a") as file:
        file.write(
            '[[themes]]\nslug = "later"\n[[team]]\nslug = "later"\n[[projects]]\nslug = "later"\nkind = "special"\n'
        )
    structure = tomllib.loads((folder / "structure.toml").read_text())
    assert structure["projects"][-1]["slug"] == "later"
    for language in LANGUAGES:
        for name, text in (("themes", 'title = "Later"\nsummary = "S"'), ("team", 'name = "Later"\nrole = "R"')):
            with (folder / language / f"{name}.toml").open("a") as file:
                file.write(f"\n[later]\n{text}\n")
        (folder / language / "projects" / "later.md").write_text(LATER.format(title=f"Later {language}"))
    monkeypatch.setattr(loading, "FOLDER", folder)
    return folder


@pytest.mark.slow
def test_it_adds_as_drafts_what_later_versions_bring(
    app: Flask, client: FlaskClient, content: None, later_version: Path
) -> None:
    home = client.get("/ru/").text
    assert load_seed() == 9
    assert client.get("/ru/").text == home
    assert client.get("/ru/projects/later/").status_code == 404
    models = {key: registry[key].model for key in ("themes", "team", "projects")}
    ids = {key: db.session.scalars(select(it.id).where(it.slug == "later")).one() for key, it in models.items()}
    for key, object_id in ids.items():
        assert live_fields.get_live_languages(registry[key], object_id) == []
    draft = get_draft(registry["projects"], ids["projects"])
    assert draft.fields["ru"]["title"] == "Later ru"
    assert load_seed() == 0
    publish(content_type=registry["themes"], object_id=ids["themes"], languages=["en"], author_id=None)
    assert "Later" in client.get("/en/").text


def test_it_adds_no_draft_where_editors_have_begun_their_own(app: Flask, content: None, later_version: Path) -> None:
    db.session.execute(delete(SeedRecord).where(SeedRecord.key == "projects/zone-hiv/en"))
    db.session.commit()
    before = get_draft(registry["projects"], find("zone-hiv")).fields
    load_seed()
    assert get_draft(registry["projects"], find("zone-hiv")).fields == before
    assert live_fields.get_live_languages(registry["projects"], find("zone-hiv")) == ["ru", "en"]


def find(slug: str) -> int:
    return db.session.scalars(select(Project.id).where(Project.slug == slug)).one()


def test_it_has_every_text_in_every_language(app: Flask, content: None) -> None:
    structure = tomllib.loads((FOLDER / "structure.toml").read_text())
    for model in (registry[key].text for key in structure):
        (owner,) = (column for column in model.__table__.primary_key.columns if column.name != "language")
        owners = {
            language: set(db.session.scalars(select(owner).where(model.language == language))) for language in LANGUAGES
        }
        assert owners["ru"] == owners["en"] != set(), model.__name__


def test_it_has_texts_for_exactly_its_structure() -> None:
    structure = tomllib.loads((FOLDER / "structure.toml").read_text())
    for kind in ("projects", "stories", "series", "petitions", "donation-methods", "pages"):
        for language in LANGUAGES:
            files = {path.stem for path in (FOLDER / language / kind).glob("*.md")}
            assert files == {entry["slug"] for entry in structure[kind]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_puts_the_home_page_in_order(client: FlaskClient, content: None, lang: str) -> None:
    # Without what keeps long words whole.
    page = re.sub("\u00ad|</?span[^>]*>", "", client.get(f"/{lang}/").text.replace("\u00a0", " "))
    index = list(LANGUAGES).index(lang)
    second = 1 - index
    words = [title[second] for title in TITLES[:6]]
    words += [">Изгои" if lang == "ru" else ">Outcasts", TITLES[6][second]]
    words += ['id="help"', 'id="stories"', 'id="team"', *(name[second] for name in TEAM), "© 2020"]
    start = page.index('id="projects"')
    places = []
    for word in words:
        start = page.index(word, start)
        places.append(start)
    assert places == sorted(places)
    assert page.index("petition-card") < page.index('id="what-we-do"') < page.index('id="themes"') < places[0]
    assert page.count("<li value=") == 5
