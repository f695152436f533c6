"""The Flask extensions, and the settings of our database connections. Imports none of our modules but the clock."""

import select
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any, TypeAlias

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData, Pool, Row, Select, String, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from wzo.clock import Timestamp

# Constraints get names that migrations can rely on.
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all models."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING_CONVENTION), type_annotation_map={datetime: Timestamp}
    )


# On SQLite, a table with this option has no hidden row numbers, which would reveal the order of the insertions.
NO_ROWID = {"sqlite_with_rowid": False}


class TranslationMixin:
    """A translation: one row for each language of an object, keyed by the object and the language.

    Models, attributes and docstrings call this row the object's *text* in a language, and all of them its *texts*.
    """

    language: Mapped[str] = mapped_column(String(8), primary_key=True)


# A row of a query of several columns, read by the names of the columns.
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]


db = SQLAlchemy(model_class=Base)
babel = Babel()
login = LoginManager()
csrf = CSRFProtect()


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # SQLAlchemy begins the transactions itself (see _on_begin), the driver does not.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        # Deleted data is overwritten in the file as well.
        "secure_delete=ON",
        # Temporary copies of rows are not written to a file.
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Pool, "checkout")
def _on_checkout(connection: Any, record: object, proxy: object) -> None:
    """Replace a connection that the server has closed, found without a round trip as `pool_pre_ping` would take."""
    if isinstance(connection, sqlite3.Connection):
        return
    if connection.closed:
        raise DisconnectionError
    # A server has nothing to say on an idle connection but that it ends.
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        raise DisconnectionError


@event.listens_for(Engine, "begin")
def _on_begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def autocommit(engine: Engine) -> Iterator[Any]:
    """A connection of the driver, of the engine's pool, on which no transaction has to be begun and ended.

    It raises the errors of the driver. psycopg would begin a transaction; sqlite3 does not, see _on_connect.
    """
    with closing(engine.raw_connection()) as connection:
        driver_connection: Any = connection.driver_connection
        is_postgresql = not isinstance(driver_connection, sqlite3.Connection)
        try:
            if is_postgresql:
                driver_connection.autocommit = True
            yield driver_connection
            if is_postgresql:
                driver_connection.autocommit = False
        except BaseException:
            # It does not go back to the pool in a state that nobody expects.
            connection.invalidate()
            raise


@contextmanager
def write_transaction() -> Iterator[None]:
    """A transaction that writes: committed at the end, rolled back on any error.

    It ends any earlier read transaction first. SQLite cannot upgrade a read transaction while others write, so the
    write lock is taken at the beginning, where it is possible to wait for it.
    """
    db.session.rollback()
    db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def upsert(model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT with ON CONFLICT, in the dialect of the database in use."""
    if db.engine.dialect.name == "sqlite":
        return sqlite.insert(model)
    return postgresql.insert(model)
