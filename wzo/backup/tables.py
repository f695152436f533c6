"""The rows of the database as a backup holds them: the same on SQLite and PostgreSQL, so either can restore them.

The tables are read from the database, not from the models: a backup of an earlier version has other columns.
"""

import base64
import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert, select, text

# Tables of rows that are deleted within hours, and must not outlive that in a backup; of sessions, which nobody may
# restore; of findings about the old machine; and of data derived from the other tables.
EXCLUDED_TABLES = frozenset(
    "alarms code_guesses heartbeats presences rate_limits social_cards search_documents search_words submission_counts"
    " used_challenges user_sessions worker_findings".split()
)
# Migrations write the first two, so a restored database has its own.
EXCLUDED_PREFIXES = ("alembic_version", "applied_migrations", "search_index", "sqlite_")
# In bytes, before compression: the rows that are in one file of the archive.
BLOCK_SIZE = 4 * 1024**2
# Rows that the database sends at a time.
BATCH = 500


def reflect(connection: Connection) -> list[Table]:
    """The tables to back up, each after those that it refers to."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: _is_included(name))
    return metadata.sorted_tables


def dump_rows(connection: Connection, table: Table) -> Iterator[tuple[int, bytes]]:
    """Yield the rows of a table in blocks: their number, and the compressed lines of JSON.

    They are in the order of their keys. Those of signers are random, so that a backup does not reveal the
    order of signing, as the position of the rows in the database's files might.
    """
    rows = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*table.primary_key))
    lines: list[bytes] = []
    size = 0
    for row in rows:
        lines.append(json.dumps([_encode(value) for value in row], ensure_ascii=False).encode())
        size += len(lines[-1])
        if size >= BLOCK_SIZE:
            yield len(lines), _compress(lines)
            lines, size = [], 0
    if lines:
        yield len(lines), _compress(lines)


def load_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows; `columns` are the names of their values."""
    decoders = [_decoder(table.columns[name].type.python_type, connection.dialect.name) for name in columns]
    values = [
        {
            name: None if value is None else decode(value)
            for name, decode, value in zip(columns, decoders, row, strict=True)
        }
        for row in rows
    ]
    connection.execute(insert(table), values)


def advance_sequences(connection: Connection, tables: Sequence[Table]) -> None:
    """Advance PostgreSQL's sequences past the highest key that was inserted; SQLite has none."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is not None:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence(:table, :column), max({column.name}))"  # noqa: S608
                    f" FROM {table.name} HAVING max({column.name}) IS NOT NULL"
                ),
                {"table": table.name, "column": column.name},
            )


def _is_included(table: str) -> bool:
    return table not in EXCLUDED_TABLES and not table.startswith(EXCLUDED_PREFIXES)


def _compress(lines: list[bytes]) -> bytes:
    return gzip.compress(b"\n".join(lines), compresslevel=1, mtime=0)


def _encode(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value


def _decoder(python_type: type, dialect: str) -> Any:
    def to_time(value: str) -> datetime:
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=None) if dialect == "sqlite" else found

    decoders: dict[type, Any] = {bytes: base64.b64decode, datetime: to_time, date: date.fromisoformat, bool: bool}
    return decoders.get(python_type, lambda value: value)
