"""Rolling back: the code meets a database that has had migrations of a later version."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, Engine, inspect

from tests.prepared_databases import app_on
from tests.test_commands import run
from tests.versions import MIGRATIONS, add_migration, revisions, with_migration
from wzo.applied_migrations import code_revisions, read_schema_state
from wzo.extensions import db

LAST = revisions()[-1]
ADD_TABLE = 'op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))'
DROP_TABLE = 'op.drop_table("later")'
# What an inspector tells of a table that an earlier version may rely on.
Schema: TypeAlias = dict[str, dict[str, object]]


@pytest.fixture
def app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    with app_on(empty_database_url, tmp_path) as app:
        yield app


@pytest.fixture
def later(migrated_app: Flask, tmp_path: Path) -> Callable[..., str]:
    """Migrates the database as a later version does; returns the directory of that version's migrations."""

    def migrate(*steps: bool) -> str:
        directory = with_migration(tmp_path / "later", ADD_TABLE, DROP_TABLE, only_adds=steps[0])
        for number, only_adds in enumerate(steps[1:], start=1):
            add_migration(Path(directory), "pass", only_adds=only_adds, revision=f"9999{number}")
        upgrade(directory)
        return directory

    return migrate


@pytest.mark.slow
def test_it_goes_on_with_later_migrations_that_only_add(migrated_app: Flask, later: Callable[..., str]) -> None:
    later(True, True)
    assert read_schema_state().newer == ("99991", "9999")
    code, printed = run(migrated_app, "release")
    assert code == 0, printed
    assert "Left as they are, because they only add: 99991, 9999." in printed
    assert inspect(db.engine).has_table("later")
    assert "nothing to add" in run(migrated_app, "release")[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("steps", "target"),
    [((False,), LAST), ((False, True), LAST), ((True, False, True), "9999"), ((True, False), "9999")],
)
def test_it_names_the_downgrade_after_which_it_runs(
    migrated_app: Flask, later: Callable[..., str], steps: tuple[bool, ...], target: str
) -> None:
    directory = later(*steps)
    for command in ("release", "worker"):
        code, printed = run(migrated_app, command)
        assert code == 1
        assert printed.endswith(f"run with it: flask --app wzo db downgrade {target}\n")
        assert "Traceback" not in printed
    downgrade(directory, target)
    state = read_schema_state()
    assert state.can_run
    assert state.remedy == ""
    assert run(migrated_app, "release")[0] == 0


def test_it_stops_where_nothing_is_recorded(migrated_app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'other'")
    code, printed = run(migrated_app, "release")
    assert code == 1
    assert "a migration, other, that this version does not know. Deploy the version that has its file" in printed


@pytest.mark.slow
def test_it_knows_what_an_older_database_misses(app: Flask) -> None:
    assert read_schema_state().missing == tuple(code_revisions())
    upgrade(MIGRATIONS, revisions()[0])
    state = read_schema_state()
    assert state.missing == tuple(revisions()[1:])
    assert "release" in state.remedy
    upgrade(MIGRATIONS)
    assert read_schema_state().can_run


def test_it_knows_the_revisions_by_the_names_of_their_files() -> None:
    assert code_revisions() == revisions()


def read_schema(bind: Connection | Engine) -> Schema:
    """Columns and constraints by table."""
    inspector = inspect(bind)
    # Each asks PostgreSQL about all tables at once, which takes a tenth of the time.
    columns, primary_keys = inspector.get_multi_columns(), inspector.get_multi_pk_constraint()
    uniques, indexes = inspector.get_multi_unique_constraints(), inspector.get_multi_indexes()
    foreign_keys, checks = inspector.get_multi_foreign_keys(), inspector.get_multi_check_constraints()
    return {
        table[1]: {
            **{f"column {it['name']}": (str(it["type"]), it["nullable"]) for it in columns[table]},
            **{
                f"column {it['name']} is required": True
                for it in columns[table]
                if not it["nullable"] and it["default"] is None
            },
            "primary key": primary_keys[table]["constrained_columns"],
            **{f"unique {it['column_names']}": True for it in uniques[table]},
            **{f"unique {it['column_names']}": True for it in indexes[table] if it["unique"]},
            **{f"key {it['constrained_columns']}": True for it in foreign_keys[table]},
            **{f"check {it['sqltext']}": True for it in checks[table]},
        }
        for table in columns
        if not table[1].startswith(("search_index", "sqlite_"))
    }


def find_more_than_additions(old: Schema, new: Schema) -> list[str]:
    """What an earlier version may stumble over: something gone or changed, or a new rule for a table that it knows."""
    found = []
    for table, before in old.items():
        after = new.get(table, {})
        optional = {
            name
            for name in after.keys() - before.keys()
            if name.startswith("column ") and f"{name} is required" not in after
        }
        names = sorted((before.keys() | after.keys()) - optional)
        found += [f"{table}: {name}" for name in names if before.get(name) != after.get(name)]
    return found


@pytest.mark.slow
def test_it_says_truly_which_migrations_only_add(app: Flask) -> None:
    before: Schema = {}
    for revision in revisions():
        upgrade(MIGRATIONS, revision)
        after = read_schema(db.engine)
        (script,) = Path(MIGRATIONS, "versions").glob(f"{revision}_*.py")
        if "\nonly_adds = True\n" in script.read_text():
            assert find_more_than_additions(before, after) == [], script.name
        else:
            assert "\nonly_adds = False\n" in script.read_text(), f"{script.name} does not say"
        before = after


CHANGES = [
    (ADD_TABLE, False),
    ('op.add_column("themes", sa.Column("later", sa.Integer(), nullable=True))', False),
    ('op.add_column("themes", sa.Column("later", sa.Integer(), nullable=False, server_default="1"))', False),
    ('op.create_index("ix_later", "themes", ["position"])', False),
    ('op.create_index("ix_later", "themes", ["position"], unique=True)', True),
    ('op.drop_table("used_challenges")', True),
    ('op.alter_column("outbox", "kind", new_column_name="sort")', True),
    ("with op.batch_alter_table('themes') as batch: batch.drop_column('position')", True),
    ("with op.batch_alter_table('stories') as batch: batch.alter_column('format', type_=sa.String(99))", True),
    ("with op.batch_alter_table('themes') as batch: batch.create_check_constraint('later', 'position > 0')", True),
]


@pytest.mark.slow
@pytest.mark.one_database
def test_it_would_find_a_migration_that_does_more(migrated_app: Flask) -> None:
    before = read_schema(db.engine)
    for change, finds in CHANGES:
        with db.engine.connect() as connection:
            transaction = connection.begin()
            with Operations.context(MigrationContext.configure(connection)) as op:
                exec(change, {"op": op, "sa": sa})
            found = find_more_than_additions(before, read_schema(connection))
            assert bool(found) == finds, (change, found)
            transaction.rollback()
