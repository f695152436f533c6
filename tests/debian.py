"""A Debian machine with the site on it: the files of deploy/debian/ as shipped, with paths in a folder of our own.

nginx and Caddy are real and speak HTTPS, as far as they are installed; systemd.py stands in for systemd. Nothing
listens outside 127.0.0.1.
"""

import http.client
import os
import re
import secrets
import shutil
import ssl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Self, TypeAlias
from urllib.parse import urlencode

from nacl.public import PrivateKey

from tests.certificates import Authority
from tests.running_site import free_port
from tests.site_database import SiteDatabase
from tests.smtp_server import SmtpServer
from wzo.config import ROOT, encode_key

SHIPPED = ROOT / "deploy"
PROXIES = ("nginx", "caddy")
# The address from which visitors come.
VISITOR = "127.0.0.9"
# Without limits: all who sign in a test come from one network.
UNLIMITED = {"SIGNATURES_PER_HOUR": "10000000", "SIGNATURES_PER_HOUR_PER_NETWORK": "10000000"}
# /etc/nginx/nginx.conf of Debian, as far as it matters, and with paths of our own.
NGINX = """{user}
pid {folder}/nginx.pid;
error_log {folder}/log/nginx/error.log;
events {{ worker_connections 768; }}
http {{
    default_type application/octet-stream;
    access_log {folder}/log/nginx/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/etc/nginx/site;
}}
"""


Headers: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """The status, headers and body of a response."""

    status: int
    headers: Message
    body: bytes


