"""Breaks the running site in seventeen ways, and prints what it does: `make faults`, or `make faults SIZE=full`.

bench/README.md says what the columns mean, and `drills.py` lists the faults.
"""

import argparse
import signal
import sys
import traceback

from tests.faults.drill import SIZES, Ground, Outcome, Size, ground
from tests.faults.drills import DRILLS, Fault

HEAD = f"{'':3}{'fault':44}{'tries':>7}{'held':>7}{'lost':>6}{'doubled':>9}  "


def main() -> None:
    """Try all faults, or those whose numbers are given, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("numbers", nargs="*", type=int, metavar="number", help="only these faults")
    arguments = parser.parse_args()
    size = SIZES[arguments.size]
    # An end from outside is orderly too, so that no server is left running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(HEAD, flush=True)  # noqa: T201
    with ground() as site:
        outcomes = [_try(it, site, size) for it in DRILLS if it.number in (arguments.numbers or [it.number])]
    sys.exit(not all(it is not None and it.has_held for it in outcomes))


def _try(fault: Fault, site: Ground, size: Size) -> Outcome | None:
    """Run a drill and print its line; None if it could not be run to its end."""
    try:
        outcome = fault.drill(site, size)
    except Exception:
        print(f"{fault.number:2} {fault.name:44}{'failed':>7}\n{traceback.format_exc()}", flush=True)  # noqa: T201
        return None
    print(line(fault, outcome), flush=True)  # noqa: T201
    return outcome


def line(fault: Fault, outcome: Outcome) -> str:
    """The line of the table."""
    numbers = f"{outcome.tries:>7,}{outcome.held:>7,}{outcome.lost:>6}{outcome.doubled:>9}"
    return f"{fault.number:2} {fault.name:44}{numbers}  {outcome.note}".rstrip()


if __name__ == "__main__":
    main()
