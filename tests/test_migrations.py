"""Migrations: they run up and down with data in the tables, and create what the models say."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, stamp, upgrade
from sqlalchemy import func, inspect, select, text

from tests.factories import StoryFactory
from tests.migrated_rows import fill_empty_tables, read_rows, step_down_and_up
from tests.prepared_databases import AppAfter, app_on, migrate
from tests.versions import MIGRATIONS, revisions, with_migration
from wzo.commands import include_object
from wzo.config import ROOT
from wzo.content_version import bump_content_version
from wzo.extensions import db, write_transaction
from wzo.petition.actions import submit_signature
from wzo.petition.admission import Attempt
from wzo.search.models import SearchDocument
from wzo.seed.loading import load_seed
from wzo.stories.models import Story
from wzo.worker import Worker


@pytest.fixture
def app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    with app_on(empty_database_url, tmp_path) as app:
        yield app


@pytest.fixture
def full_app(app_after: AppAfter) -> Iterator[Flask]:
    """An application on a migrated database with rows in every table."""
    with app_after(migrate_and_fill) as app:
        yield app


def migrate_and_fill() -> None:
    migrate()
    fill()
    fill_empty_tables()


def fill() -> None:
    load_seed()
    submit_signature(
        attempt=Attempt(network_bucket=1),
        slug="mothers",
        language="ru",
        name="А",
        email="a@c.org",
        country="",
        show_name=True,
        wants_news=False,
    )
    Worker().run_once()


@pytest.mark.slow
def test_it_creates_the_tables_of_the_models(migrated_app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": include_object})
        assert compare_metadata(context, db.metadata) == []


@pytest.mark.slow
def test_it_runs_down_and_up_again_with_data(app: Flask) -> None:
    for _ in range(2):
        upgrade(MIGRATIONS)
        fill()
        db.session.remove()
        for step in [*revisions()[:-1][::-1], "base"]:
            downgrade(MIGRATIONS, step)
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}


@pytest.mark.slow
def test_it_may_run_under_a_running_process(migrated_app: Flask) -> None:
    """SQLite would refuse, for want of a table, if search_documents had a foreign key besides its trigger."""
    numbers = [StoryFactory().id for _ in range(3)]
    # A connection that knows the schema, but has not met the search index yet.
    db.session.remove()
    db.engine.dispose()
    assert db.session.scalars(select(Story.id)).all() == numbers
    for number in numbers:
        migrate_elsewhere(f"ALTER TABLE stories ADD COLUMN later_{number} INTEGER")
        with write_transaction():
            # Nothing is read before. A trigger takes the deletion on to the search index.
            db.session.execute(text("DELETE FROM search_documents WHERE object_id = :number"), {"number": number})
    assert db.session.scalar(select(func.count()).select_from(SearchDocument)) == 0


@pytest.mark.slow
def test_it_runs_while_the_site_writes(migrated_app: Flask, tmp_path: Path) -> None:
    """SQLite cannot turn a transaction that has read into one that writes when somebody else has written meanwhile."""
    directory = with_migration(tmp_path, ADD_COLUMN.format(**LATER, default=""), only_adds=True)
    stop, written = Event(), Event()

    def write() -> None:
        with migrated_app.app_context():
            while not stop.is_set():
                with write_transaction():
                    bump_content_version()
                written.set()

    writer = Thread(target=write)
    writer.start()
    try:
        assert written.wait(60)
        upgrade(directory)
    finally:
        stop.set()
        writer.join()
    assert "later" in {column["name"] for column in inspect(db.engine).get_columns("donation_methods")}


def migrate_elsewhere(statement: str) -> None:
    """Change the schema from another process."""
    db.session.remove()
    code = (
        "import sqlalchemy, sys\n"
        "with sqlalchemy.create_engine(sys.argv[1]).begin() as connection:\n"
        "    connection.exec_driver_sql(sys.argv[2])"
    )
    url = db.engine.url.render_as_string(hide_password=False)
    subprocess.run([sys.executable, "-c", code, url, statement], check=True)


def test_it_has_names_that_read_as_sentences() -> None:
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        number, _, words = path.stem.partition("_")
        assert number.isdigit()
        assert len(words.split("_")) >= 3, path.name


# Columns that a migration fills from others, by its revision: their values are not those of new rows.
FILLED = {"0005": ("fact_texts.state:", "fact_texts.summary:")}


@pytest.mark.slow
def test_it_changes_no_unrelated_rows(full_app: Flask) -> None:
    """Each is downgraded and upgraded with rows in every table; new columns get the defaults of new rows."""
    steps = revisions()
    for before, step in reversed([*pairwise(steps)]):
        found = step_down_and_up(MIGRATIONS, before, step)
        assert [it for it in found if not it.startswith(FILLED.get(step, ()))] == [], step
        downgrade(MIGRATIONS, before)


# Migrations that only these tests have, on top of ours: sound ones, and damaging ones.
REBUILD = """
    with op.batch_alter_table("stories") as batch:
        batch.alter_column("format", type_=sa.String({length}))