class DebianMachine(SiteDatabase):
    """The machine, as a context manager; versions come with `deploy`. Without a URL, its database is SQLite."""

    def __init__(self, folder: Path, database_url: str | None = None) -> None:
        self.folder = folder
        self.proxies = [name for name in PROXIES if shutil.which(name)]
        self.ports = {port: str(free_port()) for port in ("8001", "8002", "80", *self.proxies)}
        self.admin = f"127.0.0.1:{free_port()}"
        self.url = f"https://127.0.0.1:{self.ports[self.proxies[0]]}"
        self.mail = SmtpServer()
        folder.mkdir()
        authority = Authority(folder)
        authority.server_context("127.0.0.1")
        self.certificate = folder / "127.0.0.1-False-False.pem"
        self.tls = ssl.create_default_context(cafile=str(authority.path))
        # The certificate is for a name that looks like the address.
        self.tls.check_hostname = False
        self.environ = {
            "SITE_URL": self.url,
            "DATABASE_URL": database_url or f"sqlite:///{folder}/lib/wzo.sqlite3",
            "MEDIA_URL": f"file://{folder}/lib/media",
            "SMTP_URL": self.mail.url,
            "SECRET_KEY": secrets.token_hex(32),
            **{name: secrets.token_hex(32) for name in ("SIGNATURE_HMAC_KEY", "OUTBOX_KEY", "EDITORS_KEY")},
            "SIGNATURE_PUBLIC_KEY": encode_key(bytes(PrivateKey.generate().public_key)),
            "WEB_CONCURRENCY": "1",
            **UNLIMITED,
        }
        self._path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"

    def __enter__(self) -> Self:
        for name in ("bin", "units", "lib", "srv", "log/nginx", "etc/nginx/wzo", "etc/caddy"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "etc" / "environment").write_text("".join(f"{k}={v}\n" for k, v in self.environ.items()))
        for unit in (SHIPPED / "debian").glob("*.service"):
            self._install(unit, self.folder / "units" / unit.name)
        common = self.folder / "units" / "wzo-.service.d" / "common.conf"
        common.parent.mkdir()
        self._install(SHIPPED / "debian" / common.parent.name / common.name, common)
        self._install(SHIPPED / "debian" / "wzo-deploy", self.folder / "bin" / "wzo-deploy")
        for name in ("systemctl", "journalctl"):
            self._add_program(name, f'{sys.executable} -m tests.systemd {self.folder}/units {name} "$@"')
        self.mail.start()
        for proxy in self.proxies:
            (self._set_up_nginx if proxy == "nginx" else self._set_up_caddy)()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop_web()
        self._run("systemctl", "stop", "wzo-worker")
        for proxy in self.proxies:
            self._run(*(("nginx", "-s", "stop") if proxy == "nginx" else ("caddy", "stop", "--address", self.admin)))
        self.mail.stop()
        self.close_database()

    def deploy(self, version: Path) -> str:
        """Put a version into service as an operator does; returns what was printed. Raises AssertionError."""
        ended = self._run("wzo-deploy", str(version))
        assert ended.returncode == 0, ended.stdout + ended.stderr + self.logs()
        return ended.stdout

    def try_to_deploy(self, version: Path) -> str:
        """Put a version into service that cannot be; returns what was printed."""
        ended = self._run("wzo-deploy", str(version))
        assert ended.returncode == 1, ended.stdout
        return ended.stderr

    def ask(
        self, path: str, fields: Mapping[str, str] | None = None, *, proxy: str = "", headers: Headers | None = None
    ) -> Answer:
        """Get a path through a proxy, or post a form as a browser does from our own page."""
        if fields is None:
            return self.send(path, None, headers or {}, proxy=proxy)
        form = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.send(path, urlencode(fields).encode(), form, proxy=proxy)

    def send(self, path: str, body: bytes | None, headers: Headers, *, proxy: str = "") -> Answer:
        """Get a path through a proxy, or post a body; each time over a connection of its own."""
        port = int(self.ports[proxy or self.proxies[0]])
        connection = http.client.HTTPSConnection(
            "127.0.0.1", port, timeout=60, context=self.tls, source_address=(VISITOR, 0)
        )
        try:
            method = "GET" if body is None else "POST"
            connection.request(method, path, body, {"Sec-Fetch-Site": "same-origin", **headers})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def stop_web(self) -> None:
        """Stop the web process, as if it had crashed."""
        for port in ("8001", "8002"):
            self._run("systemctl", "stop", f"wzo-web@{self.ports[port]}")

    def logs(self) -> str:
        """All that the site's processes and the proxy have logged."""
        files = [*self.folder.glob("units/*.log"), *(it for it in self.folder.glob("log/**/*") if it.is_file())]
        return "\n".join(f"{file.name}: {file.read_text(errors='replace')}" for file in files)

    def add_version(self, tree: Path) -> None:
        """Let a tree be one in which `make install` has run."""
        (tree / ".venv").symlink_to(sys.prefix)

    def _set_up_nginx(self) -> None:
        for name in ("http.conf", "site.conf"):
            self._install(SHIPPED / "nginx" / name, self.folder / "etc" / "nginx" / "wzo" / name)
        site = self.folder / "etc" / "nginx" / "site"
        self._install(SHIPPED / "debian" / "nginx.conf", site)
        # wzo-deploy writes the port before nginx reads it for the first time.
        (site.parent / "wzo" / "upstream.conf").write_text("server 127.0.0.1:1;\n")
        # As root, its worker processes would belong to a user who may not open the folder.
        user = "user root;" if os.geteuid() == 0 else ""
        file = self.folder / "nginx.conf"
        file.write_text(NGINX.format(folder=self.folder, user=user))
        nginx = f"{shutil.which('nginx')} -p {self.folder} -c {file}"
        self._add_program("nginx", f'exec {nginx} "$@"')
        started = self._run("nginx")
        assert started.returncode == 0, started.stderr

    def _set_up_caddy(self) -> None:
        file = self.folder / "etc" / "caddy" / "Caddyfile"
        self._install(SHIPPED / "debian" / "Caddyfile", file)
        (file.parent / "wzo-upstream").write_text("to 127.0.0.1:1\n")
        log = self.folder / "log" / "caddy.log"
        self._add_program("caddy", f'exec {shutil.which("caddy")} "$@" >> {log} 2>&1')
        started = self._run("caddy", "start", "--config", str(file))
        assert started.returncode == 0, self.logs()

    def _install(self, source: Path, target: Path) -> None:
        """Copy a file, with the paths and ports of this machine."""
        text = source.read_text()
        caddy_tls = f"\tbind 127.0.0.1\n\ttls {self.certificate} {self.certificate}"
        replaced = {
            "/srv/wzo": f"{self.folder}/srv",
            "/var/lib/wzo": f"{self.folder}/lib",
            "/etc/wzo/environment": f"{self.folder}/etc/environment",
            "/etc/nginx/wzo": f"{self.folder}/etc/nginx/wzo",
            "/etc/caddy": f"{self.folder}/etc/caddy",
            "/var/cache/nginx-wzo": f"{self.folder}/cache",
            "/var/log/nginx": f"{self.folder}/log/nginx",
            "/etc/letsencrypt/live/wps.example.org/fullchain.pem": str(self.certificate),
            "/etc/letsencrypt/live/wps.example.org/privkey.pem": str(self.certificate),
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl http2;\n": "",
            "listen 80;": f"listen 127.0.0.1:{self.ports['80']};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.ports.get('nginx')} ssl",
            "wps.example.org {": f"https://127.0.0.1:{self.ports.get('caddy')} {{\n{caddy_tls}",
            "\tservers {": f"\tadmin {self.admin}\n\tauto_https off\n\tservers {{",
            "wps.example.org": "127.0.0.1",
            "8001": self.ports["8001"],
            "8002": self.ports["8002"],
        }
        anything = re.compile("|".join(map(re.escape, replaced)))
        target.write_text(anything.sub(lambda found: replaced[found[0]], text))
        target.chmod(source.stat().st_mode & 0o777)

    def _add_program(self, name: str, command: str) -> None:
        program = self.folder / "bin" / name
        program.write_text(f"#!/bin/sh\nexport PYTHONPATH={ROOT}\n{command}\n")
        program.chmod(0o755)

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        environ = {"PATH": self._path, "HOME": str(self.folder), "DRAIN": "2"}
        return subprocess.run(
            command, cwd=self.folder, env=environ, capture_output=True, text=True, timeout=600, check=False
        )
