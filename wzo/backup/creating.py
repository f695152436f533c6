"""Creates a backup: the rows of the database as they were at one moment, and the files in the media store.

wzo_offline/backup_archive.py describes the archive.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, func, select

from wzo.backup.encryption import Writer
from wzo.backup.tables import dump_rows, reflect
from wzo.clock import now
from wzo.extensions import db
from wzo.files.actions import path_in_store
from wzo.media.renditions import MASTER
from wzo.media.store import store
from wzo_offline.backup_archive import CHECKSUM, FORMAT, MANIFEST, MEDIA, SUMMARY, TABLES
from wzo_offline.backup_file import CHUNK_SIZE

Progress = Callable[[int], object]


class ArchiveSummary:
    """How many rows and files an archive contains.

    `missing`: the pictures, documents and recordings whose content it lacks, in the version that their row names.
    """

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.files = 0
        self.missing = 0


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees the database as it is now, however long it reads, and keeps nobody from writing."""
    options: dict[str, Any] = {}
    if db.engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with db.engine.connect().execution_options(**options) as connection:
        yield connection


def write_archive(writer: Writer, start: Callable[[int], Progress]) -> ArchiveSummary:
    """Write the archive of a backup.

    `start` is called with the number of rows, pictures and files; what it returns, with each number that is written.
    The media store is read after the rows, and is not part of their snapshot. Of a document that is replaced meanwhile,
    the archive has the new version alone, so it counts as missing; crops and posters may be newer than their rows.
    """
    summary = ArchiveSummary()
    # Every member has its checksum, as a header of the pax format.
    file = cast(BinaryIO, writer)
    with tarfile.open(fileobj=file, mode="w|", bufsize=CHUNK_SIZE, format=tarfile.PAX_FORMAT) as tar:
        with snapshot() as connection:
            tables = reflect(connection)
            media = _media(connection, tables)
            total = sum(connection.scalar(select(func.count()).select_from(it)) or 0 for it in tables) + len(media)
            progress = start(total)
            _add_json(tar, MANIFEST, _manifest(connection, tables))
            for table in tables:
                summary.rows[table.name] = 0
                for index, (number, block) in enumerate(dump_rows(connection, table), start=1):
                    _add(tar, f"{TABLES}{table.name}/{index:06}.jsonl.gz", block)
                    summary.rows[table.name] += number
                    progress(number)
        for key, required in sorted(media.items()):
            _add_media(tar, key, required, summary)
            progress(1)
        _add_json(tar, SUMMARY, {"rows": summary.rows, "files": summary.files})
    return summary


def _manifest(connection: Connection, tables: list[Table]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "created_at": now().isoformat(),
        "revision": MigrationContext.configure(connection).get_current_revision(),
        "tables": {table.name: [column.name for column in table.columns] for table in tables},
    }


def _media(connection: Connection, tables: list[Table]) -> dict[str, str]:
    """The folders in the media store, by the keys of pictures and files, each with a file that must be in it."""
    required: dict[str, str] = {}
    for table in tables:
        if table.name == "pictures":
            required |= {key: f"{key}/{MASTER}" for key in connection.scalars(select(table.c.key))}
        elif table.name == "files":
            rows = connection.execute(select(table.c.key, table.c.version, table.c.suffix))
            required |= {row.key: path_in_store(row.key, row.version, row.suffix) for row in rows}
    return required


def _add_media(tar: tarfile.TarFile, key: str, required: str, summary: ArchiveSummary) -> None:
    found = False
    for path in store().list(key):
        content = store().get(path)
        if content is not None:
            _add(tar, f"{MEDIA}{path}", content)
            summary.files += 1
            found = found or path == required
    summary.missing += not found


def _add_json(tar: tarfile.TarFile, name: str, content: dict[str, Any]) -> None:
    _add(tar, name, json.dumps(content, ensure_ascii=False, indent=1).encode())


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    member.pax_headers = {CHECKSUM: hashlib.sha256(content).hexdigest()}
    tar.addfile(member, io.BytesIO(content))
    # It would keep all of them in memory.
    tar.members.clear()  # type: ignore[attr-defined]
