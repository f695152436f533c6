"""wzo-unseal: opens an export of signatures on the organisers' own computer, without any network."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from wzo_offline.export_statistics import as_text, count_signatures
from wzo_offline.printed_list import PdfUnavailable, write_pdf
from wzo_offline.sealed_export import Signature, open_export, read_private_keys
from wzo_offline.table import SEPARATORS, write_csv


def main() -> None:
    """Open an export: wzo-unseal KEY [KEY …] EXPORT [--out FILE | --pdf FILE | --statistics]."""
    arguments = _parser().parse_args()
    try:
        keys = read_private_keys(arguments.keys)
        with arguments.export.open(encoding="utf-8") as lines:
            _write(open_export(lines, *keys), arguments)
    except FileExistsError as error:
        raise SystemExit(f"{error.filename} already exists; choose another file.") from None
    except BrokenPipeError:
        raise SystemExit(1) from None
    except PdfUnavailable as error:
        raise SystemExit(f"wzo-unseal: {error}") from None
    except (OSError, ValueError) as error:
        raise SystemExit(f"wzo-unseal: {error}.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wzo-unseal",
        description="Open an export of signatures with the organisers' private key and write CSV, a list to print, or "
        "statistics. Works offline, and never overwrites a file.",
    )
    parser.add_argument(
        "keys",
        type=Path,
        nargs="+",
        metavar="key",
        help="the private key file written by `flask petition keygen`; several if the key was replaced",
    )
    parser.add_argument("export", type=Path, help="the export file from the site")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--out", type=Path, help="the CSV file to write (default: standard output)")
    output.add_argument(
        "--pdf", type=Path, help="write a list of names to print; needs the packages fpdf2 and font-source-sans-pro"
    )
    output.add_argument("--statistics", action="store_true", help="print domains, countries, days and languages")
    parser.add_argument(
        "--separator",
        choices=SEPARATORS,
        default="comma",
        help="between the columns of the CSV; Excel in Russian expects the semicolon (default: comma)",
    )
    parser.add_argument("--title", default="Signatures", help="the heading of the list to print: what is demanded")
    parser.add_argument("--json", action="store_true", help="print the statistics as JSON")
    return parser


def _write(signatures: Iterator[Signature], arguments: argparse.Namespace) -> None:
    if arguments.pdf:
        number, missing = write_pdf(signatures, arguments.pdf, arguments.title)
        print(f"{number} signatures written to {arguments.pdf}.")
        if missing:
            print(f"The font lacks these characters, which are shown as ☐: {missing}", file=sys.stderr)
    elif arguments.statistics:
        counted = count_signatures(signatures)
        print(json.dumps(counted, ensure_ascii=False, indent=2) if arguments.json else as_text(counted))
    elif arguments.out:
        _write_csv_file(signatures, arguments.out, arguments.separator)
    else:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        write_csv(signatures, sys.stdout, arguments.separator)


def _write_csv_file(signatures: Iterator[Signature], path: Path, separator: str) -> None:
    # By the byte order mark, spreadsheets recognise UTF-8.
    with path.open("x", encoding="utf-8-sig", newline="") as out:
        try:
            number = write_csv(signatures, out, separator)
        except BaseException:
            # Half a table would look like a whole one.
            path.unlink()
            raise
    print(f"{number} signatures written to {path}.")


if __name__ == "__main__":
    main()
