"""The restore drill: a site in use is backed up, and restored on an empty machine, row for row and file for file."""

import contextvars
import dataclasses
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, select, text
from werkzeug.datastructures import FileStorage

from tests.admin.editors import PASSWORD, Editor, enter
from tests.admin.editors import anna as anna
from tests.backup.archives import ids_in
from tests.conftest import CapturedEmails, RunWorker, make_client, own_database, private_key, read_emails
from tests.files.samples import pdf
from tests.media.samples import small
from tests.migrated_rows import fill_empty_tables
from tests.petition.signing import add_confirmed, code, confirm, sign
from wzo import create_app
from wzo.accounts.models import User
from wzo.applied_migrations import MIGRATIONS
from wzo.audit import check_chain
from wzo.backup import creating
from wzo.backup.actions import back_up_to_file
from wzo.backup.creating import write_archive
from wzo.backup.restoring import CannotRestore, restore
from wzo.backup.tables import EXCLUDED_TABLES, _encode, reflect
from wzo.clock import today
from wzo.config import Settings
from wzo.extensions import db
from wzo.files import actions as uploads
from wzo.files.models import File
from wzo.media import actions as media
from wzo.media.models import Picture
from wzo.media.renditions import MASTER
from wzo.media.store import StoreUnavailable, store
from wzo.petition import queries
from wzo.petition.models import Petition, Signature
from wzo.seed.loading import load_seed
from wzo.worker import Worker
from wzo_offline.backup_archive import check_archive
from wzo_offline.backup_file import DamagedBackup, decrypt
from wzo_offline.sealed_export import read_private_key

Rows = dict[str, list[list[Any]]]
SEARCHED = "SELECT content_type, object_id, language, title, summary, text FROM search_documents ORDER BY 1, 2, 3"


def silent(total: int) -> Callable[[int], object]:
    return lambda number: None


