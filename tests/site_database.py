"""The database of a site that runs in other processes, as the site's own code sees it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from flask import Flask

from wzo import create_app
from wzo.config import load_settings
from wzo.extensions import db


class SiteDatabase:
    """Gives access to the database of the site with the settings in `environ`."""

    environ: dict[str, str]

    @contextmanager
    def inside(self) -> Iterator[None]:
        """An application context on the site's own database, for states that only time would bring."""
        with self.app.app_context():
            yield

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The same, where each transaction takes SQLite's write lock at once: the site's processes write as well."""
        with self.inside():
            db.engine.update_execution_options(sqlite_begin="IMMEDIATE")
            try:
                yield
            finally:
                db.session.rollback()
                db.engine.update_execution_options(sqlite_begin="DEFERRED")

    @cached_property
    def app(self) -> Flask:
        """The same application in this process, on the same database."""
        return create_app(load_settings(self.environ))

    def close_database(self) -> None:
        """Close the connections of this process."""
        if "app" in vars(self):
            with self.app.app_context():
                db.engine.dispose()
