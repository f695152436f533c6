"""Keys that are lost or wrong."""

import secrets
import signal

from nacl.public import PrivateKey

from tests.faults.drill import LONG, Ground, Outcome, Size
from wzo.config import encode_key

PAGES = ("/en/", "/ru/stories/", "/en/petition/mothers/", "/en/donate/", "/admin/sign-in/")
# Without the right one of these, a signature would be lost or counted twice.
REFUSING = ("SIGNATURE_HMAC_KEY", "SIGNATURE_PUBLIC_KEY", "OUTBOX_KEY")
KEYS = {
    "SIGNATURE_HMAC_KEY": lambda: encode_key(secrets.token_bytes(32)),
    "SIGNATURE_PUBLIC_KEY": lambda: encode_key(bytes(PrivateKey.generate().public_key)),
    "OUTBOX_KEY": lambda: encode_key(secrets.token_bytes(32)),
    "EDITORS_KEY": lambda: encode_key(secrets.token_bytes(32)),
    "SECRET_KEY": lambda: secrets.token_hex(32),
}


def wrong_keys(ground: Ground, size: Size) -> Outcome:
    """Start the web server and the worker with another key; with the right one, what was signed before is mailed."""
    site, held, lost = ground.site, [], 0
    for number, (name, generate) in enumerate(KEYS.items()):
        address = f"key{number}@example.org"
        # Nobody processes it before the key is wrong.
        _stop(ground, "worker")
        assert ground.sign(address).status == 303
        _restart_with(ground, {**site.environ, name: generate()})
        held += [site.ask(path).status == 200 for path in PAGES]
        status = ground.sign(f"wrong-key{number}@example.org").status
        held.append((status == 503) is (name in REFUSING))
        _restart_with(ground, site.environ)
        ground.wait_for_emails()
        lost += address not in ground.smtp.recipients
        held.append(ground.sign(f"right-key{number}@example.org").status == 303)
    return Outcome(len(held), sum(held), lost=lost, note=f"{len(KEYS)} keys")


def _restart_with(ground: Ground, environ: dict[str, str]) -> None:
    usual = ground.site.environ
    for name in ("web", "worker"):
        _stop(ground, name)
    ground.site.environ = environ
    try:
        for name in ("web", "worker"):
            ground.site.restart(name)
    finally:
        ground.site.environ = usual


def _stop(ground: Ground, name: str) -> None:
    process = ground.site.processes.pop(name, None)
    if process:
        process.send_signal(signal.SIGTERM)
        process.wait(LONG)
