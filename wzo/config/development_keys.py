"""The keys of a development machine, generated at its first start, so that no developer has to ask for any."""

import hashlib
import json
import os
import secrets
import stat
from pathlib import Path

from nacl.public import PrivateKey

from wzo.config.keys import KEY_BYTES, decode_key, encode_key
from wzo.config.schema import Settings

DEVELOPMENT_KEYS = "development-keys.json"
PRIVATE_KEY = "signature-private-key.txt"


class KeysUnavailable(Exception):
    """The development keys cannot be read or written; the text is a sentence that says why."""


def load_development_keys(instance_path: Path) -> dict[str, str]:
    """Load this machine's keys by setting name, generating them if there are none. Raises KeysUnavailable."""
    path = instance_path / DEVELOPMENT_KEYS
    try:
        instance_path.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _generate(path)
    except OSError:
        message = f"INSTANCE_PATH must be a writable folder; {instance_path} is not."
        raise KeysUnavailable(message) from None
    try:
        keys: dict[str, str] = json.loads(path.read_text())
    except ValueError:
        raise KeysUnavailable(f"{path} is damaged. Delete it, and new development keys will be generated.") from None
    # Derived, so that key files from before there was an EDITORS_KEY remain valid.
    digest = hashlib.sha256(f"EDITORS_KEY {keys['SECRET_KEY']}".encode()).digest()
    return {"EDITORS_KEY": encode_key(digest), **keys}


def uses_development_keys(settings: Settings) -> bool:
    """Whether signatures are sealed to the key that this machine generated, and so can be read on it."""
    path = settings.instance_path / DEVELOPMENT_KEYS
    if settings.signature_public_key is None or not path.exists():
        return False
    try:
        keys: dict[str, str] = json.loads(path.read_text())
        return decode_key(keys["SIGNATURE_PUBLIC_KEY"]) == settings.signature_public_key
    except (OSError, ValueError, KeyError):
        return False


def _generate(path: Path) -> None:
    private = PrivateKey.generate()
    keys = {
        "SECRET_KEY": secrets.token_hex(KEY_BYTES),
        "SIGNATURE_PUBLIC_KEY": encode_key(bytes(private.public_key)),
        "SIGNATURE_HMAC_KEY": encode_key(secrets.token_bytes(KEY_BYTES)),
        "OUTBOX_KEY": encode_key(secrets.token_bytes(KEY_BYTES)),
    }
    # Web server and worker may start together: the keys of the one that creates the file first are used by both.
    if _create_file(path, json.dumps(keys, indent=1)):
        private_path = path.with_name(PRIVATE_KEY)
        private_path.unlink(missing_ok=True)
        _create_file(private_path, encode_key(bytes(private)) + "\n")


def _create_file(path: Path, text: str) -> bool:
    """Create a private file atomically; returns False if it exists already."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    partial.write_text(text)
    partial.chmod(stat.S_IRUSR | stat.S_IWUSR)
    try:
        os.link(partial, path)
    except FileExistsError:
        return False
    finally:
        partial.unlink()
    return True
