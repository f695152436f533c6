"""The whole site as it runs: the web and worker processes of the Procfile, with their own instance folder."""

import http.client
import os
import random
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage, Message
from pathlib import Path
from typing import IO, ClassVar, Self, TypeVar
from urllib.parse import urlencode

from sqlalchemy import URL, create_engine, make_url, text

from tests.conftest import read_emails
from tests.petition.signing import text as text_of
from tests.prefork import ON_DEMAND, ForkedProcess, Prefork
from tests.site_database import SiteDatabase
from tests.stripe_server import StripeServer
from wzo.config import ROOT

# Seconds: to do what a test waits for, and to start, which takes much longer on a busy machine.
TIMEOUT = 60
START_TIMEOUT = 300
# The database that the release command made, on a PostgreSQL server.
RELEASED = "released"
Found = TypeVar("Found")


def procfile() -> dict[str, str]:
    """The commands of the Procfile by process name."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines if line.strip())}


def wait_for(what: str, look: Callable[[], Found | None], timeout: float = TIMEOUT) -> Found:
    """Poll `look` until it finds something, and return that; for events in another process."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come within {timeout} seconds")


@dataclass(frozen=True)
class RawResponse:
    """A response as it was sent: not decompressed, redirects not followed."""

    status: int
    headers: Message
    body: bytes


