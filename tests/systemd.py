"""Stands in for systemctl and journalctl where there is no systemd: it runs our units, without their confinement.

`python -m tests.systemd FOLDER systemctl start wzo-web@8001`; the units are in FOLDER, and logs and process ids too.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# Seconds, as in the units.
STOP_TIMEOUT = 60


def read_unit(folder: Path, name: str) -> dict[str, list[str]]:
    """The settings of a unit, with those that are common to all, and its instance filled in."""
    template, at, instance = name.partition("@")
    text = (folder / f"{template}{at}.service").read_text() + (folder / "wzo-.service.d" / "common.conf").read_text()
    settings: dict[str, list[str]] = {}
    for line in text.replace("%i", instance).splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            settings.setdefault(key, []).append(value)
    return settings


def environment(unit: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """What `Environment` and `EnvironmentFile` set; a process starts with little else."""
    yield "PATH", os.environ["PATH"]
    for assignments in unit.get("Environment", []):
        for assignment in shlex.split(assignments):
            name, _, value = assignment.partition("=")
            yield name, value
    for line in Path(unit["EnvironmentFile"][0]).read_text().splitlines():
        name, _, value = line.partition("=")
        yield name, value


def start(folder: Path, name: str) -> int:
    """Start a unit, and wait for its end if it is run once; returns its exit code."""
    unit = read_unit(folder, name)
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            shlex.split(unit["ExecStart"][0]),
            cwd=unit["WorkingDirectory"][0],
            env=dict(environment(unit)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    if unit.get("Type") == ["oneshot"]:
        return process.wait()
    (folder / f"{name}.pid").write_text(str(process.pid))
    return 0


def stop(folder: Path, name: str) -> int:
    """Stop a unit: SIGTERM to its main process, and SIGKILL to all of it at the end."""
    file = folder / f"{name}.pid"
    if not file.exists():
        return 0
    pid = int(file.read_text())
    file.unlink()
    if is_running(pid):
        os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOP_TIMEOUT
    while is_running(pid) and time.monotonic() < end:
        time.sleep(0.05)
    late = is_running(pid)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    return int(late)


def is_running(pid: int) -> bool:
    """Whether a process runs; one that nobody waits for stays in the table when it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def main() -> int:
    """Do as systemctl or journalctl would."""
    folder, program, *arguments = Path(sys.argv[1]), *sys.argv[2:]
    if program == "journalctl":
        log = folder / f"{arguments[arguments.index('--unit') + 1]}.log"
        sys.stdout.write(log.read_text() if log.exists() else "")
        return 0
    verb, *names = (it for it in arguments if not it.startswith("--"))
    steps = {"start": [start], "stop": [stop], "restart": [stop, start]}.get(verb, [])
    return max((step(folder, name) for name in names for step in steps), default=0)


if __name__ == "__main__":
    sys.exit(main())
