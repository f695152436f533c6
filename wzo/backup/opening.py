"""Opens backups for the commands: from a file or from BACKUP_URL, encrypted or not."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

from wzo.backup.actions import NoPublicKey
from wzo.backup.creating import Progress
from wzo.backup.restoring import CannotRestore
from wzo.backup.stores import NAME, BackupStore
from wzo.config import settings
from wzo.config.key_files import parse_private_key
from wzo.media.store import StoreUnavailable
from wzo_offline.backup_file import CHUNK_SIZE, DamagedBackup, decrypt, is_encrypted

KEY_HELP = "The file with the private key; - reads it from the standard input, so that it is on no disk here."


def open_backup(name: str) -> BinaryIO:
    """Open a backup: a file, or if there is none, the one of that name in BACKUP_URL."""
    url: str = settings().backup_url
    if not Path(name).exists() and NAME.fullmatch(name) and url:
        return BackupStore(url).open(name)
    return Path(name).open("rb")


def open_archive(file: BinaryIO, key: PrivateKey | None) -> BinaryIO:
    """The archive in a backup, from its beginning. Raises ClickException if it is encrypted and there is no key."""
    if not is_encrypted(file):
        return file
    if key is None:
        raise click.ClickException("The backup is encrypted: add --key, or decrypt it first with wzo-open-backup.")
    return decrypt(file, key)


def read_key(path: Path | None) -> PrivateKey | None:
    """Read a private key from a file, or from the standard input for “-”; None without a path."""
    if path is None:
        return None
    try:
        return parse_private_key(sys.stdin.read(CHUNK_SIZE) if str(path) == "-" else path.read_text())
    except (ValueError, CryptoError):
        raise click.ClickException(
            f"{path} does not contain a private key, as `flask backup keygen` or `flask petition keygen` wrote it."
        ) from None


@contextmanager
def progress(label: str) -> Iterator[Callable[[int], Progress]]:
    """Show a progress bar, on a terminal alone."""
    bars: list[Any] = []

    def start(total: int) -> Progress:
        bars.append(click.progressbar(length=total, label=label, file=sys.stderr))
        bars[0].__enter__()
        update: Progress = bars[0].update
        return update

    try:
        yield start
    finally:
        for bar in bars:
            bar.__exit__(None, None, None)


@contextmanager
def explained() -> Iterator[None]:
    """Turn what can be expected to fail into messages that say what to do."""
    try:
        yield
    except NoPublicKey:
        raise click.ClickException(
            "There is no key to encrypt the backup to: set BACKUP_PUBLIC_KEY (see `flask backup keygen`) or "
            "SIGNATURE_PUBLIC_KEY."
        ) from None
    except (CannotRestore, DamagedBackup) as error:
        raise click.ClickException(f"The backup cannot be used: {error}".removesuffix(".") + ".") from None
    except FileExistsError as error:
        raise click.ClickException(f"{error.filename} already exists; choose another file.") from None
    except StoreUnavailable as error:
        raise click.ClickException(f"The folder or bucket does not respond: {error.__cause__}".split("\n")[0]) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'The file'}: {error.strerror or error}.") from None
