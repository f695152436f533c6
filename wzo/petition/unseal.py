"""wzo-unseal: opens an export of signatures on the organisers' own computer, without any network.

This file needs Python and PyNaCl alone, and nothing else of the site: it can be carried on a stick and run by itself.
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

COLUMNS = ("receipt", "confirmed_on", "name", "email", "country", "updates", "language", "signed_on")
# A cell that begins like this is taken for a formula by spreadsheets, and could then do harm.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def open_export(lines: Iterable[str], private_key: PrivateKey) -> Iterator[dict[str, Any]]:
    """The signatures of an export, a line of JSON each with `sealed` in base64, as dictionaries with COLUMNS.

    Raises ValueError, naming the line, where one is damaged or was sealed to another key.
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
        signed["updates"] = "yes" if signed.get("updates") else ""
        yield {name: {**signed, **entry}.get(name, "") for name in COLUMNS}


def write_csv(signatures: Iterable[dict[str, Any]], out: TextIO) -> int:
    """Write signatures as CSV and return how many; cells that look like formulas get an apostrophe in front."""
    table = csv.writer(out)
    table.writerow(COLUMNS)
    written = 0
    for signature in signatures:
        table.writerow([_neutral(str(signature[name])) for name in COLUMNS])
        written += 1
    return written


def read_private_key(path: Path) -> PrivateKey:
    """The key that `flask petition keygen` wrote; raises ValueError where the file holds none."""
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
    chosen = parser.parse_args()
    try:
        key = read_private_key(chosen.key)
        with chosen.export.open(encoding="utf-8") as lines:
            signatures = list(open_export(lines, key))
        if chosen.out is None:
            sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
            write_csv(signatures, sys.stdout)
            return
        # The mark at the beginning tells spreadsheets that names are in UTF-8.
        with chosen.out.open("x", encoding="utf-8-sig", newline="") as out:
            print(f"{write_csv(signatures, out)} signatures written to {chosen.out}.")
    except FileExistsError:
        raise SystemExit(f"{chosen.out} already exists; choose another file.") from None
    except (OSError, ValueError) as error:
        raise SystemExit(f"wzo-unseal: {error}.") from None


def _neutral(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


if __name__ == "__main__":
    main()
