"""What somebody who seizes the disk can read about signers, with each of the keys and with all but the organisers'.

Every ciphertext is recorded as it is written, with its key. One counts as opened by that key if its nonce is still
anywhere in a file: any piece of the ciphertext next to the nonce could then be decrypted.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
import time_machine
from nacl.secret import SecretBox
from sqlalchemy import NullPool, create_engine, select, text

from tests.conftest import CapturedEmails, RunWorker
from tests.disk import DatabaseFile, data_folder, database_files, dump, read_file, without_empty_pages
from tests.petition.signing import code, confirm
from tests.running_site import wait_for
from wzo import crypto
from wzo.config import Settings
from wzo.extensions import db
from wzo.petition import row_order
from wzo.petition.actions import erase_signature, submit_signature
from wzo.petition.admission import Attempt
from wzo.petition.mailboxes import hash_email
from wzo.petition.models import Petition, Signature

SIGNERS = int(os.environ.get("SIGNERS", "60"))
# The latest signers, whose jobs wait while no worker runs.
WAITING = SIGNERS // 10


@dataclass(frozen=True)
class Signer:
    """A marked person. Even numbers show their names; every fourth withdraws, and every third never confirms."""

    number: int

    @property
    def name(self) -> str:
        return f"Xylographa Zyzzyva{self.number:05d}"

    @property
    def email(self) -> str:
        return f"qwfpgj-{self.number:05d}@marked.example"

    @property
    def shows_name(self) -> bool:
        return self.number % 2 == 0

    @property
    def confirms(self) -> bool:
        return self.number % 3 != 0

    @property
    def withdraws(self) -> bool:
        return self.number % 4 == 0


class RecordingBox(SecretBox):
    """Records everything that is encrypted: the key, the ciphertext and the plaintext."""

    written: list[tuple[bytes, bytes, bytes]]

    def encrypt(self, plaintext: bytes) -> bytes:  # type: ignore[override]
        ciphertext = bytes(super().encrypt(plaintext))
        self.written.append((bytes(self), ciphertext, plaintext))
        return ciphertext


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, bytes, bytes]]:
    RecordingBox.written = []
    monkeypatch.setattr(crypto, "SecretBox", RecordingBox)
    return RecordingBox.written


class Disk:
    """What can be read in the content of a disk."""

    def __init__(self, signers: Sequence[Signer], written: list[tuple[bytes, bytes, bytes]]) -> None:
        self.signers = signers
        self.written = written
        # Searching takes long, so it is done once for each content and key.
        self.named_in, self.opened_in = cache(self._named_in), cache(self._opened_in)

    def readable(self, content: bytes, keys: Sequence[bytes] = ()) -> set[Signer]:
        """The signers whose name or address is there in plain text, or in something that one of these keys opens."""
        return self.named_in(content).union(*(self.opened_in(content, key) for key in keys))

    def _opened_in(self, content: bytes, key: bytes) -> set[Signer]:
        return self.named_in(b"".join(plain for used, it, plain in self.written if used == key and it[:24] in content))

    def _named_in(self, content: bytes) -> set[Signer]:
        return {one for one in self.signers if one.name.encode() in content or one.email.encode() in content}

    def recognisable(self, content: bytes, hmac_key: bytes) -> set[Signer]:
        """The signers whose address, if somebody guesses it, is found by its keyed hash."""
        return {one for one in self.signers if hash_email(hmac_key, one.email) in content}


def contents(since: float) -> Iterator[tuple[str, bytes]]:
    """The contents of the database's files by description; of other tables, only files written `since` a time."""
    files: list[DatabaseFile] = database_files(checkpoint=False)
    if db.engine.dialect.name == "sqlite":
        for file in files:
            yield file.name.replace("wzo.sqlite3", "SQLite file").replace("file-", "file, "), read([file.path])
    else:
        folder = data_folder()
        yield "tables and indexes of signers", read(file.path for file in files)
        own = {file.path for file in files}
        others = (path for path in (folder / "base").rglob("*") if path.is_file() and path not in own)
        yield "other tables", read(path for path in others if path.stat().st_mtime >= since)
        yield "write-ahead log", wal()
        yield "server's log", read([folder / "log"])
    yield "backup", dump()


def wal() -> bytes:
    return read(wal_files())


def wal_files() -> Iterator[Path]:
    return (path for path in (data_folder() / "pg_wal").iterdir() if path.is_file())


def read(files: Iterable[Path]) -> bytes:
    """The content of files, without their empty pages."""
    return b"".join(without_empty_pages(read_file(file)) for file in files)


