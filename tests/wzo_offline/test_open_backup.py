"""The organisers' tool for backups, where something is wrong; tests/backup tests the rest."""

import io
import tarfile
from pathlib import Path

import pytest
from nacl.public import PrivateKey

from tests.wzo_offline.exports import run
from wzo.backup.encryption import EncryptedFile
from wzo.config import encode_key
from wzo_offline.backup_archive import check_archive
from wzo_offline.backup_file import DamagedBackup

KEY = PrivateKey.generate()


def archive(*names: str, content: bytes = b"{}") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w|") as tar:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.slow
def test_it_says_what_is_wrong(tmp_path: Path) -> None:
    key, backup, other = tmp_path / "key.txt", tmp_path / "site.backup", tmp_path / "other.txt"
    key.write_text(encode_key(bytes(KEY)))
    other.write_text(encode_key(bytes(PrivateKey.generate())))
    with backup.open("wb") as out, EncryptedFile(out, bytes(KEY.public_key)) as file:
        file.write(archive("manifest.json"))
    for arguments, message in (
        ((key, tmp_path / "nowhere"), "No such file"),
        ((backup, backup), "private key"),
        ((key, key), "not a backup"),
        ((other, backup), "another key"),
        ((key, backup), "manifest.json is damaged"),
    ):
        opened = run("open_backup", *arguments, "--out", tmp_path / "out.tar")
        assert opened.returncode == 1
        assert message in opened.stderr
        assert "Traceback" not in opened.stderr
    assert not (tmp_path / "out.tar").exists()


@pytest.mark.parametrize("content", [b"", b"x" * 100_000, archive("a"), archive("manifest.json"), archive()])
def test_it_reads_no_other_archive(content: bytes) -> None:
    with pytest.raises(DamagedBackup):
        check_archive(io.BytesIO(content))
