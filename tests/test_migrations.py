"""Migrations: they run up and down with data in the tables, and create what the models say."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select

from wzo import create_app
from wzo.config import ROOT, load_settings
from wzo.extensions import db, include_object
from wzo.petition.actions import submit_signature
from wzo.petition.models import Petition
from wzo.seed.loading import load_seed
from wzo.stories.models import Story
from wzo.worker import Worker

MIGRATIONS = str(ROOT / "migrations")


@pytest.fixture
def app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    settings = load_settings({"INSTANCE_PATH": str(tmp_path)})
    app = create_app(replace(settings, database_url=empty_database_url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def revisions() -> list[str]:
    """From the first to the last."""
    return [script.revision for script in ScriptDirectory(MIGRATIONS).walk_revisions()][::-1]


def fill() -> None:
    load_seed()
    petition_id = db.session.scalars(select(Petition.id)).one()
    submit_signature(
        petition_id=petition_id, language="ru", name="А", email="a@c.org", country="", show_name=True, updates=False
    )
    Worker().run_once()


def test_it_creates_the_tables_of_the_models(app: Flask) -> None:
    upgrade(MIGRATIONS)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": include_object})
        assert compare_metadata(context, db.metadata) == []


@pytest.mark.slow
def test_it_runs_down_and_up_again_with_data(app: Flask) -> None:
    upgrade(MIGRATIONS)
    fill()
    stories = db.session.scalar(select(func.count()).select_from(Story))
    db.session.remove()
    steps = revisions()
    for step in reversed(steps[:-1]):
        downgrade(MIGRATIONS, step)
    assert "stories" in inspect(db.engine).get_table_names()
    assert "signatures" not in inspect(db.engine).get_table_names()
    assert not [name for name in inspect(db.engine).get_table_names() if name.startswith("search")]
    for step in steps[1:]:
        upgrade(MIGRATIONS, revision=step)
    assert db.session.scalar(select(func.count()).select_from(Story)) == stories
    fill()
    db.session.remove()
    downgrade(MIGRATIONS, "base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}


def test_it_has_names_that_read_as_sentences() -> None:
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        number, _, words = path.stem.partition("_")
        assert number.isdigit()
        assert len(words.split("_")) >= 3, path.name
