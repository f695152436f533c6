"""The migrations that the database has had, and whether this version of the code runs with it.

A version that was rolled back to lacks the files of later migrations. So the database itself records what each did:
`migrations/env.py` adds a row here with every migration, and removes it with a downgrade.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, String, delete, insert, inspect, select, text
from sqlalchemy.orm import Mapped, mapped_column

from wzo.config import ROOT
from wzo.extensions import AnyRow, Base, db

MIGRATIONS = ROOT / "migrations"


class AppliedMigration(Base):
    """A migration that was applied. `only_adds`: earlier versions of the code run with what it has created."""

    __tablename__ = "applied_migrations"

    revision: Mapped[str] = mapped_column(String(32), primary_key=True)
    down_revision: Mapped[str | None] = mapped_column(String(32))
    only_adds: Mapped[bool]


@dataclass(frozen=True)
class SchemaState:
    """The database's migrations in comparison with those of the code.

    - `missing`: revisions that the code has and the database has not had, oldest first.
    - `newer`: revisions that the database has had and the code does not know, newest first.
    - `downgrade_to`: the revision to which a newer version must downgrade the database before this one can run; None
      if it can run already, because the newer revisions only add; empty if nothing is recorded about them.
    """

    missing: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()
    downgrade_to: str | None = None

    @property
    def can_run(self) -> bool:
        """Whether this version of the code runs with the database."""
        return not self.missing and self.downgrade_to is None

    @property
    def remedy(self) -> str:
        """Instructions for making this version run; empty if it can."""
        if self.missing:
            return "Run `flask --app wzo release`."
        if self.downgrade_to is None:
            return ""
        problem = f"The database has had a migration, {self.newer[0]}, that this version does not know"
        if not self.downgrade_to:
            return f"{problem}. Deploy the version that has its file in migrations/versions/."
        return (
            f"{problem} and cannot run with. Deploy the newer version once more and run with it: "
            f"flask --app wzo db downgrade {self.downgrade_to}"
        )


def code_revisions() -> list[str]:
    """The revisions that the code has, from the first to the last; the names of their files begin with them."""
    return sorted(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def read_schema_state() -> SchemaState:
    """Compare the database with the code. Raises OperationalError if the database cannot be reached."""
    with db.engine.connect() as connection:
        known = code_revisions()
        has_version = inspect(connection).has_table("alembic_version")
        current = connection.scalar(text("SELECT version_num FROM alembic_version")) if has_version else None
        if current is None:
            return SchemaState(missing=tuple(known))
        if current in known:
            return SchemaState(missing=tuple(known[known.index(current) + 1 :]))
        newer = list(_applied_since(connection, current, known)) if _has_table(connection) else []
    if not newer or newer[-1].down_revision not in known:
        return SchemaState(newer=(current,), downgrade_to="")
    return SchemaState(newer=tuple(one.revision for one in newer), downgrade_to=_find_downgrade(newer))


def record(connection: Connection, *, revision: str, down_revision: str | None, only_adds: bool) -> None:
    """Record that a migration was applied, in its own transaction."""
    forget(connection, revision)
    # The migration that creates the table is recorded, those before it are not: every version knows them.
    if _has_table(connection):
        values = {"revision": revision, "down_revision": down_revision, "only_adds": only_adds}
        connection.execute(insert(AppliedMigration).values(values))


def forget(connection: Connection, revision: str) -> None:
    """Record that a migration was reverted, in its own transaction."""
    if _has_table(connection):
        connection.execute(delete(AppliedMigration).where(AppliedMigration.revision == revision))


def _has_table(connection: Connection) -> bool:
    return inspect(connection).has_table(AppliedMigration.__tablename__)


def _applied_since(connection: Connection, current: str, known: list[str]) -> Iterator[AnyRow]:
    """The migrations that the code does not know, from the newest backwards, as far as they are recorded."""
    rows = {row.revision: row for row in connection.execute(select(AppliedMigration.__table__))}
    revision = current
    while revision in rows and revision not in known:
        row = rows.pop(revision)
        yield row
        revision = row.down_revision


def _find_downgrade(newer: list[AnyRow]) -> str | None:
    """The revision before the oldest migration that does more than add; what only adds below it can stay."""
    return next((row.down_revision for row in reversed(newer) if not row.only_adds), None)
