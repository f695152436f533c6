"""Signing in, and verifying a signed-in editor's second factor again."""

from typing import Any

from sqlalchemy import select, update

from wzo.accounts import passkeys, passwords, rate_limits, two_factor
from wzo.accounts.devices import known_device
from wzo.accounts.flow_state import SIGN_IN, get_flow_state, save_flow_state
from wzo.accounts.models import User, UserSession
from wzo.accounts.passkeys_only import refuse_if_passkeys_only
from wzo.accounts.rate_limits import RateLimitKeys
from wzo.accounts.sessions import activate, add_session, lock_user, renew_session, replace_token
from wzo.audit import record
from wzo.extensions import db, write_transaction
from wzo.transaction_retries import retry_transaction


class InvalidCredentials(Exception):
    """The address, the password or the second factor is wrong; it is not revealed which."""


def begin_sign_in(*, email: str, password: str, network: str) -> None:
    """Check a password, and store the result in the encrypted flow state for the page that asks for the code.

    Raises RateLimited or PasskeysOnly. Nothing reveals whether the password was right or whether the account exists.
    """
    refuse_if_passkeys_only()
    email = email.strip().lower()
    rate_limits.hit(_keys("password", email, network))
    user = db.session.scalars(select(User).where(User.email == email)).one_or_none()
    enabled = user is not None and user.disabled_at is None
    right = passwords.check_password(user.password_hash if user and enabled else "", password)
    if right and user and passwords.needs_rehash(user.password_hash):
        user_id = user.id
        _rehash(user_id, passwords.hash_password(password))
        user = db.session.get(User, user_id)
    found = user if right else None
    # Equally long in either case, because the browser sees the length of the ciphertext.
    save_flow_state(SIGN_IN, email=email, user_id=f"{found.id if found else 0:010}", password=_password_id(found))


def sign_in_begun() -> bool:
    """Whether this browser has submitted the first page of the sign-in within the last minutes."""
    return get_flow_state(SIGN_IN) is not None


def finish_sign_in(*, code: str, network: str, device: str) -> None:
    """Sign an editor in, if the password was right before and the code is now.

    Raises InvalidCredentials, RateLimited or PasskeysOnly.
    """
    refuse_if_passkeys_only()
    begun = get_flow_state(SIGN_IN)
    if begun is None:
        raise InvalidCredentials
    counters = [_keys(purpose, begun["email"], network) for purpose in ("password", "code")]
    rate_limits.hit(counters[-1])
    token = _add_session_by_code(begun, code, device, counters)
    if not token:
        raise InvalidCredentials
    activate(token)


@retry_transaction
def _add_session_by_code(begun: dict[str, Any], code: str, device: str, counters: list[RateLimitKeys]) -> str:
    """Add a session if the code is right; returns its token, or ""."""
    with write_transaction():
        known = db.session.scalars(
            select(User).where(User.email == begun["email"]).with_for_update(key_share=True)
        ).one_or_none()
        right = known and known.id == int(begun["user_id"]) and _password_id(known) == begun["password"]
        user = known if known and right and known.disabled_at is None else None
        if two_factor.verify_code(user, code) and user:
            rate_limits.reset(*counters)
            record(action="sign-in", user_id=user.id)
            return add_session(user, device)
        record(action="sign-in-failed", user_id=known.id if known else None)
    return ""


def sign_in_with_passkey(*, credential: str, device: str) -> None:
    """Sign in the editor whose passkey the browser used; raises InvalidCredentials."""
    challenge = passkeys.take_challenge()
    try:
        activate(_add_session_by_passkey(credential, challenge, device))
    except passkeys.PasskeyRefused:
        raise InvalidCredentials from None


@retry_transaction
def _add_session_by_passkey(credential: str, challenge: bytes, device: str) -> str:
    with write_transaction():
        user = passkeys.verify_authentication(credential, challenge)
        record(action="sign-in", user_id=user.id, passkey=True)
        return add_session(user, device)


def verify_factor(user_session: UserSession, *, code: str = "", credential: str = "") -> bool:
    """Verify a code or a passkey credential again; if it is right, the session is renewed.

    Raises RateLimited or PasskeysOnly.
    """
    if not credential:
        refuse_if_passkeys_only()
        rate_limits.hit(rate_limits.session_keys("code", user_session.id))
    challenge = passkeys.take_challenge() if credential else b""
    try:
        token = _renew_by_factor(user_session, code, credential, challenge)
    except passkeys.PasskeyRefused:
        return False
    if token:
        replace_token(token)
    return bool(token)


@retry_transaction
def _renew_by_factor(user_session: UserSession, code: str, credential: str, challenge: bytes) -> str:
    """Renew a session if the code or the credential is right; returns its new token, or ""."""
    with write_transaction():
        user = lock_user(user_session.user_id)
        if credential:
            passkeys.verify_authentication(credential, challenge, user_id=user.id)
        if credential or two_factor.verify_code(user, code):
            rate_limits.reset(rate_limits.session_keys("code", user_session.id))
            return renew_session(user_session)
        record(action="second-factor-failed")
    return ""


@retry_transaction
def _rehash(user_id: int, password_hash: str) -> None:
    with write_transaction():
        db.session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))


def _keys(purpose: str, email: str, network: str) -> RateLimitKeys:
    return rate_limits.sign_in_keys(purpose, email=email, network=network, device=known_device(email))


def _password_id(user: User | None) -> str:
    """The end of a password's hash, which binds the first step of a sign-in to the password that it checked."""
    return user.password_hash[-16:] if user else "-" * 16
