"""Limits e-mails to a mailbox: stores when it was last e-mailed, and whether its owner has blocked further e-mails."""

from collections.abc import Collection
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


def mail_deduplication_key(key: bytes, email_hash: bytes) -> bytes:
    """The deduplication key of e-mails to a mailbox: only one is on the outbox at a time."""
    return keyed_hash(key, "e-mail", email_hash.hex())


def lock_mailbox(email_hash: bytes) -> Mailbox:
    """Lock the row of a mailbox, creating it if needed."""
    return lock_mailboxes([email_hash])[email_hash]


def lock_mailboxes(email_hashes: Collection[bytes]) -> dict[bytes, Mailbox]:
    """Lock the rows of mailboxes, creating them if needed, so that one worker at a time processes their signatures.

    They are always locked in the order of their hashes, so that transactions cannot deadlock.
    """
    new = [{"email_hash": it, "mailed_on": today(), "blocked": False} for it in sorted(email_hashes)]
    db.session.execute(upsert(Mailbox).values(new).on_conflict_do_nothing())
    locked = db.session.scalars(
        select(Mailbox).where(Mailbox.email_hash.in_(email_hashes)).order_by(Mailbox.email_hash).with_for_update()
    )
    return {mailbox.email_hash: mailbox for mailbox in locked}


def next_email_at(mailbox: Mailbox, key: bytes, canonical: str) -> datetime:
    """When the mailbox may get its next e-mail; now or earlier if there is no reason to wait."""
    if not mailbox.mailed_ciphertext:
        return now()
    last = decrypt(_timestamp_key(key, canonical), mailbox.mailed_ciphertext)["at"]
    return datetime.fromtimestamp(last, UTC) + EMAIL_INTERVAL


def record_email(key: bytes, canonical: Collection[str]) -> None:
    """Record that mailboxes, given as addresses in their canonical spelling, were e-mailed now."""
    mailboxes = lock_mailboxes([hash_email(key, address) for address in canonical])
    for address in canonical:
        mailbox = mailboxes[hash_email(key, address)]
        if mailbox.blocked:
            continue
        mailbox.mailed_ciphertext = encrypt(_timestamp_key(key, address), {"at": int(now().timestamp())})
        mailbox.mailed_on = today()


def block(mailbox: Mailbox) -> None:
    """Record that the mailbox must never get another e-mail."""
    mailbox.blocked = True
    mailbox.mailed_ciphertext = None


def _timestamp_key(key: bytes, canonical: str) -> bytes:
    """Derive the key that encrypts the time of the last e-mail; it takes the address to derive it again."""
    return keyed_hash(key, "mailed", canonical)
