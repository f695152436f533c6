"""`make run`: one right sentence where it cannot run, and the way to the site where it can."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running_site import START_TIMEOUT, free_port, wait_for
from wzo.config import ROOT

pytestmark = [pytest.mark.one_database, pytest.mark.slow]
# A Python that runs some code before what it is asked to run: `python3 -c …`.
SHIM = """#!/bin/sh
exec {python} -c '{before}
import sys
code = sys.argv.pop(2)
exec(code)' "$@"
"""
OLD = 'import sys; sys.version_info = (3, 10, 13, "final", 0)'
WITHOUT_VENV = 'import sys; sys.modules["ensurepip"] = None'


def create_venv(folder: Path, python: str = sys.executable, user: int | None = None) -> tuple[int, str]:
    """Run bin/create-venv in a folder; returns its exit code and output."""
    ended = subprocess.run(
        [str(ROOT / "bin" / "create-venv"), python, ".venv"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        user=user,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        (OLD, "Python 3.11 or newer is required, and {python} is 3.10. If you have a newer one, name it: make run"),
        (WITHOUT_VENV, "Python's venv module is missing. Please run: apt-get install python3.{minor}-venv\n"),
    ],
    ids=["old", "without venv"],
)
def test_it_says_what_python_lacks(tmp_path: Path, before: str, sentence: str) -> None:
    python = tmp_path / "python3"
    python.write_text(SHIM.format(python=sys.executable, before=before))
    python.chmod(0o755)
    code, printed = create_venv(tmp_path, str(python))
    assert code == 1
    assert printed.startswith(sentence.format(python=python, minor=sys.version_info.minor))
    assert printed.count("\n") == 1
    assert not (tmp_path / ".venv").exists()


def test_it_says_that_there_is_no_python(tmp_path: Path) -> None:
    expected = "Python 3.11 or newer is required. Please run: apt-get install python3 python3-venv\n"
    assert create_venv(tmp_path, "python-nowhere") == (1, expected)


def test_it_says_that_the_folder_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    # Root may write everywhere, so nobody tries.
    code, printed = create_venv(tmp_path, user=65534 if os.geteuid() == 0 else None)
    assert code == 1
    assert printed.startswith(f"The folder {tmp_path} cannot be written. ")
    assert printed.count("\n") == 1


def test_it_completes_a_virtual_environment_that_was_interrupted(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    code, printed = create_venv(tmp_path)
    assert (code, printed) == (0, "The virtual environment in .venv is incomplete, and is created again.\n")
    subprocess.run([tmp_path / ".venv" / "bin" / "python", "-m", "pip", "--version"], check=True, capture_output=True)
    assert create_venv(tmp_path) == (0, "")


def test_it_looks_at_the_port_first() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = subprocess.run(
            ["make", "--no-print-directory", "run", f"PORT={port}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.stdout == ""
    sentence = f"Port {port} is in use by another program. Choose another: make run PORT={port + 1}"
    assert ended.stderr.splitlines()[0] == sentence


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_it_says_when_it_is_ready_and_commands_find_its_address(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "INSTANCE_PATH": str(tmp_path / "instance")}
    with log.open("w") as file:
        # In the environment in which the tests run everything is installed.
        command = ["make", "run", f"PORT={port}", f"PYTHON={sys.executable}"]
        running = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=file, stderr=file, start_new_session=True)
    try:
        wait_for("the address", lambda: f"ready:   http://127.0.0.1:{port}/\n" in log.read_text(), START_TIMEOUT)
        users = [*f"{sys.executable} -m flask --app wzo users create --name A --email a@example.org".split()]
        created = subprocess.run(
            [*users, "--role", "writer"], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
        )
        assert created.stdout.startswith(f"http://127.0.0.1:{port}/admin/set-up/")
    finally:
        os.killpg(running.pid, signal.SIGINT)
        running.wait(60)
    assert "Traceback" not in log.read_text()
