"""What is installed is what was pinned, and the tools that look for vulnerabilities say what they found."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from wzo.config import ROOT

pytestmark = pytest.mark.one_database

REQUIREMENTS = sorted(ROOT.glob("requirements*.txt"))
BIN = Path(sys.executable).parent
# What installs the site somewhere.
INSTALLERS = (
    "Makefile",
    "Procfile",
    "app.json",
    "Dockerfile*",
    "compose*",
    "bin/*",
    ".ci/*",
    ".github/**/*",
    "deploy/**/*",
)
# Nothing is fetched then: it is our own package, or a folder that has been checked.
OFFLINE = ("--no-deps", "--no-index")


def pins(path: Path) -> list[tuple[str, str]]:
    """Each requirement with the hashes that follow it."""
    text = re.sub(r"\\\n\s*", "", "\n".join(line for line in path.read_text().splitlines() if not line.startswith("#")))
    return [(line.partition(" ")[0], line) for line in text.splitlines() if line]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_it_pins_every_package_with_its_hashes(path: Path) -> None:
    found = pins(path)
    assert len(found) > 50
    assert [name for name, line in found if "==" not in name or "--hash=sha256:" not in line] == []


def test_it_installs_nothing_without_checking_hashes() -> None:
    files = [path for pattern in INSTALLERS for path in ROOT.glob(pattern) if path.is_file()]
    lines = [line for path in files for line in re.sub(r"\\\n", " ", path.read_text(errors="replace")).splitlines()]
    # In the Makefile, PIP is the command with its options.
    calls = re.compile(r"\$\(PIP\)|\bpip3? install\b|\buv pip (install|sync)\b")
    installing = [line for line in lines if calls.search(line) and not line.startswith("PIP :=")]
    assert installing
    assert [it for it in installing if "--require-hashes" not in it and not any(word in it for word in OFFLINE)] == []
    # `npm ci` installs what package-lock.json says, and checks it; `npm install` may choose other versions.
    assert [line for line in lines if re.search(r"\bnpm (install|i|update)\b", line)] == []


@pytest.mark.parametrize("folder", [".", "bench/lighthouse", "tests/html_validate"])
def test_it_knows_the_hash_of_every_package_from_npm(folder: str) -> None:
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    assert [name for name, it in packages.items() if name and not it.get("integrity", "").startswith("sha512-")] == []


VULNERABLE = {
    "dependencies": [
        {"name": "flask", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.0"]}]},
        {"name": "nobody", "skip_reason": "not found"},
    ]
}
NOTHING = {
    "pip-audit": {"dependencies": [{"name": "flask", "version": "9.0", "vulns": []}]},
    "npm": {"vulnerabilities": {}},
    "bandit": {"results": []},
}
WEAKNESS = {
    "filename": "wzo/x.py",
    "line_number": 7,
    "line_range": [7],
    "issue_text": "Possible injection",
    "test_id": "B602",
}
# Each finding must be marked for itself.
MARKED = {**WEAKNESS, "filename": "marked.py", "line_number": 2, "line_range": [1, 2]}
UNREACHABLE = "skipped: the service that knows of vulnerabilities cannot be reached from here."


def audit(folder: Path, answers: Mapping[str, object]) -> subprocess.CompletedProcess[str]:
    """Run `bin/audit` with programs that print these answers."""
    for name, answer in {**NOTHING, **answers}.items():
        program = folder / name
        text = (answer if isinstance(answer, str) else json.dumps(answer)).replace("marked.py", f"{folder}/marked.py")
        program.write_text(f"#!{sys.executable}\nprint({text!r})\nraise SystemExit(1)\n")
        program.chmod(0o755)
    (folder / "marked.py").write_text("x = (\n    1  # noqa: S602 - why\n)\n")
    environ = {"PATH": f"{folder}{os.pathsep}{BIN}{os.pathsep}/usr/bin"}
    return subprocess.run([ROOT / "bin/audit"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answers", "code", "sentence"),
    [
        ({}, 0, "pip-audit: nothing found.\nnpm audit: nothing found.\nbandit: nothing found.\n"),
        ({"pip-audit": "no connection"}, 0, f"pip-audit: {UNREACHABLE}\n"),
        ({"pip-audit": {"dependencies": [{"name": "x", "skip_reason": "?"}]}}, 0, f"pip-audit: {UNREACHABLE}\n"),
        ({"npm": {"message": "405"}}, 0, f"npm audit: {UNREACHABLE}\n"),
        ({"pip-audit": VULNERABLE}, 1, "pip-audit: flask 1.0 has PYSEC-1, fixed in 2.0.\n"),
        ({"pip-audit": VULNERABLE}, 1, "pip-audit: the service knows nothing of nobody.\n"),
        ({"npm": {"vulnerabilities": {"htmx.org": {"range": "<5", "severity": "high"}}}}, 1, "htmx.org <5"),
        ({"bandit": {"results": [WEAKNESS]}}, 1, "bandit: wzo/x.py:7: Possible injection (B602)\n"),
        ({"bandit": {"results": [MARKED]}}, 0, "bandit: nothing found.\n"),
        ({"bandit": {"results": [{**MARKED, "test_id": "B603"}]}}, 1, "marked.py:2: Possible injection (B603)\n"),
        ({"bandit": "Traceback"}, 1, "bandit: does not run.\n"),
    ],
)
def test_it_says_what_the_audit_found(tmp_path: Path, answers: Mapping[str, object], code: int, sentence: str) -> None:
    ended = audit(tmp_path, answers)
    assert (ended.returncode, sentence in ended.stdout) == (code, True), ended.stdout + ended.stderr


@pytest.mark.slow
def test_it_lists_every_package_in_the_bill_of_materials(tmp_path: Path) -> None:
    environ = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([ROOT / "bin/sbom", tmp_path / "sbom.json"], cwd=ROOT, env=environ, check=True, capture_output=True)
    bom = json.loads((tmp_path / "sbom.json").read_text())
    listed = {f"{it['name'].lower()}=={it['version']}": json.dumps(it) for it in bom["components"]}
    pinned = dict(pins(ROOT / "requirements.txt"))
    assert set(listed) == {*pinned} | {"htmx.org==4.0.1"}
    for name, line in pinned.items():
        assert [digest for digest in re.findall(r"sha256:(\w+)", line) if digest not in listed[name]] == []
    assert '"alg": "SHA-512"' in listed["htmx.org==4.0.1"]
    assert (bom["bomFormat"], bom["specVersion"], bom["metadata"]["component"]["name"]) == ("CycloneDX", "1.6", "wzo")
