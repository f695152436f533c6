"""Restores a backup into a database, SQLite or PostgreSQL, whichever it was made from.

The database must be empty, or its content is replaced.
"""

from collections.abc import Callable
from typing import Any, BinaryIO

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask_migrate import downgrade, upgrade
from sqlalchemy import event, func, inspect, select
from sqlalchemy.exc import OperationalError

from wzo.applied_migrations import MIGRATIONS
from wzo.backup.creating import Progress
from wzo.backup.tables import advance_sequences, load_rows, reflect
from wzo.cms.indexing import rebuild
from wzo.content_version import bump_content_version
from wzo.extensions import db, write_transaction
from wzo.media.store import store
from wzo_offline.backup_archive import (
    MANIFEST,
    MEDIA,
    Contents,
    check_archive,
    read_manifest,
    read_members,
    read_rows,
    table_of,
)

# In milliseconds.
LOCK_TIMEOUT = 30_000


class CannotRestore(Exception):
    """The backup cannot be restored here; the text says why, and what to do."""


def restore(open_archive: Callable[[], BinaryIO], start: Callable[[int], Progress], *, replace: bool) -> Contents:
    """Restore an archive, which is opened twice: it is checked as a whole before anything is changed.

    `replace`: whether the database may have content, which is then deleted. `start` as for `write_archive`. Raises
    CannotRestore, and DamagedBackup for an archive that is not as it was written.
    """
    contents = check_archive(open_archive())
    revision = contents.manifest["revision"]
    _check_revision(revision)
    full = _tables_with_rows()
    if full and not replace:
        raise CannotRestore(
            f"The database has content, in {', '.join(full[:5])}{' and other tables' if len(full) > 5 else ''}. "
            "Restore into an empty one, or add --replace to delete all of that first."
        )
    _recreate_tables(revision)
    _load(open_archive(), start(sum(contents.rows.values()) + contents.files))
    upgrade(str(MIGRATIONS))
    rebuild()
    with write_transaction():
        # Other processes must not take what they have cached for the restored content.
        bump_content_version()
    return contents


def _check_revision(revision: str | None) -> None:
    try:
        known = revision is not None and ScriptDirectory(str(MIGRATIONS)).get_revision(revision) is not None
    except CommandError:
        known = False
    if not known:
        raise CannotRestore(
            f"The backup is of a newer version of the site: its database revision {revision} is unknown here. "
            "Install that version, and restore with it."
        )


def _tables_with_rows() -> list[str]:
    with db.engine.connect() as connection:
        return [it.name for it in reflect(connection) if connection.scalar(select(func.count()).select_from(it))]


def _recreate_tables(revision: str) -> None:
    """Delete all tables, and create those of the backup's revision."""
    # A transaction of our own would keep the tables locked.
    db.session.remove()
    try:
        _limit_waiting()
        if inspect(db.engine).has_table("alembic_version"):
            downgrade(str(MIGRATIONS), "base")
        upgrade(str(MIGRATIONS), revision)
    except CommandError as error:
        raise CannotRestore(f"The tables of the database cannot be replaced ({error}). Use a new database.") from None
    except OperationalError:
        raise CannotRestore("The database is in use. Stop web and worker, and restore again.") from None


def _limit_waiting() -> None:
    """Let PostgreSQL end statements of ours that wait long for a lock, because the site is running; SQLite does so."""
    if db.engine.dialect.name == "postgresql":
        event.listen(db.engine, "connect", _set_lock_timeout)
        db.engine.dispose()


def _set_lock_timeout(connection: Any, record: object) -> None:
    connection.execute(f"SET lock_timeout = {LOCK_TIMEOUT}")
    connection.commit()


def _load(archive: BinaryIO, progress: Progress) -> None:
    """Insert the rows in one transaction, and store the files: after a failure, the database is empty."""
    columns: dict[str, list[str]] = {}
    with db.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
        tables = {table.name: table for table in reflect(connection)}
        for path, content in read_members(archive):
            if path == MANIFEST:
                columns = read_manifest(content)["tables"]
            elif table := table_of(path):
                rows = read_rows(content)
                load_rows(connection, tables[table], columns[table], rows)
                progress(len(rows))
            elif path.startswith(MEDIA):
                store().put({path.removeprefix(MEDIA): content})
                progress(1)
        advance_sequences(connection, [*tables.values()])
