"""What forks the site's processes for the tests starts what a shell would start."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.prefork import Prefork
from tests.running_site import wait_for
from wzo.config import ROOT

# Forks a process that waits for its database for ever, says its number, and waits to be killed.
OWNER = """
import signal, sys
from pathlib import Path
from tests.prefork import Prefork
prefork = Prefork(Path(sys.argv[1]))
with open(sys.argv[2], "wb") as log:
    worker = prefork.start("flask --app wzo worker", {"INSTANCE_PATH": sys.argv[1], "PATH": sys.argv[3]}, log)
print(worker.pid, prefork.process.pid, flush=True)
signal.pause()
"""


def environ(instance: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "INSTANCE_PATH": str(instance)}


@pytest.mark.slow
def test_it_starts_a_process_of_its_own(prefork: Prefork, tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as output, (tmp_path / "errors").open("wb") as errors:
        process = prefork.start("flask --app wzo routes", environ(tmp_path), output, errors)
        assert os.getsid(process.pid) == process.pid != os.getsid(0)
        assert process.wait(60) == 0
    assert "home.index" in (tmp_path / "out").read_text()


def test_it_tells_how_a_process_has_ended(prefork: Prefork, tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        wrong = prefork.start("python -m wzo.server", environ(tmp_path) | {"SITE_URL": "wrong"}, log)
        worker = prefork.start("flask --app wzo worker", environ(tmp_path), log)
    assert wrong.wait(60) == 1
    assert "SITE_URL" in (tmp_path / "log").read_text()
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(0)
    worker.kill()
    assert worker.wait(60) == worker.poll() == -signal.SIGKILL


@pytest.mark.slow
def test_it_leaves_nothing_behind_when_the_tests_are_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(tmp_path), str(tmp_path / "log"), os.environ["PATH"]]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        processes = [Path("/proc", it) for it in owner.stdout.readline().split()]
        assert all(it.exists() for it in processes)
        owner.kill()
    wait_for("their end", lambda: not any(it.exists() for it in processes))
