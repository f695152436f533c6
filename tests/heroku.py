"""Heroku as far as it matters: builds, dynos with empty disks, a router, config vars, and a bucket beside it."""

import http.client
import itertools
import os
import secrets
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

import boto3
from moto.server import ThreadedMotoServer
from nacl.public import PrivateKey

from tests.debian import VISITOR, Answer
from tests.running_site import START_TIMEOUT, free_port, wait_for
from tests.site_database import SiteDatabase
from tests.smtp_server import SmtpServer
from wzo.config import encode_key

HOST = "wps.example.org"
# What `make install` builds, and a clone does not have.
BUILT = ("translations/**/*.mo", "static/**/*.br", "static/**/*.gz", "static/css/pages", "static/raster")
FORMATION = ("web.1", "web.2", "worker.1", "worker.2")


class HerokuApp(SiteDatabase):
    """An app with two web dynos and two workers, as a context manager; `environ` are its config vars."""

    def __init__(self, folder: Path, database_url: str, bucket: str) -> None:
        self.folder = folder
        self.mail = SmtpServer()
        self.url = f"https://{HOST}"
        self.slug = folder
        self.venv = Path(sys.prefix)
        self.dynos: dict[str, tuple[subprocess.Popen[bytes], int]] = {}
        self.turn = itertools.count()
        self.environ = {
            "SITE_URL": self.url,
            "DATABASE_URL": database_url,
            "MEDIA_URL": f"s3://pictures?endpoint={bucket}",
            "MEDIA_KEY_ID": "id",
            "MEDIA_SECRET": "secret",
            "SMTP_URL": self.mail.url,
            "SECRET_KEY": secrets.token_hex(32),
            **{name: secrets.token_hex(32) for name in ("SIGNATURE_HMAC_KEY", "OUTBOX_KEY", "EDITORS_KEY")},
            "SIGNATURE_PUBLIC_KEY": encode_key(bytes(PrivateKey.generate().public_key)),
            "WEB_CONCURRENCY": "1",
        }

    def __enter__(self) -> Self:
        self.mail.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop_dynos()
        self.mail.stop()
        self.close_database()

    def build(self, slug: Path) -> None:
        """Do as the Python buildpack does with a clone: install the packages, and run bin/post_compile."""
        for pattern in BUILT:
            for path in (slug / "wzo").glob(pattern):
                subprocess.run(["rm", "-r", path], check=True)
        self.venv = self.folder / "venv"
        if not self.venv.exists():
            venv.create(self.venv, with_pip=True)
            pip = [self.venv / "bin" / "pip", "install", "--quiet", "--require-hashes", "-r", "requirements.txt"]
            subprocess.run(pip, cwd=slug, check=True)
        built = subprocess.run(["bin/post_compile"], cwd=slug, env=self._environ("build"), check=False)
        assert built.returncode == 0

    def deploy(self, slug: Path) -> str:
        """Run `release`, and then restart all dynos with a build; returns what release printed."""
        self.slug = slug
        released = self.run_dyno("release")
        assert released.returncode == 0, released.stdout
        self._stop_dynos()
        for name in FORMATION:
            self._start_dyno(name)
        for name in FORMATION[:2]:
            wait_for(f"a response of {name}", lambda name=name: self._answers(name), START_TIMEOUT)
        return released.stdout

    def config_set(self, **changed: str) -> None:
        """Change config vars; Heroku makes a release of it."""
        self.environ |= changed
        self.close_database()
        vars(self).pop("app", None)
        self.deploy(self.slug)

    def ask(
        self,
        path: str,
        body: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        dyno: str = "",
    ) -> Answer:
        """Get a path through the router, or post a form; the web dynos take turns."""
        dyno = dyno or FORMATION[next(self.turn) % 2]
        sent = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": VISITOR,
            "Sec-Fetch-Site": "same-origin",
            **({"Content-Type": "application/x-www-form-urlencoded"} if isinstance(body, Mapping) else {}),
            **(headers or {}),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.dynos[dyno][1], timeout=60)
        try:
            data = urlencode(body) if isinstance(body, Mapping) else body
            connection.request("GET" if body is None else "POST", path, data, sent)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def _answers(self, dyno: str) -> bool:
        try:
            return self.ask("/healthz", dyno=dyno).status == 200
        except OSError:
            assert self.dynos[dyno][0].poll() is None, f"{dyno} has ended"
            return False

    def _command(self, kind: str) -> list[str]:
        commands = dict(line.split(": ", 1) for line in (self.slug / "Procfile").read_text().splitlines())
        return ["/bin/sh", "-c", f"exec {commands[kind]}"]

    def _environ(self, dyno: str, port: int = 0) -> dict[str, str]:
        # Each dyno has a disk of its own, which is empty at every start.
        disk = tempfile.mkdtemp(prefix=f"{dyno}-", dir=self.folder)
        path = f"{self.venv / 'bin'}{os.pathsep}{os.environ['PATH']}"
        own = {"PATH": path, "HOME": disk, "TMPDIR": disk, "INSTANCE_PATH": f"{disk}/instance", "DYNO": dyno}
        return {**own, **({"PORT": str(port)} if port else {}), **self.environ}

    def run_dyno(self, kind: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(kind),
            cwd=self.slug,
            env=self._environ(f"{kind}.1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def _start_dyno(self, name: str) -> None:
        port = free_port()
        kind = name.partition(".")[0]
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                self._command(kind), cwd=self.slug, env=self._environ(name, port), stdout=log, stderr=log
            )
        self.dynos[name] = process, port

    def _stop_dynos(self) -> None:
        """SIGTERM to all; Heroku kills after 30 seconds what has not ended."""
        for process, _ in self.dynos.values():
            process.terminate()
        for name, (process, _) in self.dynos.items():
            assert process.wait(30) is not None, name
        self.dynos = {}


@contextmanager
def bucket() -> Iterator[str]:
    """The endpoint of an S3 server with a bucket named pictures, on loopback."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "id", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=endpoint, **keys).create_bucket(Bucket="pictures")
    yield endpoint
    server.stop()
