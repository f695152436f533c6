"""How Alembic runs here: on the application's own engine, in one transaction."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

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


def run() -> None:
    """Run the migrations."""
    with extension.db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            switch_off_foreign_keys(connection)
        context.configure(connection=connection, target_metadata=extension.db.metadata, **extension.configure_args)
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