class RunningSite(SiteDatabase):
    """The site with the seed content and its own Stripe server, as a context manager: `RunningSite(database_url)`.

    The URL is that of an empty PostgreSQL database; SQLite is always a file in the instance folder. Raises
    RuntimeError, with the output of the processes, if one does not start or exits early.
    """

    # For SQLite and for each PostgreSQL server the instance folder of the first site, as the release command left it.
    released: ClassVar[dict[URL, tempfile.TemporaryDirectory[str]]] = {}

    def __init__(self, database_url: str | None = None, disk: Path | None = None, *, warms_cache: bool = True) -> None:
        # `disk`: the folder in which everything of the site is, if it is not that of temporary files.
        # `warms_cache`: after each change of the content, the site renders all its pages for the disk, which takes CPU
        # seconds. Tests that neither read nor search those need not compete with it.
        self.folder = tempfile.TemporaryDirectory(prefix="wzo-site-", dir=disk)
        self.instance = Path(self.folder.name) / "instance"
        self.logs = Path(self.folder.name) / "logs"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes] | ForkedProcess] = {}
        self.stripe = StripeServer()
        self.stripe.webhook_url = f"{self.url}/donate/webhook"
        # The caller's own settings do not reach the site.
        self.environ = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", self.folder.name),
            "INSTANCE_PATH": str(self.instance),
            "DATABASE_URL": f"sqlite:///{self.instance / 'wzo.sqlite3'}",
            "PORT": str(self.port),
            "SITE_URL": self.url,
            "WEB_CONCURRENCY": "2",
            **self.stripe.settings,
        }
        if database_url and database_url.startswith("postgresql"):
            self.environ["DATABASE_URL"] = database_url
        if not warms_cache:
            self.environ[ON_DEMAND] = "1"

    def __enter__(self) -> Self:
        self.logs.mkdir()
        self.stripe.__enter__()
        try:
            self._release()
            for name in ("web", "worker"):
                self._start(name)
            self._wait_until_it_answers()
        except BaseException:
            self._stop()
            self.folder.cleanup()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        dead = [name for name, process in self.processes.items() if process.poll() is not None]
        self._stop()
        written = "".join(self.log(name) for name in dead)
        self.folder.cleanup()
        if dead:
            raise RuntimeError(f"{' and '.join(dead)} ended before the test did:\n{written}")

    def ask(
        self,
        path: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        network: str = "127.0.0.1",
    ) -> RawResponse:
        """Get a path, or post a form to it as a browser does from our own page.

        `network`: an address of 127.0.0.0/8 to come from; after 20 signatures from one, there are puzzles.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT, source_address=(network, 0))
        sent = {"User-Agent": "tests", **(headers or {})}
        body = None
        if fields is not None:
            body = urlencode(fields)
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        try:
            connection.request("GET" if fields is None else "POST", path, body, sent)
            response = connection.getresponse()
            return RawResponse(response.status, response.headers, response.read())
        finally:
            connection.close()

    def emails(self) -> list[EmailMessage]:
        """The e-mails that the worker has sent so far, oldest first."""
        return read_emails(self.instance / "mail")

    def email_to(self, address: str) -> EmailMessage:
        """The first e-mail to an address; waits until it is there."""
        return wait_for(
            f"an e-mail to {address}",
            lambda: next((email for email in self.emails() if email["To"] == address), None),
        )

    def link(self, email: EmailMessage, kind: str) -> str:
        """The path in an e-mail that confirms (c), withdraws (w) or says "not me" (n)."""
        found = re.search(rf"{re.escape(self.url)}(/{kind}/\S+)", text_of(email))
        assert found, text_of(email)
        return found[1]

    def flask(self, *arguments: str) -> str:
        """Run a command of the site, as `flask --app wzo …` does; returns its output."""
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            code = self._run(f"flask --app wzo {shlex.join(arguments)}", output, errors).wait()
            output.seek(0)
            errors.seek(0)
            assert code == 0, errors.read().decode()
            return output.read().decode()

    def start_another_worker(self) -> None:
        """Start a second worker beside the first."""
        self._start("worker", "another worker")

    def restart(self, name: str) -> None:
        """Start a process that a test has stopped, and wait until the site responds."""
        self._start(name)
        self._wait_until_it_answers()

    def kill_and_restart(self, name: str) -> None:
        """Kill a process, as a power cut would, and start it again."""
        self.processes[name].kill()
        self.processes[name].wait()
        self._start(name)

    def kill_a_web_process(self, chance: random.Random) -> None:
        """Kill one of the web server's worker processes; the server starts another.

        If the other was killed a moment ago, the server ends, and is started again as a host does.
        """
        self.restart_web_if_it_ended()
        master = self.processes["web"].pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        if children:
            os.kill(int(chance.choice(children)), signal.SIGKILL)

    def restart_web_if_it_ended(self) -> None:
        """Start the web server again if it gave up, as a host does."""
        if self.processes["web"].poll() is not None:
            self._start("web")

    def log(self, name: str) -> str:
        """The output of a process so far."""
        return (self.logs / f"{name}.log").read_text(errors="replace")

    def _release(self) -> None:
        """Create the database and load the content; on each kind of database this is done once, and then copied."""
        url = make_url(self.environ["DATABASE_URL"])
        server = url.set(database="")
        folder = RunningSite.released.get(server)
        if folder:
            shutil.copytree(folder.name, self.instance)
            copy_database(url, RELEASED, url.database)
            return
        self.instance.mkdir()
        self._start("release")
        code = self.processes["release"].wait(START_TIMEOUT)
        # This process is meant to exit.
        del self.processes["release"]
        if code != 0:
            raise RuntimeError(f"release failed:\n{self.log('release')}")
        RunningSite.released[server] = folder = tempfile.TemporaryDirectory(prefix="wzo-released-")
        shutil.copytree(self.instance, folder.name, dirs_exist_ok=True)
        copy_database(url, url.database, RELEASED)

    def _start(self, name: str, called: str = "") -> None:
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[called or name] = self._run(procfile()[name], log, log)

    def _run(self, command: str, output: IO[bytes], errors: IO[bytes]) -> subprocess.Popen[bytes] | ForkedProcess:
        if Prefork.current:
            return Prefork.current.start(command, self.environ, output, errors)
        # The shell runs the command as a process manager would, and its last part replaces the shell.
        *before, last = command.split(" && ")
        shell = ["/bin/sh", "-c", " && ".join([*before, f"exec {last}"])]
        return subprocess.Popen(shell, cwd=ROOT, env=self.environ, stdout=output, stderr=errors, start_new_session=True)

    def _wait_until_it_answers(self) -> None:
        def look() -> bool:
            for name, process in self.processes.items():
                if process.poll() is not None:
                    raise RuntimeError(f"{name} ended at once:\n{self.log(name)}")
            try:
                return self.ask("/healthz").status == 200
            except OSError:
                return False

        wait_for("the first response", look, START_TIMEOUT)

    def _stop(self) -> None:
        self.stripe.__exit__()
        # Nothing of it is needed any more, so an orderly shutdown is not worth waiting for.
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.close_database()


def copy_database(url: URL, source: str | None, name: str | None) -> None:
    """Copy a database on a PostgreSQL server, in place of one that has the name already; SQLite has none."""
    if not url.drivername.startswith("postgresql"):
        return
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy"))
    engine.dispose()


def free_port() -> int:
    """A free port, below the range for outgoing connections."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
