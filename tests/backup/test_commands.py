"""flask backup and flask restore, and the organisers' tool, as people run them."""

import contextvars
import dataclasses
import io
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import own_database, private_key
from tests.petition.signing import add_confirmed
from tests.wzo_offline.exports import run as run_tool
from wzo import create_app
from wzo.clock import today
from wzo.config import Settings
from wzo.petition.models import Petition


def run(app: Flask, *arguments: object, stdin: str = "") -> tuple[int, str]:
    runner, given = app.test_cli_runner(), io.BytesIO(stdin.encode())
    # Without the test's own application context, which may be that of another site.
    result = contextvars.Context().run(runner.invoke, args=[*map(str, arguments)], input=given)
    return result.exit_code, result.output


@pytest.fixture
def backup(app: Flask, petition: Petition, tmp_path: Path) -> Path:
    add_confirmed(petition, today(), number=3)
    path = tmp_path / "site.backup"
    code, printed = run(app, "backup", "--to", path)
    assert code == 0, printed
    assert "SHA-256" in printed
    return path


@pytest.mark.slow
@pytest.mark.one_database
def test_it_never_overwrites_a_file(app: Flask, backup: Path) -> None:
    before = backup.read_bytes()
    code, printed = run(app, "backup", "--to", backup)
    assert (code, "already exists" in printed) == (1, True)
    assert backup.read_bytes() == before
    assert backup.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_it_goes_from_the_server_to_the_organisers_and_to_a_new_server(
    app: Flask, database: str, backup: Path, settings: Settings, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    key = private_key(settings)
    code, printed = run(app, "backup", "verify", backup)
    assert (code, "as it was written" in printed, "--key" in printed) == (0, True, True)
    code, printed = run(app, "backup", "verify", backup, "--key", key)
    assert (code, "signatures: 3" in printed, "The backup is whole" in printed) == (0, True, True)
    archive = tmp_path / "site.tar"
    opened = run_tool("open_backup", key, backup, "--out", archive)
    assert (opened.returncode, "signatures: 3" in opened.stdout) == (0, True), opened.stderr
    assert archive.stat().st_mode & 0o077 == 0
    assert run(app, "backup", "verify", archive)[0] == 0
    for source, arguments, stdin in (
        (archive, [], ""),
        (backup, ["--key", "-"], key.read_text()),
        (backup, ["--key", key], ""),
    ):
        folder = tmp_path / f"machine-{len(arguments)}{len(stdin)}"
        folder.mkdir()
        with own_database(database, request, folder) as url:
            other = create_app(dataclasses.replace(settings, database_url=url, instance_path=folder))
            code, printed = run(other, "restore", source, *arguments, stdin=stdin)
            assert code == 0, printed
            assert "public count 3, recount 3" in printed
            assert "Audit log" in printed


@pytest.mark.slow
@pytest.mark.one_database
def test_it_says_what_to_do_instead_of_failing(app: Flask, backup: Path, settings: Settings, tmp_path: Path) -> None:
    damaged, other_key = tmp_path / "damaged", tmp_path / "other.txt"
    damaged.write_bytes(backup.read_bytes()[:-5])
    assert run(app, "backup", "keygen", "--out", other_key)[0] == 0
    no_key = create_app(dataclasses.replace(settings, backup_public_key=None))
    no_folder = create_app(dataclasses.replace(settings, backup_url=(damaged / "folder").as_uri()))
    for used, arguments, message in (
        (app, ["backup"], "--to"),
        (app, ["backup", "list"], "BACKUP_URL"),
        (app, ["backup", "--to", tmp_path / "x", "--keep", "3"], "--keep"),
        (app, ["backup", "--to", tmp_path / "nowhere" / "x"], "No such file"),
        (no_key, ["backup", "--to", tmp_path / "x"], "BACKUP_PUBLIC_KEY"),
        (no_folder, ["backup"], "does not respond"),
        (app, ["backup", "keygen", "--out", other_key], "already exists"),
        (app, ["backup", "verify", tmp_path / "nowhere"], "No such file"),
        (app, ["backup", "verify", damaged], "incomplete"),
        (app, ["backup", "verify", other_key], "not a backup"),
        (app, ["backup", "verify", backup, "--key", other_key], "another key"),
        (app, ["backup", "verify", backup, "--key", backup], "private key"),
        (app, ["restore", backup], "--key"),
        (app, ["restore", backup, "--key", private_key(settings)], "--replace"),
    ):
        code, printed = run(used, *arguments)
        assert code == 1, (arguments, printed)
        assert message in printed, (arguments, printed)
        assert "Traceback" not in printed
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
@pytest.mark.one_database
def test_it_keeps_backups_in_a_folder(app: Flask, petition: Petition, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "wzo-20260101T000000Z.backup").write_text("old")
    code, printed = run(app, "backup", "--to", folder, "--keep", 1)
    assert (code, "wzo-20260101T000000Z.backup" in printed) == (0, True), printed
    (stored,) = folder.iterdir()
    kept = create_app(dataclasses.replace(settings, backup_url=folder.as_uri()))
    assert stored.name in run(kept, "backup", "list")[1]
    assert "petitions: 1" in run(kept, "backup", "verify", stored.name, "--key", private_key(settings))[1]
