"""Whether the database responds, and whether its tables are those that this version of the program needs."""

import sqlite3
from collections.abc import Iterator

from flask_babel import lazy_gettext
from sqlalchemy.exc import SQLAlchemyError

from wzo.applied_migrations import code_revisions, read_schema_state
from wzo.extensions import db
from wzo.health.findings import Finding, Severity, kind

UNREACHABLE = kind(
    "database-unreachable",
    Severity.ERROR,
    lazy_gettext("The database does not respond (%(subject)s)."),
    lazy_gettext(
        "See whether the database server runs and has room on its disk, and whether DATABASE_URL points to it. "
        "The site shows stored pages meanwhile, and refuses forms."
    ),
)
NO_TABLES = kind(
    "database-without-tables",
    Severity.ERROR,
    lazy_gettext("The database has no tables."),
    lazy_gettext(
        "If the site is new, run “flask --app wzo release”. If not, DATABASE_URL points to another database: "
        "correct it, or restore the backup."
    ),
)
BEHIND = kind(
    "migration-behind",
    Severity.ERROR,
    lazy_gettext("The database is older than the program: it has not had the migrations %(subject)s."),
    lazy_gettext("Run “flask --app wzo release”, and then restart the web and the worker processes."),
)
AHEAD = kind(
    "migration-ahead",
    Severity.WARNING,
    lazy_gettext("The database is newer than the program, which does not know its revision %(subject)s."),
    lazy_gettext("An older version was deployed. It runs with this database; deploy the newer one when you can."),
    alarm=True,
)
INCOMPATIBLE = kind(
    "migration-incompatible",
    Severity.ERROR,
    lazy_gettext("The database is newer than the program, which cannot run with its revision %(subject)s."),
    lazy_gettext("Deploy the newer version once more. To go back to this one, first run with the newer: %(downgrade)s"),
)


def check_database() -> Iterator[Finding]:
    """Whether the database responds, and has had the migrations that the program has."""
    try:
        db.session.rollback()
        state = read_schema_state()
    except (SQLAlchemyError, sqlite3.Error) as error:
        db.session.remove()
        yield Finding(UNREACHABLE, type(getattr(error, "orig", None) or error).__name__)
        return
    if state.missing == tuple(code_revisions()):
        yield Finding(NO_TABLES)
    elif state.missing:
        yield Finding(BEHIND, ", ".join(state.missing))
    elif state.newer and state.can_run:
        yield Finding(AHEAD, ", ".join(state.newer))
    elif state.newer:
        command = f"flask --app wzo db downgrade {state.downgrade_to}" if state.downgrade_to else "—"
        yield Finding(INCOMPATIBLE, ", ".join(state.newer), {"downgrade": command})
