"""The second factor: codes of a generator (TOTP, RFC 6238), and recovery codes in its stead."""

import hmac
import io
import time

import pyotp
import segno
from flask import current_app
from sqlalchemy import delete, update

from wzo.accounts.models import RecoveryCode, User
from wzo.clock import now
from wzo.codes import format_code, new_code, parse_code
from wzo.config import settings
from wzo.crypto import CannotDecrypt, decrypt, encrypt, keyed_hash
from wzo.extensions import db

STEP = 30
# Clocks go wrong: the step before and the one after are taken too.
NEAR = (-1, 0, 1)
RECOVERY_CODES = 10
ISSUER = "wzo"
# Stands in where there is no account, so that the work is the same.
NOBODY = 0
NO_SECRET = "A" * 32


def new_secret() -> str:
    """A secret for a code generator, 160 bits in base32."""
    return pyotp.random_base32(32)


def seal_secret(secret: str) -> bytes:
    """Encrypt a secret as it is kept."""
    return encrypt(_key(), {"totp": secret})


def find_step(secret: str, code: str) -> int | None:
    """The time step, counted from 1970, of which this is the code; None for a wrong one."""
    typed = "".join(c for c in code if not c.isspace())
    found = None
    for step in (int(time.time()) // STEP + offset for offset in NEAR):
        if hmac.compare_digest(pyotp.HOTP(secret).at(step).encode(), typed.encode("utf-8", "replace")):
            found = step
    return found


def spend_code(user: User | None, code: str) -> bool:
    """Whether a code of the generator, or a recovery code, is right and was not used yet; now it is used.

    Within the current transaction. Without a user the same work is done, and the answer is no.
    """
    user_id = user.id if user else NOBODY
    step = find_step(_unseal(user), code)
    taken = db.session.scalar(
        update(User)
        .where(User.id == user_id, User.totp_step < (step or 0))
        .values(totp_step=step or 0)
        .returning(User.id)
    )
    spent = db.session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash == _code_hash(user_id, parse_code(code) or ""),
            RecoveryCode.user_id == user_id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.user_id)
    )
    return taken is not None or spent is not None


def new_recovery_codes(user_id: int) -> list[str]:
    """Make ten codes, in place of whatever codes there were; only their hashes are kept. Within the transaction."""
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.add_all(RecoveryCode(code_hash=_code_hash(user_id, code), user_id=user_id) for code in codes)
    return [format_code(code) for code in codes]


def qr_code(secret: str, email: str) -> bytes:
    """The picture, as SVG, that a code generator scans."""
    file = io.BytesIO()
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
    segno.make(address, micro=False).save(file, kind="svg", scale=5, border=4, light="#fff", dark="#000")
    return file.getvalue()


def _unseal(user: User | None) -> str:
    nobodys = seal_secret(NO_SECRET)
    try:
        return str(decrypt(_key(), (user.totp_ciphertext if user else None) or nobodys)["totp"])
    except CannotDecrypt:
        current_app.logger.error("A code generator's secret cannot be opened: EDITORS_KEY is not the one it was.")
        return new_secret()


def _code_hash(user_id: int, code: str) -> bytes:
    return keyed_hash(_key(), "recovery", str(user_id), code)


def _key() -> bytes:
    key: bytes = settings().editors_key
    return key
