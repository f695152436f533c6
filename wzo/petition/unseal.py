"""wzo-unseal: decrypts an export of signatures on the organisers' own computer, without any network.

This file needs only Python and PyNaCl, and no other part of the site: it can be run by itself from a USB stick.
"""

import argparse
import base64
import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

COLUMNS = ("receipt", "confirmed_on", "name", "email", "country", "wants_news", "language", "signed_on")
# Spreadsheets take a cell that begins like this for a formula, which could do harm.
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def open_export(lines: Iterable[str], private_key: PrivateKey) -> Iterator[dict[str, Any]]:
    """Yield the signatures of an export, one JSON line each with `sealed` in base64, as dictionaries with COLUMNS.

    Raises ValueError, naming the line, if one is damaged or was sealed to another key.
    """
    box = SealedBox(private_key)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            signed = json.loads(box.decrypt(base64.b64decode(entry["sealed"])))
        except CryptoError:
            raise ValueError(f"line {number} was sealed to another key or has been changed") from None
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"line {number} is damaged") from None
        signed["wants_news"] = "yes" if signed.get("wants_news") else ""
        yield {name: {**signed, **entry}.get(name, "") for name in COLUMNS}


def write_csv(signatures: Iterable[dict[str, Any]], out: TextIO) -> int:
    """Write signatures as CSV and return how many; cells that look like formulas get a leading apostrophe."""
    table = csv.writer(out)
    table.writerow(COLUMNS)
    written = 0
    for signature in signatures:
        table.writerow([_escape_formula(str(signature[name])) for name in COLUMNS])
        written += 1
    return written


def read_private_key(path: Path) -> PrivateKey:
    """Read the key that `flask petition keygen` wrote; raises ValueError if the file contains none."""
    try:
        return PrivateKey(base64.b64decode(path.read_text().strip(), validate=True))
    except (ValueError, TypeError, CryptoError):
        raise ValueError(f"{path} does not contain a private key written by `flask petition keygen`") from None


def main() -> None:
    """Open an export: wzo-unseal KEY EXPORT [--out FILE]."""
    parser = argparse.ArgumentParser(
        prog="wzo-unseal",
        description="Open an export of signatures with the organisers' private key and write CSV. Works offline.",
    )
    parser.add_argument("key", type=Path, help="the private key file written by `flask petition keygen`")
    parser.add_argument("export", type=Path, help="the export file from the site")
    parser.add_argument("--out", type=Path, help="the CSV file to write (default: standard output)")
    arguments = parser.parse_args()
    try:
        key = read_private_key(arguments.key)
        with arguments.export.open(encoding="utf-8") as lines:
            signatures = list(open_export(lines, key))
        if arguments.out is None:
            sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
            write_csv(signatures, sys.stdout)
            return
        # The byte order mark tells spreadsheets that names are in UTF-8.
        with arguments.out.open("x", encoding="utf-8-sig", newline="") as out:
            print(f"{write_csv(signatures, out)} signatures written to {arguments.out}.")
    except FileExistsError:
        raise SystemExit(f"{arguments.out} already exists; choose another file.") from None
    except (OSError, ValueError) as error:
        raise SystemExit(f"wzo-unseal: {error}.") from None


def _escape_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_PREFIXES) else cell


if __name__ == "__main__":
    main()
