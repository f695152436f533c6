"""How Alembic runs here: on the application's own engine, in one transaction."""

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from flask import current_app
from sqlalchemy import Connection

from wzo.applied_migrations import forget, record

extension = current_app.extensions["migrate"]


def switch_off_foreign_keys(connection: Connection) -> None:
    """Switch off foreign keys on SQLite, where a table is altered by rebuilding it.

    Otherwise, dropping the old table would delete all the rows that refer to it. SQLite ignores this pragma within a
    transaction, so it is set on the driver's own connection.
    """
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    if cursor.execute("PRAGMA foreign_keys").fetchone() != (0,):
        raise RuntimeError("SQLite's foreign keys could not be switched off, so the migrations would lose data.")


def record_step(*, ctx: MigrationContext, step: MigrationInfo, **_more: object) -> None:
    """Record a migration that was applied or reverted, for versions of the code that do not have its file."""
    if ctx.connection is None:
        return
    for script in step.up_revisions:
        if step.is_upgrade:
            only_adds = getattr(script.module, "only_adds", False)
            record(ctx.connection, revision=script.revision, down_revision=script.down_revision, only_adds=only_adds)
        else:
            forget(ctx.connection, script.revision)


def run() -> None:
    """Run the migrations."""
    with extension.db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            switch_off_foreign_keys(connection)
            # The version in service goes on writing: SQLite can wait for its lock only where a transaction begins.
            connection = connection.execution_options(sqlite_begin="IMMEDIATE")
        context.configure(
            connection=connection,
            target_metadata=extension.db.metadata,
            on_version_apply=record_step,
            **extension.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        # A pooled connection that has seen the old schema, or has foreign keys off, must not be used again.
        connection.invalidate()
    extension.db.engine.dispose()


if context.is_offline_mode():
    context.configure(
        url=current_app.config["SQLALCHEMY_DATABASE_URI"],
        target_metadata=extension.db.metadata,
        literal_binds=True,
        **extension.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    run()