"""
LOSE_ROWS = """op.execute("DELETE FROM country_texts WHERE language = 'en'")"""
CHANGE_VALUES = "op.execute('UPDATE themes SET position = position + 1')"
ADD_COLUMN = """
    with op.batch_alter_table("{table}") as batch:
        batch.add_column(sa.Column("{column}", sa.{type}, nullable=False, server_default="{default}"))
"""
DROP_COLUMN = """
    with op.batch_alter_table("{table}") as batch:
        batch.drop_column("{column}")
"""
ANSWERS = {"table": "donation_methods", "column": "answers", "type": "String(64)"}
LATER = {**ANSWERS, "column": "later"}
ENQUEUED = {"table": "outbox", "column": "enqueued_at", "type": "DateTime(timezone=True)"}


@pytest.mark.slow
def test_it_rebuilds_a_table_without_losing_its_children(full_app: Flask, tmp_path: Path) -> None:
    """SQLite alters a table by copying and dropping it, which would delete its children through their foreign keys."""
    directory = with_migration(tmp_path, REBUILD.format(length=48), REBUILD.format(length=32))
    before = read_rows()
    assert before["story_texts"]
    assert before["story_themes"]
    upgrade(directory)
    assert {name: len(rows) for name, rows in read_rows().items()} == {name: len(rows) for name, rows in before.items()}
    downgrade(directory, revisions()[-1])
    assert read_rows() == before
    if db.engine.dialect.name == "sqlite":
        # Afterwards foreign keys are enforced again.
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("up", "down", "reported"),
    [
        ("pass", "pass", []),
        (REBUILD.format(length=32), REBUILD.format(length=48), []),
        (LOSE_ROWS, "pass", ["country_texts: of 8 rows there are 4"]),
        (CHANGE_VALUES, "pass", ["themes: values have changed"]),
        (ADD_COLUMN.format(**ANSWERS, default="russia elsewhere none"), DROP_COLUMN.format(**ANSWERS), []),
        (
            ADD_COLUMN.format(**ANSWERS, default=""),
            DROP_COLUMN.format(**ANSWERS),
            ["donation_methods.answers: old rows have ['']"],
        ),
        (ADD_COLUMN.format(**ENQUEUED, default="2026-01-01 00:00:00"), DROP_COLUMN.format(**ENQUEUED), []),
        (
            ADD_COLUMN.format(**ENQUEUED, default="2100-01-01 00:00:00"),
            DROP_COLUMN.format(**ENQUEUED),
            ["outbox.enqueued_at: old rows have"],
        ),
    ],
    ids=["nothing", "rebuild", "lose rows", "change values", "fill", "fill wrong", "time", "time to come"],
)
def test_it_would_report_a_migration_that_damages_rows(
    full_app: Flask, tmp_path: Path, up: str, down: str, reported: list[str]
) -> None:
    directory = with_migration(tmp_path, up, down)
    # As if it had run: what it creates is already there.
    stamp(directory, "9999")
    found = step_down_and_up(directory, revisions()[-1], "9999")
    assert len(found) == len(reported), found
    assert all(one.startswith(sentence) for one, sentence in zip(found, reported, strict=True)), found
