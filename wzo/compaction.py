"""Compaction: removes from the disk what was deleted or replaced in the database.

A database only marks deleted data as free; the bytes stay until something else is written over them. SQLite overwrites
them in its file (secure_delete, see extensions.py), but keeps the earlier pages in its write-ahead log; and when it
moves rows between pages, copies can stay in the free part of a page, which only VACUUM removes. PostgreSQL
keeps deleted rows and earlier versions of rows in the table's file, and no setting overwrites them there; a table that
is rewritten into another file has none of them.
"""

import logging
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from wzo.extensions import Base, db

# In milliseconds. Others wait behind us while we wait for a lock, so this is short; the next attempt comes soon.
LOCK_TIMEOUT = 200
# In bytes: a larger SQLite file is not rewritten, which takes as much memory and keeps others from writing meanwhile.
MAX_SQLITE_FILE = 256 * 1024**2

log = logging.getLogger(__name__)


def compact(model: type[Base], *, max_size: int, rewrite_file: bool = False) -> None:
    """Remove from the disk what was deleted or replaced in a table; if the table is in use, do nothing.

    On PostgreSQL, a table of up to `max_size` bytes is rewritten in the order of its primary key, under a lock. For
    a larger one that would take too long: its space is freed, but not overwritten. On SQLite the write-ahead log is
    emptied; with `rewrite_file`, a whole database of up to `max_size` bytes is rewritten first.
    """
    db.session.rollback()
    try:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if connection.dialect.name == "sqlite":
                _compact_sqlite(connection, min(max_size, MAX_SQLITE_FILE) if rewrite_file else 0)
            else:
                _rewrite_table(connection, model, max_size)
    except OperationalError as error:
        log.info("%s could not be compacted now: %s.", model.__tablename__, type(error.orig).__name__)


def _compact_sqlite(connection: Connection, max_size: int) -> None:
    """Rewrite a file of up to `max_size` bytes; then move the write-ahead log to it, and empty the log."""
    # SQLAlchemy has begun a transaction, in which neither is possible once it has read anything.
    connection.exec_driver_sql("ROLLBACK")
    usual = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    pages, page_size = (connection.exec_driver_sql(f"PRAGMA {it}").scalar_one() for it in ("page_count", "page_size"))
    connection.exec_driver_sql(f"PRAGMA busy_timeout={LOCK_TIMEOUT}")
    try:
        if pages * page_size <= max_size:
            connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={usual}")


def _rewrite_table(connection: Connection, model: type[Base], max_size: int) -> None:
    table: Any = model.__table__
    size = connection.scalar(text("SELECT pg_relation_size(CAST(:name AS regclass))"), {"name": table.name})
    if not size:
        return
    if size <= max_size:
        connection.exec_driver_sql(f"SET lock_timeout = {LOCK_TIMEOUT}")
        try:
            connection.exec_driver_sql(f"CLUSTER {table.name} USING {table.primary_key.name}")
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
    else:
        connection.exec_driver_sql(f"VACUUM {table.name}")
