"""Fills every table, and compares the rows before and after a migration."""

import datetime
import secrets
from collections.abc import Iterator
from typing import Any

from flask_migrate import downgrade, upgrade
from sqlalchemy import Column, ColumnDefault, Table, TypeDecorator, func, insert, inspect, select, text

from wzo.clock import now, today
from wzo.extensions import db

Row = dict[str, Any]
Rows = dict[str, list[Row]]
# Values that table constraints or our own code require, by column name.
KNOWN = {"role": "writer", "language": "en", "locale": "en", "currency": "EUR", "kind": "link"}
# Alembic's own table, the record of what it does, and the full-text index, which only its own code writes.
EXCLUDED_PREFIXES = ("alembic_version", "applied_migrations", "search_index", "sqlite_")


def fill_empty_tables() -> None:
    """Insert a row into every empty table, with the models' own defaults."""
    for table in db.metadata.sorted_tables:
        if not db.session.scalar(select(func.count()).select_from(table)):
            values = {column.name: _value(column) for column in table.columns if column.default is None}
            db.session.execute(insert(table).values({name: it for name, it in values.items() if it is not None}))
    db.session.commit()


def read_rows() -> Rows:
    """All rows of all our tables as stored, in an order independent of storage."""
    db.session.rollback()
    names = [name for name in inspect(db.engine).get_table_names() if not name.startswith(EXCLUDED_PREFIXES)]
    rows = {
        name: [dict(row) for row in db.session.execute(text(f'SELECT * FROM "{name}"')).mappings()] for name in names
    }
    db.session.rollback()
    db.session.remove()
    return {name: sorted(found, key=repr) for name, found in rows.items()}


def step_down_and_up(directory: str, before: str, step: str) -> list[str]:
    """Downgrade and upgrade a migration; returns sentences about rows that it should not have changed.

    `before` is the revision before the migration `step`, at which the database is.
    """
    first = read_rows()
    assert [name for name, rows in first.items() if not rows] == [], "every table has rows to begin with"
    downgrade(directory, before)
    old = read_rows()
    upgrade(directory, step)
    new = read_rows()
    return [*_lost(old, new), *_filled_wrongly(first, old, new)]


def _lost(old: Rows, new: Rows) -> Iterator[str]:
    """Rows and values that the migration lost or changed."""
    for name in sorted({*old} & {*new}):
        if len(old[name]) != len(new[name]):
            yield f"{name}: of {len(old[name])} rows there are {len(new[name])}"
            continue
        common = {*(old[name] or [{}])[0]} & {*(new[name] or [{}])[0]}
        if _only(old[name], common) != _only(new[name], common):
            yield f"{name}: values have changed"


def _filled_wrongly(first: Rows, old: Rows, new: Rows) -> Iterator[str]:
    """Added columns whose values in old rows differ from the defaults of new rows."""
    for name in sorted({*first} & {*old} & {*new}):
        table = db.metadata.tables.get(name)
        for column in sorted({*(new[name] or [{}])[0]} - {*(old[name] or [{}])[0]}):
            default = table.columns[column].default if table is not None and column in table.columns else None
            values = {row[column] for row in new[name]}
            if not _is_default(default, values):
                yield f"{name}.{column}: old rows have {sorted(values, key=repr)}"


def _is_default(default: Any, values: set[Any]) -> bool:
    if not isinstance(default, ColumnDefault) or values == {None}:
        # No default to compare with.
        return default is None or values == {None}
    if default.is_scalar:
        return values == {default.arg}
    # A timestamp: any in the past is correct. SQLite stores it as text.
    return all(str(value)[:19] <= now().isoformat(" ")[:19] for value in values)


def _only(rows: list[Row], columns: set[str]) -> list[Row]:
    return sorted(({name: row[name] for name in sorted(columns)} for row in rows), key=repr)


def _value(column: Column[Any]) -> Any:
    if column.primary_key and isinstance(column.table, Table) and column is column.table.autoincrement_column:
        return None
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return db.session.scalar(select(key.column).limit(1))
    if column.name in KNOWN:
        return KNOWN[column.name]
    examples: dict[type, Any] = {
        int: 1,
        str: "x",
        bytes: secrets.token_bytes(8),
        bool: True,
        datetime.date: today(),
        datetime.datetime: now(),
    }
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    return examples[kind.python_type]
