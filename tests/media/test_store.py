"""Files in a folder and in a bucket, through one API."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from wzo.config import Settings, load_settings
from wzo.media.store import Store, StoreUnavailable

FILES = {"ab/480.jpg": b"one", "ab/master.webp": b"\0" * 100_000, "cd/480.jpg": b"other"}


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The URL of an S3 server with a bucket named pictures."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "id", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=endpoint, **keys).create_bucket(Bucket="pictures")
    yield endpoint
    server.stop()


@pytest.fixture(params=["folder", "s3://pictures", "s3://pictures/a/folder"])
def settings_of_store(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    environ = {"INSTANCE_PATH": str(tmp_path)}
    if request.param != "folder":
        endpoint = request.getfixturevalue("bucket")
        environ |= {"MEDIA_URL": f"{request.param}?endpoint={endpoint}", "MEDIA_KEY_ID": "id", "MEDIA_SECRET": "secret"}
    return load_settings(environ)


def test_it_keeps_files_and_erases_folders(settings_of_store: Settings) -> None:
    store = Store(settings_of_store)
    assert store.get("ab/480.jpg") is None
    store.delete_folder("ab")
    store.put(FILES)
    assert {path: store.get(path) for path in FILES} == FILES
    store.put({"ab/480.jpg": b"two"})
    assert store.get("ab/480.jpg") == b"two"
    store.delete_folder("ab")
    assert [path for path in FILES if store.get(path)] == ["cd/480.jpg"]
    store.delete_folder("cd")


def test_it_never_leaves_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    store = Store(load_settings({"INSTANCE_PATH": str(tmp_path)}))
    for path in ("../secret", "ab/../../secret"):
        with pytest.raises(ValueError, match="path"):
            store.get(path)


def test_it_reports_a_missing_bucket(bucket: str, tmp_path: Path) -> None:
    url = f"s3://missing?endpoint={bucket}"
    environ = {"MEDIA_URL": url, "MEDIA_KEY_ID": "id", "MEDIA_SECRET": "secret", "INSTANCE_PATH": str(tmp_path)}
    with pytest.raises(StoreUnavailable):
        Store(load_settings(environ)).put(FILES)


def test_it_reports_a_folder_that_it_cannot_write(tmp_path: Path) -> None:
    settings = load_settings({"INSTANCE_PATH": str(tmp_path)})
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable):
        Store(dataclasses.replace(settings, media_url=(tmp_path / "file" / "media").as_uri()))
