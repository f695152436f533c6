"""Plants faults in a copy of the repository, one at a time, and shows which test catches each.

Each fault of mutants.toml is a piece of `old` text in a `file` that becomes `new`, and the `tests` that must then fail.
`python -m tests.mutants` plants all of them, `python -m tests.mutants passkey mail` those whose names or files contain
one of these words. The exit code is 1 if a fault survives, if its tests cannot be run, or if its old text is not found
exactly once.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).parents[1]
FAULTS = Path(__file__).with_suffix(".toml")
# What a copy does without.
IGNORED = shutil.ignore_patterns(
    ".git", ".venv", "node_modules", "instance", "__pycache__", "*.egg-info", "*.br", "*.gz"
)
# How long the tests of a fault may take, in seconds.
TIMEOUT = 15 * 60
# Exit codes of pytest.
PASSED, FAILED = 0, 1


@dataclass(frozen=True)
class Fault:
    """A fault: `name` says what goes wrong by it; `tests` are files or tests as pytest names them.

    `database`: the one on which it shows.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    database: str = "sqlite"


@dataclass(frozen=True)
class Outcome:
    """What became of a fault: the test that caught it, or what was wrong."""

    fault: Fault
    caught_by: str = ""
    problem: str = ""


class Copy:
    """A copy of the repository with one fault at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "wzo"
        shutil.copytree(ROOT, self.root, ignore=IGNORED)

    @contextmanager
    def fault(self, fault: Fault) -> Iterator[None]:
        """Plant a fault, and take it out again."""
        path = self.root / fault.file
        text = path.read_text(encoding="utf-8")
        self._write(path, text.replace(fault.old, fault.new))
        try:
            yield
        finally:
            self._write(path, text)

    def test(self, tests: Sequence[str], database: str) -> tuple[int, str]:
        """Run some tests on a database to the first that fails; the exit code and the output."""
        options = ["-x", "-rfE", "--tb=no", "--database", database, "--basetemp", str(self.folder / "pytest")]
        environ = {**os.environ, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "pytest", *options, *tests]
        ended = subprocess.run(
            command, cwd=self.root, env=environ, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
        return ended.returncode, ended.stdout + ended.stderr

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        if path.suffix == ".po":
            command = [sys.executable, "-m", "babel.messages.frontend", "-q", "compile", "-i", str(path)]
            subprocess.run([*command, "-o", str(path.with_suffix(".mo"))], check=True)


def read_faults(words: Sequence[str] = ()) -> list[Fault]:
    """The faults whose name or file contains one of the words; all of them without any."""
    entries = tomllib.loads(FAULTS.read_text(encoding="utf-8"))["fault"]
    faults = [Fault(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]
    wanted = [word.lower() for word in words]
    return [it for it in faults if not wanted or any(word in f"{it.name} {it.file}".lower() for word in wanted)]


def problem_of(fault: Fault) -> str:
    """Why a fault cannot be planted; empty if it can."""
    path = ROOT / fault.file
    if not path.is_file():
        return f"there is no file {fault.file}"
    times = path.read_text(encoding="utf-8").count(fault.old)
    missing = [test for test in fault.tests if not is_test(*test.partition("::")[::2])]
    if missing:
        return f"there is no test {missing[0]}"
    return "" if times == 1 else f"its old text is found {times} times"


def is_test(file: str, name: str) -> bool:
    """Whether there is such a file of tests and, if a name is given, such a test in it."""
    path = ROOT / file
    return path.is_file() and (not name or f"def {name}(" in path.read_text(encoding="utf-8"))


def plant(copy: Copy, fault: Fault) -> Outcome:
    """Plant a fault and run its tests."""
    with copy.fault(fault):
        try:
            code, output = copy.test(fault.tests, fault.database)
        except subprocess.TimeoutExpired:
            return Outcome(fault, problem="its tests do not end")
    caught = re.search(r"^(?:FAILED|ERROR) (?:tests/)?(\S+)", output, re.M)
    if code == FAILED and caught:
        return Outcome(fault, caught_by=caught[1])
    return Outcome(fault, problem="SURVIVED" if code == PASSED else f"its tests cannot be run:\n{output[-2000:]}")


def check_tests(copy: Copy, faults: Sequence[Fault]) -> str:
    """Run the tests without any fault; what they print if one fails, for then nothing that fails says anything."""
    for database in sorted({fault.database for fault in faults}):
        tests = {test for fault in faults for test in fault.tests if fault.database == database}
        code, output = copy.test(sorted(tests), database)
        if code != PASSED:
            return output[-4000:]
    return ""


def run(faults: Sequence[Fault], jobs: int) -> Iterator[Outcome]:
    """Plant faults, some at a time, each in a copy of its own."""
    with tempfile.TemporaryDirectory(prefix="wzo-mutants-") as folder, ThreadPoolExecutor(jobs) as pool:
        copies: Queue[Copy] = Queue()
        for number in range(jobs):
            copies.put(Copy(Path(folder) / str(number)))

        def run_one(fault: Fault) -> Outcome:
            copy = copies.get()
            try:
                return plant(copy, fault)
            finally:
                copies.put(copy)

        yield from pool.map(run_one, faults)


def main() -> int:
    """Plant the faults and print a table; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="only faults whose name or file contains one of these")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many faults are planted at a time")
    parser.add_argument("--unchecked", action="store_true", help="do not run the tests without a fault first")
    options = parser.parse_args()
    faults = read_faults(options.words)
    outcomes = [Outcome(fault, problem=problem) for fault in faults if (problem := problem_of(fault))]
    sound = [fault for fault in faults if not problem_of(fault)]
    if sound and not options.unchecked:
        with tempfile.TemporaryDirectory(prefix="wzo-mutants-") as folder:
            if failure := check_tests(Copy(Path(folder)), sound):
                sys.stdout.write(f"The tests fail without any fault:\n{failure}\n")
                return 1
    for outcome in outcomes:
        show(outcome)
    for outcome in run(sound, options.jobs) if sound else ():
        outcomes.append(outcome)
        show(outcome)
    bad = [outcome for outcome in outcomes if outcome.problem]
    sys.stdout.write(f"\n{len(outcomes) - len(bad)} of {len(outcomes)} faults are caught.\n")
    return 1 if bad else 0


def show(outcome: Outcome) -> None:
    """Print a row of the table."""
    mark = "  " if outcome.caught_by else "✗ "
    sys.stdout.write(
        f"{mark}{outcome.fault.name}\n      {outcome.fault.file}\n      {outcome.caught_by or outcome.problem}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
