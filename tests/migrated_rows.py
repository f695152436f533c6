"""Rows in every table, and what a migration makes of them."""

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
# Values that a check of the table or our own code asks for, by the name of the column.
KNOWN = {"role": "writer", "language": "en", "locale": "en", "currency": "EUR", "kind": "link"}
# Alembic's own, and the full-text index, which nobody but its own code writes to.
NOT_OURS = ("alembic_version", "search_index", "sqlite_")


def fill_empty_tables() -> None:
    """Put a row into every table that has none, with the models' own defaults."""
    for table in db.metadata.sorted_tables:
        if not db.session.scalar(select(func.count()).select_from(table)):
            values = {column.name: _value(column) for column in table.columns if column.default is None}
            db.session.execute(insert(table).values({name: it for name, it in values.items() if it is not None}))
    db.session.commit()


def read_rows() -> Rows:
    """All rows of all our tables, as they are in the database, in an order that does not depend on how they lie."""
    db.session.rollback()
    names = [name for name in inspect(db.engine).get_table_names() if not name.startswith(NOT_OURS)]
    rows = {
        name: [dict(row) for row in db.session.execute(text(f'SELECT * FROM "{name}"')).mappings()] for name in names
    }
    db.session.rollback()
    db.session.remove()
    return {name: sorted(found, key=repr) for name, found in rows.items()}


def step_down_and_up(directory: str, before: str, step: str) -> list[str]:
    """Take a migration back and run it again; what it did to rows that it had no business with, in sentences.

    `before` is the revision before the migration `step`, which is the one that the database is at.
    """
    first = read_rows()
    assert [name for name, rows in first.items() if not rows] == [], "every table has rows to begin with"
    downgrade(directory, before)
    old = read_rows()
    upgrade(directory, step)
    new = read_rows()
    return [*_lost(old, new), *_filled_wrongly(first, old, new)]


def _lost(old: Rows, new: Rows) -> Iterator[str]:
    """Rows and values that were there before the migration, and are not the same after it."""
    for name in sorted({*old} & {*new}):
        if len(old[name]) != len(new[name]):
            yield f"{name}: of {len(old[name])} rows there are {len(new[name])}"
            continue
        common = {*(old[name] or [{}])[0]} & {*(new[name] or [{}])[0]}
        if _only(old[name], common) != _only(new[name], common):
            yield f"{name}: values have changed"


def _filled_wrongly(first: Rows, old: Rows, new: Rows) -> Iterator[str]:
    """Columns that the migration added, and that old rows have with another value than new ones would get."""
    for name in sorted({*first} & {*old} & {*new}):
        table = db.metadata.tables.get(name)
        for column in sorted({*(new[name] or [{}])[0]} - {*(old[name] or [{}])[0]}):
            default = table.columns[column].default if table is not None and column in table.columns else None
            values = {row[column] for row in new[name]}
            if not _is_default(default, values):
                yield f"{name}.{column}: old rows have {sorted(values, key=repr)}"


def _is_default(default: Any, values: set[Any]) -> bool:
    if not isinstance(default, ColumnDefault) or values == {None}:
        # Nothing to compare with, or nothing said.
        return default is None or values == {None}
    if default.is_scalar:
        return values == {default.arg}
    # A point in time: it may be any that has come. SQLite has it as a text.
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
