"""Starts processes of the site by forking one that has imported everything, which otherwise takes each a CPU second.

A process that was forked has an environment, output and session of its own, and does what its command does, which is
`python -m wzo.server` or `flask …`. Tests of how the site starts start its processes as hosts do.
"""

import gc
import importlib
import json
import math
import os
import pkgutil
import runpy
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, ClassVar

from flask import Flask
from flask.cli import main as flask
from sqlalchemy.orm import configure_mappers

import wzo
from tests.compiled_templates import CompiledTemplates
from tests.url_rules import LazyRule
from wzo.config import ROOT
from wzo.page_cache import warming

# Bytes of a command and its environment.
LARGEST = 128 * 1024
# What the modules of wzo import when they need it. The server itself runs as the main module.
ALSO = ("alembic.command", "granian", "granian.server", "psycopg")
MAIN = "wzo.server"
# In the environment of a web process that shall render no pages before somebody asks for them.
ON_DEMAND = "RENDER_ON_DEMAND"


class ForkedProcess:
    """A process that was forked; has what the tests use of `subprocess.Popen`."""

    def __init__(self, command: list[str], news: socket.socket) -> None:
        self.command = command
        self.returncode: int | None = None
        # Tells the number of the process, and when it has ended, its exit code.
        self._news = news
        self.pid = int(news.recv(100))

    def poll(self) -> int | None:
        """The exit code, or None while it runs; negative if a signal has ended it."""
        if self.returncode is None and select.select([self._news], [], [], 0)[0]:
            self.returncode = int(self._news.recv(100))
            self._news.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; raises `subprocess.TimeoutExpired` after so many seconds."""
        if self.returncode is None:
            select.select([self._news], [], [], timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(self.command, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to it alone, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it alone, not the processes that it has started."""
        self.send_signal(signal.SIGKILL)


class Prefork:
    """The process that is forked, as the tests see it: it starts when it is needed, and ends with the tests."""

    # That of the tests, while they run.
    current: ClassVar["Prefork | None"] = None

    def __init__(self, templates: Path) -> None:
        # The folder of the compiled templates.
        self.templates = templates
        self.process: subprocess.Popen[bytes] | None = None
        self.requests, self.received = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def start(
        self, command: str, environ: Mapping[str, str], output: IO[bytes], errors: IO[bytes] | None = None
    ) -> ForkedProcess:
        """Start a process in the root folder; without a file for its errors, they are written to its output."""
        if not self.process:
            self.process = self._start()
        arguments = shlex.split(command)
        news, told = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with told:
            files = [told.fileno(), output.fileno(), (errors or output).fileno()]
            socket.send_fds(self.requests, [json.dumps([arguments, dict(environ)]).encode()], files)
        return ForkedProcess(arguments, news)

    def close(self) -> None:
        """End it, with everything that it has started and that still runs."""
        self.requests.close()
        self.received.close()
        if self.process:
            self.process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        # No settings of Python's reach what it starts.
        environ = {"PATH": os.environ["PATH"]}
        command = [sys.executable, "-m", "tests.prefork", str(self.received.fileno()), str(self.templates)]
        stdin = subprocess.DEVNULL
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=stdin, pass_fds=[self.received.fileno()])
        # With the last process that has the other end, it ends too.
        self.received.close()
        return process


def import_everything() -> None:
    """Import all that a process of the site may need."""
    names = [module.name for module in pkgutil.walk_packages(wzo.__path__, "wzo.")]
    for name in (*names, *ALSO):
        if name != MAIN:
            importlib.import_module(name)
    # Otherwise each process would do that for its first query.
    configure_mappers()
    # Keeps the garbage collector from writing to what the processes share.
    gc.collect()
    gc.freeze()


def fork_for_each(requests: socket.socket) -> list[str]:
    """Fork a process for each request, and tell when it has ended; returns in each of them, with its command."""
    # By the descriptor that becomes readable when the process has ended.
    running: dict[int, tuple[int, socket.socket]] = {}
    while True:
        for ready in select.select([requests.fileno(), *running], [], [])[0]:
            if ready in running:
                pid, news = running.pop(ready)
                os.close(ready)
                with news:
                    tell(news, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                continue
            request, files, _, _ = socket.recv_fds(requests, LARGEST, maxfds=3)
            if not request:
                # The tests have ended, or were killed.
                for pid, _ in running.values():
                    os.killpg(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                sys.exit()
            news = socket.socket(fileno=files[0])
            pid = os.fork()
            if pid == 0:
                os.setsid()
                for number, file in enumerate(files[1:], start=1):
                    os.dup2(file, number)
                    os.close(file)
                requests.close()
                for descriptor, (_, other) in running.items():
                    os.close(descriptor)
                    other.close()
                command, environ = json.loads(request)
                become(environ)
                with news:
                    tell(news, os.getpid())
                return list(command)
            for file in files[1:]:
                os.close(file)
            running[os.pidfd_open(pid)] = pid, news


def tell(news: socket.socket, number: int) -> None:
    """Tell the tests, unless they no longer listen."""
    with suppress(OSError):
        news.send(str(number).encode())


def become(environ: Mapping[str, str]) -> None:
    """Take over an environment."""
    # Python sets this one when it starts.
    kept = {name: os.environ[name] for name in ("LC_CTYPE",) if name in os.environ}
    os.environ.clear()
    os.environ.update(kept | dict(environ))
    time.tzset()
    if ON_DEMAND in environ:
        warming.DELAY = math.inf


def run(command: list[str]) -> None:
    """Do in this process what a command does."""
    program, *arguments = command
    if program == "flask":
        sys.argv = [shutil.which(program) or program, *arguments]
        flask()
    elif command == ["python", "-m", MAIN]:
        sys.argv = [MAIN]
        runpy.run_module(MAIN, run_name="__main__", alter_sys=True)
    else:
        sys.exit(f"tests/prefork.py cannot run {shlex.join(command)}")


if __name__ == "__main__":
    CompiledTemplates(Path(sys.argv[2])).use()
    Flask.url_rule_class = LazyRule
    import_everything()
    run(fork_for_each(socket.socket(fileno=int(sys.argv[1]))))
