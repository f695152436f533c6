"""Databases for tests of migrations: each state that tests begin with is made once, and then copied."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url

from tests.conftest import own_database
from tests.running_site import copy_database
from tests.versions import MIGRATIONS
from wzo import create_app
from wzo.config import load_settings
from wzo.extensions import db

Prepare = Callable[[], object]
AppAfter = Callable[[Prepare], AbstractContextManager[Flask]]


@contextmanager
def app_on(database_url: str, folder: Path) -> Iterator[Flask]:
    """An application on a database of its own."""
    settings = load_settings({"INSTANCE_PATH": str(folder)})
    app = create_app(replace(settings, database_url=database_url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def migrate() -> None:
    upgrade(MIGRATIONS)


@pytest.fixture(scope="session")
def prepare_database(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Prepare], str]]:
    """Returns the URL of a database on which a function has run, always the same one, to be copied."""
    if database == "postgresql":
        # The server must end after its databases are dropped.
        request.getfixturevalue("postgresql")
    with ExitStack() as stack:

        @cache
        def prepare_database(prepare: Prepare) -> str:
            folder = tmp_path_factory.mktemp("prepared")
            url = stack.enter_context(own_database(database, request, folder))
            with app_on(url, folder):
                prepare()
            return url

        yield prepare_database


@pytest.fixture
def app_after(prepare_database: Callable[[Prepare], str], empty_database_url: str, tmp_path: Path) -> AppAfter:
    """An application on a test's own copy of the database on which a function has run."""

    @contextmanager
    def app_after(prepare: Prepare) -> Iterator[Flask]:
        source, copy = make_url(prepare_database(prepare)), make_url(empty_database_url)
        if copy.drivername == "sqlite":
            shutil.copyfile(str(source.database), str(copy.database))
        copy_database(copy, source.database, copy.database)
        with app_on(empty_database_url, tmp_path) as app:
            yield app

    return app_after


@pytest.fixture
def migrated_app(app_after: AppAfter) -> Iterator[Flask]:
    """An application on a migrated database without rows."""
    with app_after(migrate) as app:
        yield app
