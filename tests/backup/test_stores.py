"""Backups in a folder and in a bucket: stored once they are whole, listed, and deleted when they are old."""

import contextlib
import dataclasses
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from flask import Flask
from moto.server import ThreadedMotoServer

from wzo import create_app
from wzo.backup.stores import BackupStore, StoredBackup, kept_names, newest_backup_time
from wzo.config import load_settings, settings
from wzo.media.store import StoreUnavailable

pytestmark = pytest.mark.one_database
DAY = datetime(2026, 11, 28, 3, 0, 0, tzinfo=UTC)


def name_of(at: datetime) -> str:
    return f"wzo-{at:%Y%m%dT%H%M%SZ}.backup"


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"aws_access_key_id": "id", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://{host}:{port}", **keys).create_bucket(Bucket="backups")
    yield f"s3://backups/site?endpoint=http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def backup_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    folder = tmp_path / "backups"
    url = (
        folder.as_uri()
        if request.param == "folder"
        else request.getfixturevalue("bucket").replace("site", secrets.token_hex(4))
    )
    keys = {"BACKUP_KEY_ID": "id", "BACKUP_SECRET": "secret"}
    app = create_app(load_settings({"INSTANCE_PATH": str(tmp_path), "BACKUP_URL": url, **keys}))
    with app.app_context():
        yield app


def store() -> BackupStore:
    return BackupStore(settings().backup_url)


def put(at: datetime, content: bytes = b"x") -> str:
    with store().writing(name_of(at)) as out:
        out.write(content)
    return name_of(at)


@pytest.mark.slow
def test_it_lists_and_reads_what_was_written(backup_app: Flask) -> None:
    assert store().all() == []
    assert newest_backup_time() is None
    content = b"0123456789" * 1_500_000
    name = put(DAY, content)
    put(DAY - timedelta(days=1))
    assert store().all()[0] == StoredBackup(name, DAY, len(content))
    assert newest_backup_time() == DAY
    with store().open(name) as file:
        assert file.readline(4) == b"0123"
        assert file.seek(-5, 2) == len(content) - 5
        assert file.read() == b"56789"
        file.seek(0)
        assert file.read() == content
    with pytest.raises(FileNotFoundError):
        store().open("wzo-20000101T000000Z.backup")
    store().prune(1)


def test_it_stores_no_part_of_a_backup(backup_app: Flask) -> None:
    with contextlib.suppress(ValueError), store().writing(name_of(DAY)) as out:
        out.write(b"x" * 12_000_000)
        raise ValueError("stop")
    assert store().all() == []


def test_it_keeps_the_newest_of_each_of_the_last_days(backup_app: Flask) -> None:
    days = [put(DAY - timedelta(days=number)) for number in (0, 1, 5, 9)]
    earlier = put(DAY - timedelta(hours=2))
    with store().writing("notes.txt") as out:
        out.write(b"not a backup")
    assert {*store().prune(3)} == {earlier, days[-1]}
    assert [it.name for it in store().all()] == days[:3]
    with store().open("notes.txt") as file:
        assert file.read() == b"not a backup"
    store().prune(1)


def test_it_never_deletes_the_only_backups_for_being_old() -> None:
    """Days without one do not count: if backups fail for a month, the last ones stay."""
    backups = [StoredBackup(name_of(at), at, 1) for at in (DAY - timedelta(days=30), DAY - timedelta(days=40))]
    assert len(kept_names(backups, 7)) == 2


def test_it_reports_a_bucket_that_cannot_be_reached(bucket: str, tmp_path: Path) -> None:
    config = load_settings({"INSTANCE_PATH": str(tmp_path)})
    missing = dataclasses.replace(config, backup_url=bucket.replace("backups", "missing"), backup_key_id="id")
    with create_app(dataclasses.replace(missing, backup_secret="secret")).app_context():
        with pytest.raises(StoreUnavailable):
            newest_backup_time()
        with pytest.raises(StoreUnavailable), store().writing(name_of(DAY)) as out:
            out.write(b"x")
