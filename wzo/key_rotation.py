"""flask keys re-encrypt: the last step before OUTBOX_KEY_OLD or EDITORS_KEY_OLD is removed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import click
from flask.cli import with_appcontext
from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute

from wzo.accounts.models import User
from wzo.config import settings
from wzo.crypto import CannotDecrypt, decrypt, decrypt_with_any, encrypt
from wzo.extensions import Base, db, write_transaction
from wzo.outbox import Job

BATCH = 200


class Reencrypted(NamedTuple):
    """How many ciphertexts are encrypted with the new key now, how many were already, and how many no key decrypts."""

    changed: int = 0
    current: int = 0
    lost: int = 0


@click.command("re-encrypt")
@with_appcontext
def reencrypt_all() -> None:
    """Encrypt what the old keys encrypted with the new ones. Repeat it until nothing is left, then remove the old."""
    config = settings()
    jobs = reencrypt(Job, Job.id, Job.payload, config.outbox_keys)
    secrets = reencrypt(User, User.id, User.totp_ciphertext, config.editors_keys)
    _report("Jobs and e-mails", "OUTBOX_KEY", jobs)
    _report("Authenticator secrets", "EDITORS_KEY", secrets)
    if config.editors_key_old:
        click.echo(
            "Recovery codes are stored as hashes. Those from before the change work until EDITORS_KEY_OLD is removed: "
            "ask the editors to generate new ones under “Account” first."
        )
    if jobs.lost or secrets.lost:
        raise click.ClickException("Some cannot be decrypted: see “Recipes” in docs/operations.md.")


def reencrypt(
    model: type[Base],
    primary_key: InstrumentedAttribute[Any],
    column: InstrumentedAttribute[Any],
    keys: Sequence[bytes],
) -> Reencrypted:
    """Encrypt the values of a column with the first of the keys, if another of them decrypts them.

    Works in short transactions, while the site is running.
    """
    total, last, ids = Reencrypted(), None, [None]
    while ids:
        with write_transaction():
            statement = select(primary_key, column).where(column.is_not(None)).order_by(primary_key).limit(BATCH)
            after = statement if last is None else statement.where(primary_key > last)
            rows = db.session.execute(after.with_for_update()).all()
            changes = [_reencrypt(bytes(row[1]), keys) for row in rows]
            for row, changed in zip(rows, changes, strict=True):
                if changed:
                    db.session.execute(update(model).where(primary_key == row[0]).values({column: changed}))
        ids = [row[0] for row in rows]
        last = ids[-1] if ids else None
        lost, current = changes.count(None), changes.count(b"")
        total = Reencrypted(total.changed + len(rows) - lost - current, total.current + current, total.lost + lost)
    return total


def _reencrypt(ciphertext: bytes, keys: Sequence[bytes]) -> bytes | None:
    """The new ciphertext; empty if there is nothing to do, None if no key decrypts the old one."""
    try:
        decrypt(keys[0], ciphertext)
        return b""
    except CannotDecrypt:
        pass
    try:
        return encrypt(keys[0], decrypt_with_any(keys, ciphertext))
    except CannotDecrypt:
        return None


def _report(what: str, key: str, result: Reencrypted) -> None:
    lost = f", {result.lost} with an unknown key" if result.lost else ""
    click.echo(f"{what}: {result.changed} re-encrypted, {result.current} had the current {key}{lost}.")