@pytest.mark.slow
def test_it_reveals_only_what_the_privacy_page_says(
    today: date,
    petition: Petition,
    settings: Settings,
    run_worker: RunWorker,
    emails: CapturedEmails,
    written: list[tuple[bytes, bytes, bytes]],
) -> None:
    # The clock of the files, not that of the test.
    start = time_machine.escape_hatch.time.time()
    signers = [Signer(number) for number in range(SIGNERS)]
    done, waiting = signers[:-WAITING], signers[-WAITING:]
    sign(done)
    run_worker()
    confirm_and_withdraw(done, emails, settings)
    sign(waiting)
    disk = Disk(signers, written)
    keys = {
        "SECRET_KEY": settings.secret_key.encode(),
        "SIGNATURE_HMAC_KEY": settings.signature_hmac_key,
        "OUTBOX_KEY": settings.outbox_key,
        "EDITORS_KEY": settings.editors_key,
    }
    # Before anything is erased, the search finds those whose jobs are done: so it can find them.
    assert any(disk.readable(content, [settings.outbox_key]) & {*done} for _, content in contents(start))
    with time_machine.travel(today + timedelta(days=1)):
        row_order.rewrite_rows()
        row_order.erase_deleted_rows()

    public = {one for one in done if one.confirms and one.shows_name and not one.withdraws}
    found = dict(contents(start))
    report(disk, keys, found)
    # What the log keeps, and how to let it keep little, is in the operations guide.
    found.pop("write-ahead log", None)
    if db.engine.dialect.name == "postgresql":
        with wal_that_keeps_little():
            found["write-ahead log"] = wal()
        report(disk, keys, {"write-ahead log, set up as in the operations guide": found["write-ahead log"]})
    for name, content in found.items():
        assert disk.readable(content) <= public, name
        for key in ("SECRET_KEY", "SIGNATURE_HMAC_KEY", "EDITORS_KEY"):
            assert disk.readable(content, [keys[key]]) <= public, name
        assert disk.readable(content, [*keys.values()]) <= public | {*waiting}, name


def sign(signers: Sequence[Signer]) -> None:
    for one in signers:
        submit_signature(
            slug="mothers",
            language="en",
            name=one.name,
            email=one.email,
            country="RU",
            show_name=one.shows_name,
            wants_news=False,
            attempt=Attempt(network_bucket=one.number % 64),
        )


def confirm_and_withdraw(signers: Sequence[Signer], emails: CapturedEmails, settings: Settings) -> None:
    codes = {email["To"]: code(email) for email in emails.all()}
    for one in signers:
        if one.confirms:
            confirm(codes[one.email])
            if one.withdraws:
                hashed = hash_email(settings.signature_hmac_key, one.email)
                found = db.session.scalar(select(Signature.id).where(Signature.email_hash == hashed))
                assert found
                erase_signature(found)
    db.session.rollback()


@contextmanager
def wal_that_keeps_little() -> Iterator[None]:
    """Set the server up as the operations guide says, and let it make the checkpoints that it would make in time."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in ("wal_recycle = off", "min_wal_size = '32MB'", "max_wal_size = '64MB'"):
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
        # A checkpoint that begins before the server has read them renames files with their content once more.
        wait_for("the settings", lambda: setting_of_new_connections("wal_recycle") == "off", 60)
        # Files that were renamed before have their content until the log has come to them.
        for _ in range(len(list(wal_files())) + 1):
            connection.execute(text("SELECT pg_switch_wal()"))
            connection.execute(text("CHECKPOINT"))
        yield
        for setting in ("wal_recycle", "min_wal_size", "max_wal_size"):
            connection.execute(text(f"ALTER SYSTEM RESET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))


def setting_of_new_connections(name: str) -> str:
    with create_engine(db.engine.url, poolclass=NullPool).connect() as connection:
        return str(connection.scalar(text(f"SHOW {name}")))


def report(disk: Disk, keys: Mapping[str, bytes], found: Mapping[str, bytes]) -> None:
    """Print how many of the marked signers can be read in each of the found contents, without a key and with each."""
    print(f"\n{db.engine.dialect.name}, {SIGNERS} signers, of whom {WAITING} wait for their e-mail:")  # noqa: T201
    heads = ["no key", *keys, "all of these", "recognised with SIGNATURE_HMAC_KEY"]
    lines = [f"| location | {' | '.join(heads)} |", f"| --- {'| --: ' * len(heads)}|"]
    for name, content in found.items():
        opened = [disk.readable(content, some) for some in ([], *([key] for key in keys.values()), [*keys.values()])]
        cells = [*opened, disk.recognisable(content, keys["SIGNATURE_HMAC_KEY"])]
        lines.append(f"| {name} | {' | '.join(str(len(cell)) for cell in cells)} |")
    print(*lines, sep="\n")  # noqa: T201
