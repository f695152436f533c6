"""What is in an archive."""

import io
from typing import Any

from wzo_offline.backup_archive import read_members, read_rows, table_of


def ids_in(archive: bytes, table: str) -> list[Any]:
    """The first values of the rows of a table, in their order in the archive."""
    members = read_members(io.BytesIO(archive))
    return [row[0] for path, content in members if table_of(path) == table for row in read_rows(content)]