def rows() -> Rows:
    """All rows that a backup holds, in the order of their keys; what restoring changes on purpose is left out."""
    db.session.remove()
    with db.engine.connect() as connection:
        found = {
            table.name: [
                [_encode(value) for value in row]
                for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in reflect(connection)
            if table.name != "content_version"
        }
        found["search"] = [[*row] for row in connection.execute(text(SEARCHED))]
    return found


def files(settings: Settings) -> dict[str, bytes]:
    """The files in the media store; other tests have left some of theirs in the same folder."""
    media = settings.instance_path / "media"
    folders = [media / key for model in (Picture, File) for key in db.session.scalars(select(model.key))]
    return {str(it.relative_to(media)): it.read_bytes() for folder in folders for it in folder.iterdir()}


@pytest.fixture
def empty_machine(app: Flask, settings: Settings, request: pytest.FixtureRequest, tmp_path: Path) -> "EmptyMachine":
    """Makes the site on another machine: with the same keys, but an empty disk and an empty database."""

    @contextmanager
    def make(database: str) -> Iterator[Flask]:
        instance = tmp_path / f"machine-{database}"
        instance.mkdir()
        with own_database(database, request, instance) as url:
            changed = {"database_url": url, "instance_path": instance, "media_url": (instance / "media").as_uri()}
            other = create_app(dataclasses.replace(settings, **changed))
            with other.app_context():
                yield other
                db.session.remove()
                db.engine.dispose()

    return make


EmptyMachine = Callable[[str], Any]


def fill(app: Flask, run_worker: RunWorker, emails: CapturedEmails) -> list[str]:
    """Content, signatures of every kind, e-mails that wait, pictures, and a row in every table; returns codes."""
    load_seed()
    client = make_client(app)
    for number in range(6):
        sign(client, email=f"signer-{number}@example.org", network=f"10.0.{number}.1")
    run_worker()
    codes = [code(email) for email in emails.all()]
    for it in codes[:3]:
        confirm(it)
    sign(client, email="waits@example.org", network="10.9.0.1")
    Worker()._process_due()
    sign(client, email="has-just-signed@example.org", network="10.9.0.2")
    media.add_picture(data=small(), name="window.jpg", editor_id=None)
    uploads.add_file(data=pdf(), name="report.pdf", editor_id=None)
    fill_empty_tables()
    db.session.remove()
    return codes[3:]


@pytest.mark.slow
def test_it_restores_a_site_that_was_in_use(
    app: Flask,
    database: str,
    anna: Editor,
    settings: Settings,
    run_worker: RunWorker,
    emails: CapturedEmails,
    empty_machine: EmptyMachine,
    tmp_path: Path,
) -> None:
    codes = fill(app, run_worker, emails)
    before, pictures = rows(), files(settings)
    count = queries.recount(1)

    def start(total: int) -> Callable[[int], object]:
        def progress(number: int) -> None:
            # Somebody else confirms and signs, while the backup goes on.
            if codes:
                confirmed = threading.Thread(target=contextvars.copy_context().run, args=(in_other_process,))
                confirmed.start()
                confirmed.join()

        return progress

    def in_other_process() -> None:
        with app.app_context():
            confirm(codes.pop())
            sign(make_client(app), email=f"meanwhile-{len(codes)}@example.org", network="10.8.0.1")

    backup = tmp_path / "site.backup"
    db.session.remove()
    back_up_to_file(backup, start)
    assert queries.recount(1) == count + 3
    assert rows() != before
    db.session.remove()

    with backup.open("rb") as file, empty_machine(database) as other:
        key = read_private_key(private_key(settings))
        contents = restore(lambda: decrypt(file, key), silent, replace=False)
        restored = rows()
        assert [name for name in before if before[name] != restored[name]] == []
        assert contents.rows == {name: len(it) for name, it in contents_of(before).items()}
        assert files(other.extensions["settings"]) == pictures
        assert queries.recount(1) == queries.get_count(1, None).confirmed == count
        assert check_chain().broken_id is None
        client = make_client(other)
        assert enter(client, anna.email, PASSWORD, anna.code()).status_code == 303
        run_worker()
        sent = {email["To"] for email in read_emails(other.extensions["settings"].instance_path / "mail")}
        assert {"waits@example.org", "has-just-signed@example.org"} <= sent
        # New rows get new keys.
        db.session.add(User(email="new@example.org", name="New", role="writer", language="en"))
        db.session.commit()


def contents_of(found: Rows) -> Rows:
    return {**{name: it for name, it in found.items() if name != "search"}, "content_version": [[]]}


@pytest.mark.slow
def test_it_restores_to_the_other_database(
    app: Flask,
    database: str,
    settings: Settings,
    run_worker: RunWorker,
    emails: CapturedEmails,
    empty_machine: EmptyMachine,
) -> None:
    fill(app, run_worker, emails)
    before, archive = rows(), io.BytesIO()
    write_archive(archive, silent)
    with empty_machine({"sqlite": "postgresql", "postgresql": "sqlite"}[database]):
        restore(lambda: io.BytesIO(archive.getvalue()), silent, replace=False)
        assert rows() == before


@pytest.mark.slow
def test_it_holds_no_row_that_must_be_gone_within_hours(app: Flask, petition: Petition) -> None:
    archive = io.BytesIO()
    write_archive(archive, silent)
    archive.seek(0)
    assert {*db.metadata.tables} >= EXCLUDED_TABLES
    assert {"code_guesses", "rate_limits", "submission_counts", "used_challenges", "user_sessions"} < EXCLUDED_TABLES
    assert {*check_archive(archive).rows} == {*db.metadata.tables} - EXCLUDED_TABLES - {"applied_migrations"}


@pytest.mark.slow
def test_it_counts_content_that_is_missing(app: Flask) -> None:
    replaced = uploads.add_file(data=pdf(), name="report.pdf", editor_id=None)
    uploads.add_file(data=pdf(), name="letter.pdf", editor_id=None)
    lost = media.add_picture(data=small(), name="window.jpg", editor_id=None)
    assert write_archive(io.BytesIO(), silent).missing == 0
    store().delete(f"{lost.key}/{MASTER}")

    def replace(total: int) -> Callable[[int], object]:
        # By an editor, after the rows were read and before their files are.
        with app.app_context():
            uploads.replace_file(replaced, FileStorage(io.BytesIO(pdf()), "report.pdf"))
        return silent(total)

    assert write_archive(io.BytesIO(), replace).missing == 2


@pytest.mark.slow
def test_it_does_not_reveal_the_order_of_signing(app: Flask, petition: Petition) -> None:
    """Whatever the position of the rows in the database's files, they are in the order of their random keys."""
    for _ in range(5):
        add_confirmed(petition, today(), number=20)
    archive = io.BytesIO()
    write_archive(archive, silent)
    found = ids_in(archive.getvalue(), "signatures")
    assert found == sorted(found)
    assert found == sorted(db.session.scalars(select(Signature.id)))


@pytest.mark.slow
def test_it_does_not_overwrite_content(
    app: Flask, petition: Petition, empty_machine: EmptyMachine, database: str
) -> None:
    archive = io.BytesIO()
    write_archive(archive, silent)

    def opened() -> io.BytesIO:
        return io.BytesIO(archive.getvalue())

    with empty_machine(database):
        restore(opened, silent, replace=False)
        db.session.execute(text("UPDATE petitions SET slug = 'changed'"))
        db.session.commit()
        with pytest.raises(CannotRestore, match=r"petitions.*--replace"):
            restore(opened, silent, replace=False)
        damaged = archive.getvalue()[: len(archive.getvalue()) // 2]
        with pytest.raises(DamagedBackup):
            restore(lambda: io.BytesIO(damaged), silent, replace=True)
        assert db.session.scalars(select(Petition.slug)).all() == ["changed"]
        restore(opened, silent, replace=True)
        assert db.session.scalars(select(Petition.slug)).all() == ["mothers"]


@pytest.mark.slow
def test_it_does_not_wait_for_a_site_that_is_running(
    app: Flask, petition: Petition, empty_machine: EmptyMachine, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wzo.backup.restoring.LOCK_TIMEOUT", 100)
    archive = io.BytesIO()
    write_archive(archive, silent)
    with empty_machine(database):
        upgrade(str(MIGRATIONS))
        running = create_engine(db.engine.url)
        with running.connect() as connection:
            connection.execute(text("SELECT * FROM petitions"))
            # SQLite's readers see the old tables as long as they read.
            if database == "postgresql":
                with pytest.raises(CannotRestore, match="Stop web and worker"):
                    restore(lambda: io.BytesIO(archive.getvalue()), silent, replace=False)
        running.dispose()
        restore(lambda: io.BytesIO(archive.getvalue()), silent, replace=False)
        assert len(rows()["petitions"]) == 1


@pytest.mark.slow
def test_it_leaves_an_empty_database_when_it_fails(
    app: Flask, petition: Petition, empty_machine: EmptyMachine, database: str
) -> None:
    media.add_picture(data=small(), name="window.jpg", editor_id=None)
    archive = io.BytesIO()
    write_archive(archive, silent)
    with empty_machine(database) as other:
        folder = other.extensions["settings"].instance_path / "media"
        folder.write_text("in the way")
        with pytest.raises(StoreUnavailable):
            restore(lambda: io.BytesIO(archive.getvalue()), silent, replace=False)
        folder.unlink()
        restore(lambda: io.BytesIO(archive.getvalue()), silent, replace=False)
        assert len(rows()["pictures"]) == 1


@pytest.mark.slow
def test_it_refuses_a_backup_of_a_later_version(
    app: Flask, petition: Petition, empty_machine: EmptyMachine, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wzo.backup.creating._manifest", later())
    archive = io.BytesIO()
    write_archive(archive, silent)
    with empty_machine(database), pytest.raises(CannotRestore, match="newer version"):
        restore(lambda: io.BytesIO(archive.getvalue()), silent, replace=False)


def later() -> Callable[..., Any]:
    real = creating._manifest
    return lambda *arguments: {**real(*arguments), "revision": "9999"}
