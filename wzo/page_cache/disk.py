"""The pages stored on disk, in the instance folder: for other processes, and for a start while the database is down.

The pages of one version of the content are in a folder of their own. As soon as a process learns of another version it
deletes that folder, so that no unpublished page remains.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from wzo.config import Settings
from wzo.crypto import keyed_hash
from wzo.page_cache.memory import Key
from wzo.page_cache.pages import Page

PACKAGE = Path(__file__).parent.parent


class Disk:
    """The pages on disk of the current version of the content, in `folder`; it is None as long as that is unknown.

    Whatever goes wrong with the disk, the site works without it.
    """

    def __init__(self, settings: Settings) -> None:
        self.root = settings.instance_path / "page-cache"
        self.prefix = _fingerprint(settings)
        self.folder: Path | None = None

    def use_version(self, version: int) -> None:
        """Use the pages of a version of the content, and delete those of all others."""
        folder = self.root / f"{self.prefix}-{version}"
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for other in self.root.iterdir():
                if other != folder:
                    shutil.rmtree(other, ignore_errors=True)
        self.folder = folder

    def use_last_version(self) -> None:
        """Use the newest pages on disk if no version is known: the database cannot say which are current."""
        if self.folder is not None:
            return
        folders = list(self.root.glob(f"{self.prefix}-*")) if self.root.is_dir() else []
        self.folder = max(folders, key=lambda it: it.stat().st_mtime, default=None)

    def load(self, key: Key) -> Page | None:
        """A page, fresh or not."""
        if self.folder is None:
            return None
        try:
            with (self.folder / file_name(key)).open("rb") as file:
                about = json.loads(file.readline())
                bodies = {encoding: file.read(size) for encoding, size in about["sizes"].items()}
        except (OSError, ValueError, KeyError):
            return None
        headers = [(name, value) for name, value in about["headers"]]
        return Page(headers, bodies, about["etag"], about["rendered_at"], about["fresh_until"])

    def save(self, key: Key, page: Page, folder: Path | None) -> None:
        """Store a page in the folder that was in use when its rendering began, unless that is deleted by now."""
        if folder is None:
            return
        about = {
            "headers": page.headers,
            "etag": page.etag,
            "rendered_at": page.rendered_at,
            "fresh_until": page.fresh_until,
            "sizes": {encoding: len(body) for encoding, body in page.bodies.items()},
        }
        content = b"".join([json.dumps(about).encode(), b"\n", *page.bodies.values()])
        with contextlib.suppress(OSError):
            descriptor, temporary = tempfile.mkstemp(dir=folder)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(temporary).replace(folder / file_name(key))


def file_name(key: Key) -> str:
    """The name of a page's file."""
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:32]


def _fingerprint(settings: Settings) -> str:
    """A hash of what pages depend on besides the content: the code, templates, static files and settings."""
    return keyed_hash(settings.secret_key.encode(), "page cache", _files(), repr(settings)).hex()[:16]


@cache
def _files() -> str:
    """The size and the time of each file of the package, as this process has found them."""
    files = sorted(path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return repr([(str(path), stat.st_size, stat.st_mtime_ns) for path in files for stat in [path.stat()]])
