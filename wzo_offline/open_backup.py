"""wzo-open-backup: checks and decrypts a backup on the organisers' own computer, so that no server has the key."""

import argparse
import os
from pathlib import Path
from typing import BinaryIO

from nacl.public import PrivateKey

from wzo_offline.backup_archive import check_archive, describe
from wzo_offline.backup_file import CHUNK_SIZE, decrypt, verify_checksum
from wzo_offline.sealed_export import read_private_key

PROGRAM = "wzo-open-backup"


def main() -> None:
    """Check a backup: wzo-open-backup KEY BACKUP; with --out, also write the archive that is encrypted in it."""
    arguments = _parser().parse_args()
    try:
        key = read_private_key(arguments.key)
        with arguments.backup.open("rb") as file:
            verify_checksum(file)
            print(describe(check_archive(decrypt(file, key))))
            print("The backup is whole.")
            if arguments.out:
                _write(file, key, arguments.out)
    except FileExistsError as error:
        raise SystemExit(f"{error.filename} already exists; choose another file.") from None
    except ValueError as error:
        raise SystemExit(f"{PROGRAM}: {arguments.backup}: {error}.") from None
    except OSError as error:
        raise SystemExit(f"{PROGRAM}: {error}.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Check a backup of the site with the organisers' private key, and decrypt it for `flask restore`. "
        "Works offline, and never overwrites a file.",
    )
    parser.add_argument("key", type=Path, help="the private key file written by `flask backup keygen`")
    parser.add_argument("backup", type=Path, help="the backup")
    parser.add_argument("--out", type=Path, help="the archive to write; it can be read by anybody, so delete it soon")
    return parser


def _write(file: BinaryIO, key: PrivateKey, path: Path) -> None:
    archive = decrypt(file, key)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while data := archive.read(CHUNK_SIZE):
            out.write(data)
    print(f"Its archive is in {path}. Restore it with `flask --app wzo restore {path}`, and delete it then.")


if __name__ == "__main__":
    main()
