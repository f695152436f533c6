"""An encrypted backup: whole or not, changed or not, and readable with one key alone."""

import contextlib
import io
import tracemalloc
from pathlib import Path

import pytest
from nacl.public import PrivateKey

from wzo.backup.encryption import EncryptedFile
from wzo_offline.backup_file import CHUNK_SIZE, DamagedBackup, decrypt, is_encrypted, public_key, verify_checksum

pytestmark = pytest.mark.one_database
KEY = PrivateKey.generate()


def encrypted(content: bytes, key: PrivateKey = KEY) -> bytes:
    out = io.BytesIO()
    with EncryptedFile(out, bytes(key.public_key)) as file:
        file.write(content)
    return out.getvalue()


def read(content: bytes, key: PrivateKey = KEY) -> bytes:
    return decrypt(io.BytesIO(content), key).read()


@pytest.mark.parametrize("size", [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE])
def test_it_decrypts_what_was_encrypted(size: int) -> None:
    content = bytes(size)
    out = encrypted(content)
    assert is_encrypted(io.BytesIO(out))
    assert len(verify_checksum(io.BytesIO(out))) == 64
    assert public_key(io.BytesIO(out)) == bytes(KEY.public_key)
    assert read(out) == content


def test_it_is_readable_with_no_other_key() -> None:
    with pytest.raises(DamagedBackup, match="another key"):
        read(encrypted(b"secret"), PrivateKey.generate())
    assert b"secret" not in encrypted(b"secret")


def test_it_notices_every_kind_of_damage() -> None:
    """Without the key by the checksum; with it even if somebody has made the checksum right again."""
    whole = encrypted(bytes(3 * CHUNK_SIZE + 5))
    first = whole.index(b"}\n") + 2 + 24
    chunk = CHUNK_SIZE + 17
    # The end, a chunk in the middle and whole chunks at the end are missing; chunks are swapped; single bytes changed.
    damaged = {
        "cut": whole[:-1],
        "cut to the lines": whole[:first],
        "chunk missing": whole[:first] + whole[first + chunk :],
        "last chunks missing": whole[: first + chunk] + whole[-32:],
        "swapped": whole[:first] + whole[first + chunk : first + 2 * chunk] + whole[first : first + chunk],
        "doubled": whole[:-32] + whole[first:-32] + whole[-32:],
        **{
            str(at): whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
            for at in (40, first - 1, first, first + chunk)
        },
    }
    for content in damaged.values():
        with pytest.raises(DamagedBackup):
            verify_checksum(io.BytesIO(content))
        with pytest.raises(DamagedBackup):
            read(content)
    for content in (b"", b"wzo-backup 1\n", b"wzo-backup 1\n{}\n", b"PK\3\4" * 100, b"\xff" * 10_000):
        with pytest.raises(DamagedBackup):
            verify_checksum(io.BytesIO(content))


def test_it_leaves_out_the_end_after_an_error(tmp_path: Path) -> None:
    out = io.BytesIO()
    with contextlib.suppress(OSError), EncryptedFile(out, bytes(KEY.public_key)) as file:
        file.write(bytes(2 * CHUNK_SIZE))
        raise OSError("full")
    with pytest.raises(DamagedBackup):
        read(out.getvalue())


@pytest.mark.slow
def test_it_needs_little_memory(tmp_path: Path) -> None:
    path, size = tmp_path / "large", 60
    tracemalloc.start()
    with path.open("wb") as out, EncryptedFile(out, bytes(KEY.public_key)) as file:
        for _ in range(size):
            file.write(bytes(CHUNK_SIZE))
    with path.open("rb") as stored:
        archive = decrypt(stored, KEY)
        while archive.read(CHUNK_SIZE):
            pass
    assert tracemalloc.get_traced_memory()[1] < 12 * CHUNK_SIZE
    tracemalloc.stop()
