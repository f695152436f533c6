"""The second factor: the codes of an authenticator app (TOTP, RFC 6238), and recovery codes to replace them."""

import hmac
import io
import time

import pyotp
import segno
from flask import current_app
from sqlalchemy import delete, update

from wzo.accounts.models import RecoveryCode, User
from wzo.clock import now
from wzo.codes import format_code, generate_code, parse_code
from wzo.config import settings
from wzo.crypto import CannotDecrypt, decrypt_with_any, encrypt, keyed_hash
from wzo.extensions import db

# The length of a time step, in seconds.
TIME_STEP = 30
# Clocks differ, so the codes of the previous and the next step are accepted too.
ACCEPTED_OFFSETS = (-1, 0, 1)
RECOVERY_CODE_COUNT = 10
ISSUER = "wzo"
# Used where there is no such account, so that the answer takes as long.
DUMMY_USER_ID = 0
DUMMY_SECRET = "A" * 32


def generate_secret() -> str:
    """Generate a secret for an authenticator app, 160 bits in base32."""
    return pyotp.random_base32(32)


def encrypt_secret(secret: str) -> bytes:
    """Encrypt a secret for the database."""
    return encrypt(_key(), {"totp": secret})


def find_time_step(secret: str, code: str) -> int | None:
    """The time step, counted from 1970, that a code belongs to; None if the code is wrong."""
    typed = "".join(c for c in code if not c.isspace())
    found = None
    for step in (int(time.time()) // TIME_STEP + offset for offset in ACCEPTED_OFFSETS):
        if hmac.compare_digest(pyotp.HOTP(secret).at(step).encode(), typed.encode("utf-8", "replace")):
            found = step
    return found


def verify_code(user: User | None, code: str) -> bool:
    """Verify a code of the authenticator app, or a recovery code, and mark it as used: each works only once.

    This is part of the caller's transaction. Without a user the same work is done, and the result is False.
    """
    user_id = user.id if user else DUMMY_USER_ID
    step = find_time_step(_decrypt_secret(user), code)
    totp_used = db.session.scalar(
        update(User)
        .where(User.id == user_id, User.totp_step < (step or 0))
        .values(totp_step=step or 0)
        .returning(User.id)
    )
    recovery_code_used = db.session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash.in_(_hashes_of_code(user_id, parse_code(code) or "")),
            RecoveryCode.user_id == user_id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.user_id)
    )
    return totp_used is not None or recovery_code_used is not None


def generate_recovery_codes(user_id: int) -> list[str]:
    """Replace an editor's recovery codes in the caller's transaction; only their hashes are stored."""
    codes = [generate_code() for _ in range(RECOVERY_CODE_COUNT)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.add_all(RecoveryCode(code_hash=_hash_code(user_id, code), user_id=user_id) for code in codes)
    return [format_code(code) for code in codes]


def qr_code(secret: str, email: str) -> bytes:
    """The QR code that an authenticator app scans, as SVG."""
    file = io.BytesIO()
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    segno.make(uri, micro=False).save(file, kind="svg", scale=5, border=4, light="#fff", dark="#000")
    return file.getvalue()


def _decrypt_secret(user: User | None) -> str:
    dummy_ciphertext = encrypt_secret(DUMMY_SECRET)
    try:
        ciphertext = (user.totp_ciphertext if user else None) or dummy_ciphertext
        return str(decrypt_with_any(settings().editors_keys, ciphertext)["totp"])
    except CannotDecrypt:
        current_app.logger.error("An authenticator secret cannot be decrypted: EDITORS_KEY has changed.")
        return generate_secret()


def _hashes_of_code(user_id: int, code: str) -> list[bytes]:
    """The hashes with the current key and the one before it."""
    return [keyed_hash(key, "recovery", str(user_id), code) for key in settings().editors_keys]


def _hash_code(user_id: int, code: str) -> bytes:
    return _hashes_of_code(user_id, code)[0]


def _key() -> bytes:
    key: bytes = settings().editors_key
    return key
