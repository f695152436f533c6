"""The archive in a backup: a tar file, which any program for archives opens.

    manifest.json                  `revision` of the database, `created_at`, and the columns of each table
    tables/users/000001.jsonl.gz   rows, each a list of values; bytes are in base64, times in UTC
    media/4f…/480.webp             the files of pictures, documents and recordings
    summary.json                   how many rows each table has, and how many files there are

Each file has its SHA-256 in a header of its own.
"""

import gzip
import hashlib
import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from wzo_offline.backup_file import CHUNK_SIZE, DamagedBackup

FORMAT = 1
MANIFEST, SUMMARY = "manifest.json", "summary.json"
TABLES, MEDIA = "tables/", "media/"
# A header for extended attributes, which tar programs know and ignore.
CHECKSUM = "SCHILY.xattr.user.sha256"


@dataclass
class Contents:
    """The content of an archive: its manifest, the number of rows by table, and that of media files."""

    manifest: dict[str, Any]
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0


def read_members(archive: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of each file, the manifest first and the summary last. Raises DamagedBackup."""
    name = ""
    try:
        with tarfile.open(fileobj=archive, mode="r|", bufsize=CHUNK_SIZE) as tar:
            for member in tar:
                # It would remember all of them.
                tar.members.clear()  # type: ignore[attr-defined]
                file = tar.extractfile(member)
                content = file.read() if file else b""
                if hashlib.sha256(content).hexdigest() != member.pax_headers.get(CHECKSUM):
                    raise DamagedBackup(f"{member.name} is damaged")
                if not name and member.name != MANIFEST:
                    raise DamagedBackup("it is not a backup of this site")
                name = member.name
                yield name, content
        # After the archive's own end, an encrypted backup proves here that it is complete.
        while archive.read(CHUNK_SIZE):
            pass
    except (tarfile.TarError, EOFError) as error:
        raise DamagedBackup("it is not a backup of this site" if not name else f"it is damaged after {name}") from error
    if name != SUMMARY:
        raise DamagedBackup("it is incomplete: its end is missing")


def read_manifest(content: bytes) -> dict[str, Any]:
    """Parse the manifest. Raises DamagedBackup if it is of a later format than this program knows."""
    manifest: dict[str, Any] = json.loads(content)
    if manifest.get("format") != FORMAT:
        raise DamagedBackup(f"it has format {manifest.get('format')}, and this program reads format {FORMAT}")
    return manifest


def table_of(path: str) -> str:
    """The table whose rows a file holds; empty if it holds none."""
    return path.split("/")[1] if path.startswith(TABLES) else ""


def read_rows(content: bytes) -> list[list[Any]]:
    """The rows in a file of a table."""
    return [json.loads(line) for line in gzip.decompress(content).splitlines()]


def check_summary(content: bytes, rows: dict[str, int], files: int) -> None:
    """Compare what was read with what was written. Raises DamagedBackup."""
    summary = json.loads(content)
    if {name: number for name, number in summary["rows"].items() if number} != rows or summary["files"] != files:
        raise DamagedBackup("it does not hold as many rows and files as were written")


def check_archive(archive: BinaryIO) -> Contents:
    """Read a whole archive and check everything. Raises DamagedBackup."""
    contents, rows = Contents({}), Counter[str]()
    for path, content in read_members(archive):
        if path == MANIFEST:
            contents.manifest = read_manifest(content)
        elif path == SUMMARY:
            check_summary(content, dict(rows), contents.files)
        elif table := table_of(path):
            rows[table] += len(read_rows(content))
        else:
            contents.files += 1
    contents.rows = {name: rows[name] for name in contents.manifest["tables"]}
    return contents


def describe(contents: Contents) -> str:
    """The content of an archive, as a text of a few lines."""
    lines = [f"  {name}: {number}" for name, number in contents.rows.items() if number]
    return "\n".join(
        [
            f"Made at {contents.manifest['created_at']}, revision {contents.manifest['revision']}.",
            "Rows by table:",
            *lines,
            f"Media files: {contents.files}",
        ]
    )
