"""How Alembic runs here: on the application's own engine, inside one transaction."""

from alembic import context
from flask import current_app

extension = current_app.extensions["migrate"]


def run() -> None:
    """Run the migrations. SQLite rebuilds tables for what it cannot alter, with foreign keys at rest meanwhile."""
    with extension.db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.rollback()
        context.configure(connection=connection, target_metadata=extension.db.metadata, **extension.configure_args)
        with context.begin_transaction():
            context.run_migrations()


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
