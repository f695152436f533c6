"""Fingerprints of the keys, by which the site notices that a key is another one than before.

A fingerprint is the hash of a name, keyed with the key itself: it reveals nothing about the key. `release` and the
worker record those that are missing. A key that is rotated, with the old one still accepted for a while, is recorded
too; one that was replaced at once, on purpose, is accepted with `flask keys accept`.
"""

from functools import lru_cache

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from wzo.config import Settings, settings
from wzo.content_version import bump_content_version, cached_until_content_changes
from wzo.crypto import keyed_hash
from wzo.extensions import Base, db, upsert, write_transaction
from wzo.transaction_retries import retry_transaction

# The settings that are keys.
NAMES = ("SECRET_KEY", "SIGNATURE_PUBLIC_KEY", "SIGNATURE_HMAC_KEY", "OUTBOX_KEY", "EDITORS_KEY")


class KeyFingerprint(Base):
    """The fingerprint of a key that was in use when it was recorded; `name` is that of its setting."""

    __tablename__ = "key_fingerprints"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    fingerprint: Mapped[bytes]


def own_fingerprints(settings: Settings) -> dict[str, bytes]:
    """The fingerprints of the keys in the settings, by the names of the settings."""
    keys = (
        settings.secret_key.encode(),
        settings.signature_public_key,
        settings.signature_hmac_key,
        settings.outbox_key,
        settings.editors_key,
    )
    return {name: _fingerprint(name, key) for name, key in zip(NAMES, keys, strict=True) if key}


@retry_transaction
def record_missing() -> None:
    """Record the fingerprints of the keys that have none yet, or that have replaced one that is still accepted."""
    own, recorded = own_fingerprints(settings()), _read()
    db.session.rollback()
    missing = [{"name": name, "fingerprint": value} for name, value in own.items() if name not in recorded]
    if missing:
        with write_transaction():
            # Another process may do the same at the same time.
            db.session.execute(upsert(KeyFingerprint).values(missing).on_conflict_do_nothing())
            bump_content_version()
    for name, old in _old_fingerprints(settings()).items():
        if recorded.get(name) == old:
            accept(name)


@retry_transaction
def accept(name: str) -> None:
    """Record the fingerprint of a key in place of the one before. Raises KeyError if this key is not set."""
    new = {"fingerprint": own_fingerprints(settings())[name]}
    with write_transaction():
        statement = upsert(KeyFingerprint).values(name=name, **new)
        db.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=new))
        # Pages say whether the petition can be signed.
        bump_content_version()


def _read() -> dict[str, bytes]:
    rows = db.session.execute(select(KeyFingerprint.name, KeyFingerprint.fingerprint))
    return {row.name: row.fingerprint for row in rows}


_recorded = cached_until_content_changes(_read)


def changed_keys() -> frozenset[str]:
    """The names of the settings whose keys are other ones than those that were recorded.

    A key is not among them while the one that was recorded is still accepted as well, as OUTBOX_KEY_OLD is.
    """
    own, old, recorded = own_fingerprints(settings()), _old_fingerprints(settings()), _recorded()
    return frozenset(name for name in own if name in recorded and recorded[name] not in (own[name], old.get(name)))


def _old_fingerprints(settings: Settings) -> dict[str, bytes]:
    """The fingerprints of the keys that are still accepted in addition to those that have replaced them."""
    keys = {
        "SECRET_KEY": settings.secret_key_old.encode() if settings.secret_key_old else None,
        "OUTBOX_KEY": settings.outbox_key_old,
        "EDITORS_KEY": settings.editors_key_old,
    }
    return {name: _fingerprint(name, key) for name, key in keys.items() if key}


@lru_cache(maxsize=32)
def _fingerprint(name: str, key: bytes) -> bytes:
    return keyed_hash(key, "fingerprint", name)
