"""Limits e-mails to a mailbox: stores when it was last e-mailed, and whether its owner has blocked further e-mails."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from wzo.clock import now, today
from wzo.crypto import decrypt, encrypt, keyed_hash
from wzo.extensions import db, upsert
from wzo.petition.models import Mailbox

# Without a limit of one e-mail in 24 hours, anyone could flood anyone's mailbox.
EMAIL_INTERVAL = timedelta(hours=24)


def hash_email(key: bytes, canonical: str) -> bytes:
    """Hash an e-mail address in its canonical spelling for the database."""
    return keyed_hash(key, "email", canonical)


def lock_mailbox(email_hash: bytes) -> Mailbox:
    """Lock the row of a mailbox, creating it if needed, so that one worker at a time processes its signatures."""
    db.session.execute(
        upsert(Mailbox).values(email_hash=email_hash, mailed_on=today(), blocked=False).on_conflict_do_nothing()
    )
    return db.session.scalars(select(Mailbox).where(Mailbox.email_hash == email_hash).with_for_update()).one()


def next_email_at(mailbox: Mailbox, key: bytes, canonical: str) -> datetime:
    """When the mailbox may get its next e-mail; now or earlier if there is no reason to wait."""
    if not mailbox.mailed_ciphertext:
        return now()
    last = decrypt(_timestamp_key(key, canonical), mailbox.mailed_ciphertext)["at"]
    return datetime.fromtimestamp(last, UTC) + EMAIL_INTERVAL


def record_email(mailbox: Mailbox, key: bytes, canonical: str) -> None:
    """Record that the mailbox gets an e-mail now."""
    mailbox.mailed_ciphertext = encrypt(_timestamp_key(key, canonical), {"at": int(now().timestamp())})
    mailbox.mailed_on = today()


def block(mailbox: Mailbox) -> None:
    """Record that the mailbox must never get another e-mail."""
    mailbox.blocked = True
    mailbox.mailed_ciphertext = None


def _timestamp_key(key: bytes, canonical: str) -> bytes:
    """Derive the key that encrypts the time of the last e-mail; it takes the address to derive it again."""
    return keyed_hash(key, "mailed", canonical)
