"""Exports of the site with signers of every sort, and the tools run on them as from a USB stick."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey, SealedBox

from wzo.clock import today
from wzo.config import ROOT, encode_key

SIGNER = {"name": "Анна", "email": "a@example.org", "country": "RU", "wants_news": True, "language": "en"}


class Export:
    """A private key and an export of these signers, in a folder."""

    def __init__(self, folder: Path, *signers: dict[str, Any]) -> None:
        private = PrivateKey.generate()
        self.key, self.path = folder / "key.txt", folder / "export.jsonl"
        self.key.write_text(encode_key(bytes(private)))
        box = SealedBox(private.public_key)
        with self.path.open("w") as file:
            for number, signer in enumerate(signers):
                sealed = box.encrypt(json.dumps({**SIGNER, "signed_on": "2026-11-24", **signer}).encode())
                entry = {
                    "receipt": receipt(number),
                    "confirmed_on": "2026-11-24",
                    "sealed": base64.b64encode(sealed).decode(),
                    "unsubscribe_url": f"https://n.example.net/s/{number}",
                    "exported_on": today().isoformat(),
                    **signer.get("entry", {}),
                }
                file.write(json.dumps(entry) + "\n")


def receipt(number: int) -> str:
    return f"AAAA-AAAA-AAAA-{number:04}".replace("0", "A").replace("1", "B").replace("8", "C").replace("9", "D")


def command(tool: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", f"wzo_offline.{tool}", *map(str, arguments)]


def run(tool: str, *arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a tool in its folder; what it reads comes from its arguments and these variables alone."""
    env = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **environ}
    return subprocess.run(
        command(tool, *arguments), cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60
    )
