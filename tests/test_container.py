"""The container's files and the public CI: they are consistent with one another and with the repository.

Where Docker runs, `docker build .` says more. Here nobody can fetch its images.
"""

import fnmatch
import re
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.running_site import procfile
from wzo.config import ROOT, Settings

pytestmark = pytest.mark.one_database
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "CMD"}


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile: name and arguments."""
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    return [(name, rest) for line in lines if line and line[0] != "#" for name, _, rest in [line.partition(" ")]]


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return loaded


def in_image(path: str) -> bool:
    """Whether .dockerignore lets a path of the repository into the image: the last pattern that matches decides."""
    kept = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        parents = [path, *map(str, Path(path).parents)]
        if line and line[0] != "#" and any(matches(parent, pattern) for parent in parents):
            kept = line[0] == "!"
    return kept


def matches(path: str, pattern: str) -> bool:
    name = pattern.removeprefix("**/")
    return fnmatch.fnmatch(Path(path).name if name != pattern else path, name) and (
        name != pattern or path.count("/") == pattern.count("/")
    )


@pytest.mark.slow
def test_it_copies_what_exists_and_only_what_the_site_runs_on() -> None:
    for name, rest in instructions():
        if name == "COPY" and not rest.startswith("--from") and rest != ". .":
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert in_image(source), source
    committed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for path in committed:
        expected = path.startswith(("wzo/", "wzo_offline/", "migrations/")) or path in (
            *("bin/post_compile", "requirements.txt", "package.json", "package-lock.json", ".npmrc", "LICENSE"),
        )
        assert in_image(path) == expected, path
    for secret in ("instance/development-keys.json", ".env", "environment", ".git/config", ".venv/bin/python"):
        assert not in_image(secret), secret
    assert not in_image("wzo/static/js/htmx.min.js")
    assert not in_image("wzo/__pycache__/x.pyc")


def test_it_is_built_in_stages_and_runs_without_rights() -> None:
    found = instructions()
    assert {name for name, _ in found} <= INSTRUCTIONS
    stages = [rest for name, rest in found if name == "FROM"]
    names = {rest.partition(" AS ")[2] for rest in stages}
    for name, rest in found:
        if name == "COPY" and (source := re.match(r"--from=(\S+)", rest)):
            assert source[1] in names
    # The Python that is tested, and versions that do not change by themselves.
    version = (ROOT / ".python-version").read_text().strip()
    assert [rest.partition(" ")[0] for rest in stages] == ["node:20-slim", *[f"python:{version}-slim"] * 2]
    last = found[max(index for index, (name, _) in enumerate(found) if name == "FROM") :]
    assert not [rest for name, rest in last if name == "RUN"], "the last stage installs nothing"
    user = next(rest for name, rest in last if name == "USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert eval(next(rest for name, rest in last if name == "CMD")) == procfile()["web"].split()
    set_here = re.findall(r"(\w+)=", next(rest for name, rest in last if name == "ENV"))
    known = {field.name.upper() for field in fields(Settings)} | {"PATH", "PYTHONUNBUFFERED", "MALLOC_ARENA_MAX"}
    assert set(set_here) <= known


def test_it_runs_the_processes_of_the_procfile() -> None:
    services = compose()["services"]
    assert {name: services[name]["command"] for name in procfile()} == procfile()
    for name in procfile():
        service = services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service
        if name != "release":
            assert service["depends_on"]["release"]["condition"] == "service_completed_successfully"
    assert services["release"]["depends_on"]["database"]["condition"] == "service_healthy"
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8000:8000"]


def test_it_runs_the_tests_in_public_without_rights() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert job["container"].startswith(f"python:{(ROOT / '.python-version').read_text().strip()}-")
    assert job["steps"][-1] == {"run": "make test"}
