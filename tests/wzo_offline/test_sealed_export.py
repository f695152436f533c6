"""The export, and the tool that decrypts it."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import CapturedEmails, RunWorker, private_key
from tests.petition.signing import link, sign
from wzo.config import ROOT, Settings

pytestmark = pytest.mark.usefixtures("petition")


def unseal(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the tool from its folder, as from a USB stick; without the packages of the site, but with PyNaCl."""
    command = [sys.executable, "-m", "wzo_offline.unseal", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_it_lists_exactly_the_confirmed_signatures(
    app: Flask, client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, settings: Settings, tmp_path: Path
) -> None:
    people = [
        ("Иван Ёлкин", "ivan@example.org"),
        ("=cmd|' /C calc'!A0", "f@example.org"),
        ("O’Neil, “X”", "o@example.org"),
    ]
    for name, address in people:
        sign(client, name=name, email=address, wants_news="y")
    sign(client, name="Waits Still", email="waits@example.org")
    run_worker()
    for email in emails.all():
        if email["To"] != "waits@example.org":
            client.post(link(email, "c"))
    export = tmp_path / "export.jsonl"
    result = app.test_cli_runner().invoke(args=["petition", "export", "mothers", str(export)])
    assert "3 signatures written" in result.output
    assert "ivan" not in export.read_text()
    opened = unseal(private_key(settings), export)
    rows = list(csv.DictReader(io.StringIO(opened.stdout)))
    assert {row["email"] for row in rows} == {address for _, address in people}
    assert "Иван Ёлкин" in {row["name"] for row in rows}
    assert "'=cmd|' /C calc'!A0" in {row["name"] for row in rows}
    assert {(row["country"], row["wants_news"], row["language"]) for row in rows} == {("RU", "yes", "en")}


@pytest.mark.slow
def test_it_explains_a_wrong_key_and_a_damaged_export(
    app: Flask, client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, tmp_path: Path
) -> None:
    sign(client)
    run_worker()
    client.post(link(emails.last(), "c"))
    runner = app.test_cli_runner()
    export = tmp_path / "export.jsonl"
    runner.invoke(args=["petition", "export", "mothers", str(export)])
    key = tmp_path / "key.txt"
    made = runner.invoke(args=["petition", "keygen", "--out", str(key)])
    assert "SIGNATURE_PUBLIC_KEY=" in made.output
    again = runner.invoke(args=["petition", "keygen", "--out", str(key)])
    assert again.exit_code == 1
    assert "never overwritten" in again.output
    assert "line 1 was sealed to another key" in unseal(key, export).stderr
    export.write_text("{}\n")
    assert "line 1 is damaged" in unseal(key, export).stderr
    assert "does not contain a private key" in unseal(export, export).stderr


def test_it_writes_a_file_for_spreadsheets_and_never_over_another(
    app: Flask, client: FlaskClient, run_worker: RunWorker, emails: CapturedEmails, settings: Settings, tmp_path: Path
) -> None:
    sign(client)
    run_worker()
    client.post(link(emails.last(), "c"))
    export, table = tmp_path / "export.jsonl", tmp_path / "table.csv"
    app.test_cli_runner().invoke(args=["petition", "export", "mothers", str(export)])
    assert "1 signatures written" in unseal(private_key(settings), export, "--out", table).stdout
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "already exists" in unseal(private_key(settings), export, "--out", table).stderr
