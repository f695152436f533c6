"""Keys that development generates for itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from nacl.public import PrivateKey

from wzo.config import ROOT, SettingsError, decode_key, load_settings


def test_it_generates_development_keys_once(tmp_path: Path) -> None:
    environ = {"INSTANCE_PATH": str(tmp_path)}
    first, second = load_settings(environ), load_settings(environ)
    assert first == second
    assert not first.production
    assert first.site_url == "http://127.0.0.1:8000"
    assert first.database_url == f"sqlite:///{tmp_path}/wzo.sqlite3"
    private = PrivateKey(decode_key((tmp_path / "signature-private-key.txt").read_text()))
    assert bytes(private.public_key) == first.signature_public_key
    for path in tmp_path.iterdir():
        assert path.stat().st_mode & 0o077 == 0


def test_it_reports_damaged_development_keys(tmp_path: Path) -> None:
    (tmp_path / "development-keys.json").write_text("{")
    with pytest.raises(SettingsError, match="damaged"):
        load_settings({"INSTANCE_PATH": str(tmp_path)})


START_TOGETHER = """
import os
from wzo.config import load_settings
for _ in range(6):
    if os.fork() == 0:
        os.write(1, load_settings().signature_hmac_key.hex().encode() + b"\\n")
        os._exit(0)
for _ in range(6):
    os.wait()
"""


@pytest.mark.slow
def test_it_lets_processes_start_together(tmp_path: Path) -> None:
    environ = {**os.environ, "INSTANCE_PATH": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", START_TOGETHER], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    keys = ended.stdout.split()
    assert len(keys) == 6
    assert len(set(keys)) == 1
    assert set(json.loads((tmp_path / "development-keys.json").read_text())) >= {"OUTBOX_KEY", "SECRET_KEY"}
