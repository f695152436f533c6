"""Debian, as deploy/debian/ sets it up: units that systemd accepts, nginx and Caddy, one version after another."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.browser.editors import create_editor, session_cookie
from tests.debian import PROXIES, SHIPPED, VISITOR, DebianMachine
from tests.media.samples import small
from tests.versions import copy_tree
from wzo.extensions import db
from wzo.media.models import Picture
from wzo.media.uploads import MAX_FILE_SIZE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.one_database,
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
    pytest.mark.skipif(not any(map(shutil.which, PROXIES)), reason="neither nginx nor Caddy is installed"),
]
UNITS = ("wzo-web@8001.service", "wzo-worker.service", "wzo-release.service")
AGENT = "MarkedAgent-Zyxomma/1.0"
each_proxy = pytest.mark.parametrize(
    "proxy",
    [
        pytest.param(name, marks=pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed"))
        for name in PROXIES
    ],
)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianMachine]:
    folder = tmp_path_factory.mktemp("debian")
    folder.chmod(0o755)
    version = copy_tree(folder / "1.0.0")
    with DebianMachine(folder / "machine") as machine:
        machine.add_version(version)
        machine.deploy(version)
        yield machine


@each_proxy
def test_it_takes_a_picture_of_20_mb_and_logs_no_visitor(machine: DebianMachine, proxy: str) -> None:
    cookie = session_cookie(machine, create_editor(machine))
    signed_in = {"Cookie": f"{cookie['name']}={cookie['value']}", "User-Agent": AGENT}
    page = machine.ask("/admin/pictures/", proxy=proxy, headers=signed_in)
    found = re.search(rb'name="csrf_token" value="([^"]+)"', page.body)
    assert found
    # The session remembers the token of the form.
    signed_in["Cookie"] = page.headers["Set-Cookie"].partition(";")[0]
    signed_in["Referer"] = f"https://127.0.0.1:{machine.ports[proxy]}/admin/pictures/"
    before = count_pictures(machine)
    picture = small() + bytes(MAX_FILE_SIZE - len(small()))
    answer = machine.send("/admin/pictures/upload/", *multipart(picture, found[1], signed_in), proxy=proxy)
    assert answer.status == 303
    assert count_pictures(machine) == before + 1
    # Errors of all kinds that a visitor can cause.
    for path, size in (("/en/petition/mothers/sign", 33 * 1024 * 1024), ("/en/nowhere/", None)):
        body = None if size is None else bytes(size)
        assert machine.send(path, body, signed_in, proxy=proxy).status in (404, 413)
    logs = machine.logs()
    assert AGENT not in logs
    assert VISITOR not in logs


def count_pictures(machine: DebianMachine) -> int:
    with machine.inside():
        number = db.session.scalar(select(func.count()).select_from(Picture)) or 0
        db.session.rollback()
    return number


def multipart(data: bytes, token: bytes, headers: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    """The body and headers of the panel's form with a picture."""
    parts = b"".join(
        b"--limit\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + content + b"\r\n"
        for head, content in (
            (b'name="csrf_token"', token),
            (b'name="pictures"; filename="window.jpg"\r\nContent-Type: image/jpeg', data),
        )
    )
    return parts + b"--limit--\r\n", {**headers, "Content-Type": "multipart/form-data; boundary=limit"}


@each_proxy
def test_it_speaks_http_2_with_our_headers(machine: DebianMachine, proxy: str) -> None:
    command = ["curl", "--silent", "--insecure", "--http2", "--dump-header", "-", "--output", "/dev/null"]
    url = f"https://127.0.0.1:{machine.ports[proxy]}/en/stories/"
    head = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout.lower()
    assert head.startswith("http/2 200")
    for name in ("strict-transport-security", "content-security-policy", "x-content-type-options"):
        assert head.count(f"\n{name}:") == 1, name


def test_it_leads_from_http_to_https(machine: DebianMachine) -> None:
    if "nginx" not in machine.proxies:
        pytest.skip("nginx is not installed")
    command = ["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code} %{redirect_url}"]
    url = f"127.0.0.1:{machine.ports['80']}/ru/?q=1"
    told = subprocess.run([*command, f"http://{url}"], capture_output=True, text=True, check=True).stdout
    assert told == "301 https://127.0.0.1/ru/?q=1"


def test_it_logs_no_visitor_while_the_site_is_down(machine: DebianMachine) -> None:
    version = machine.folder / "srv" / "current"
    machine.stop_web()
    for proxy in machine.proxies:
        assert machine.ask("/admin/", proxy=proxy, headers={"User-Agent": AGENT}).status == 502
    machine.deploy(version.resolve())
    for proxy in machine.proxies:
        assert machine.ask("/en/", proxy=proxy).status == 200
    logs = machine.logs()
    assert AGENT not in logs
    assert VISITOR not in logs


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_it_has_units_that_systemd_accepts_and_confines(tmp_path: Path) -> None:
    # Programs that exist, so that their absence is not a finding.
    for unit in (SHIPPED / "debian").glob("*.service"):
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.M)
        (tmp_path / unit.name).write_text(text)
    shutil.copytree(SHIPPED / "debian" / "wzo-.service.d", tmp_path / "wzo-.service.d")
    environ = {"PATH": os.environ["PATH"], "SYSTEMD_UNIT_PATH": f"{tmp_path}:", "SYSTEMD_LOG_LEVEL": "warning"}
    verify = ["systemd-analyze", "verify", "--man=no", *UNITS]
    verified = subprocess.run(verify, env=environ, capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    # 10 is no confinement at all. What is left is that they use the network.
    judge = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", *UNITS]
    judged = subprocess.run(judge, env=environ, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout[-2000:]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_it_keeps_the_version_in_service_where_the_new_one_fails(machine: DebianMachine, tmp_path: Path) -> None:
    broken = copy_tree(tmp_path / "broken")
    machine.add_version(broken)
    (broken / "migrations" / "versions" / "9999_break_the_release_on_purpose.py").write_text("1 / 0\n")
    before = machine.folder.joinpath("srv", "port").read_text()
    told = machine.try_to_deploy(broken)
    assert "The release failed, and the version in service stays." in told
    assert machine.folder.joinpath("srv", "port").read_text() == before
    assert machine.ask("/en/").status == 200
