"""Rolling back to the newest tag: its `release` accepts today's database, perhaps after a downgrade that it names."""

import io
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade

from tests.test_applied_migrations import app
from tests.versions import MIGRATIONS, TREE
from wzo.config import ROOT

pytestmark = pytest.mark.slow

# Exported for pytest.
__all__ = ["app"]

DOWNGRADE = re.compile(r"flask --app wzo db downgrade (\w+)\n$")


def git(*arguments: str) -> bytes:
    # Also in a folder of another user, as on some build servers.
    command = ["git", "-c", "safe.directory=*", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if ended.returncode != 0:
        pytest.skip(f"git cannot read the history: {ended.stderr.decode()}")
    return ended.stdout


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    """The files of the newest tag before this commit."""
    if not (ROOT / ".git").exists():
        pytest.skip("This is not a clone with its history.")
    tags = git("tag", "--merged", "HEAD", "--no-contains", "HEAD", "--sort=-version:refname", "--list", "v*").split()
    if not tags:
        pytest.skip("There is no earlier release.")
    folder = tmp_path / "previous"
    with tarfile.open(fileobj=io.BytesIO(git("archive", tags[0].decode(), "--", *TREE))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def release(tree: Path, app: Flask) -> subprocess.CompletedProcess[str]:
    settings = app.extensions["settings"]
    environ = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database_url,
        "INSTANCE_PATH": str(settings.instance_path),
    }
    command = [sys.executable, "-m", "flask", "--app", "wzo", "release"]
    return subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, check=False)


def test_its_release_accepts_the_database_of_this_version(app: Flask, previous: Path) -> None:
    upgrade(MIGRATIONS)
    ended = release(previous, app)
    if found := DOWNGRADE.search(ended.stderr or ended.stdout):
        downgrade(MIGRATIONS, found[1])
        ended = release(previous, app)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    # And this version goes on from there.
    assert release(ROOT, app).returncode == 0
