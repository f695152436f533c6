"""The media store: the files of pictures, documents and recordings, in a local folder or in an S3-compatible bucket."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from flask import Flask, current_app
from flask_babel import lazy_gettext
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from wzo.config import Settings
from wzo.errors import WzoError

# Few, so that an unreachable store is reported instead of waited for.
RETRIES = 2


class StoreUnavailable(WzoError):
    """A store, of media files or of backups, is not responding."""

    status = 503
    title = lazy_gettext("Pictures and files are unavailable")
    advice = lazy_gettext("The storage is not responding. Everything else works; try again in a minute.")


class Store:
    """Files by path, such as `4f…/480.webp`. Its methods raise StoreUnavailable if the store cannot be reached."""

    def __init__(self, settings: Settings) -> None:
        self.backend = open_backend(settings.media_url, settings.media_key_id, settings.media_secret)

    def put(self, files: Mapping[str, bytes]) -> None:
        """Store files, replacing those with the same paths."""
        try:
            for path, data in files.items():
                obstore.put(self.backend, path, data)
        except (BaseError, OSError) as error:
            raise StoreUnavailable from error

    def get(self, path: str) -> bytes | None:
        """The content of a file; None if there is none with this path."""
        try:
            return bytes(obstore.get(self.backend, path).bytes())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise StoreUnavailable from error

    def get_range(self, path: str, start: int, end: int) -> bytes | None:
        """The bytes of a file from `start` up to, not including, `end`; None if there is no file with this path."""
        try:
            return bytes(obstore.get_range(self.backend, path, start=start, end=end))
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise StoreUnavailable from error

    def list(self, folder: str) -> list[str]:
        """The paths of all files in a folder, sorted."""
        try:
            return sorted(file["path"] for files in obstore.list(self.backend, prefix=folder) for file in files)
        except FileNotFoundError:
            return []
        except (BaseError, OSError) as error:
            raise StoreUnavailable from error

    def delete(self, path: str) -> None:
        """Delete the file with this path, if there is one."""
        try:
            obstore.delete(self.backend, path)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise StoreUnavailable from error

    def delete_folder(self, folder: str) -> None:
        """Delete all files in a folder."""
        try:
            if paths := self.list(folder):
                obstore.delete(self.backend, paths)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise StoreUnavailable from error


def store(app: Flask | None = None) -> Store:
    """The application's store, opened on first use, because each forked process needs its own."""
    app = app or current_app
    opened: Store | None = app.extensions.get("media_store")
    if opened is None:
        opened = app.extensions["media_store"] = Store(app.extensions["settings"])
    return opened


def open_backend(url: str, key_id: str, secret: str) -> ObjectStore:
    """Open file:///folder, or s3://bucket/folder?endpoint=… with its access key; raises StoreUnavailable."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return LocalStore(folder)
        except (BaseError, OSError) as error:
            raise StoreUnavailable from error
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        endpoint=options["endpoint"],
        region=options.get("region", "us-east-1"),
        access_key_id=key_id,
        secret_access_key=secret,
        virtual_hosted_style_request=False,
        client_options={
            "timeout": "20s",
            "connect_timeout": "5s",
            "allow_http": options["endpoint"].startswith("http:"),
        },
        retry_config={"max_retries": RETRIES},
    )
