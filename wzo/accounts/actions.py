"""Signing in, and verifying a signed-in editor's second factor again."""

from sqlalchemy import select, update

from wzo.accounts import passkeys, passwords, rate_limits, two_factor
from wzo.accounts.flow_state import SIGN_IN, get_flow_state, save_flow_state
from wzo.accounts.models import User, UserSession
from wzo.accounts.sessions import activate, add_session, renew_session, replace_token
from wzo.audit import log
from wzo.extensions import db, write_transaction


class InvalidCredentials(Exception):
    """The address, the password or the second factor is wrong; it is not revealed which."""


def begin_sign_in(*, email: str, password: str, network: str) -> None:
    """Check a password, and store the result in the encrypted flow state for the page that asks for the code.

    Raises RateLimited. Nothing reveals whether the password was right or whether the account exists.
    """
    email = email.strip().lower()
    rate_limits.hit("password", email=email, network=network)
    user = db.session.scalars(select(User).where(User.email == email)).one_or_none()
    enabled = user is not None and user.disabled_at is None
    right = passwords.check_password(user.password_hash if user and enabled else "", password)
    if right and user and passwords.needs_rehash(user.password_hash):
        user_id, password_hash = user.id, passwords.hash_password(password)
        with write_transaction():
            db.session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
        user = db.session.get(User, user_id)
    found = user if right else None
    # Of the same length in either case, because the browser sees the length of the ciphertext.
    save_flow_state(SIGN_IN, email=email, user_id=f"{found.id if found else 0:010}", password=_password_id(found))


def sign_in_begun() -> bool:
    """Whether this browser has submitted the first page of the sign-in within the last minutes."""
    return get_flow_state(SIGN_IN) is not None


def finish_sign_in(*, code: str, network: str, device: str) -> None:
    """Sign an editor in, if the password was right before and the code is now.

    Raises InvalidCredentials or RateLimited.
    """
    begun = get_flow_state(SIGN_IN)
    if begun is None:
        raise InvalidCredentials
    rate_limits.hit("code", email=begun["email"], network=network)
    with write_transaction():
        known = db.session.scalars(select(User).where(User.email == begun["email"])).one_or_none()
        right = known and known.id == int(begun["user_id"]) and _password_id(known) == begun["password"]
        user = known if known and right and known.disabled_at is None else None
        verified = two_factor.verify_code(user, code)
        token = ""
        if verified and user:
            rate_limits.reset(email=user.email, network=network)
            token = add_session(user, device)
            log(action="sign-in", user_id=user.id)
        else:
            log(action="sign-in-failed", user_id=known.id if known else None)
    if not token:
        raise InvalidCredentials
    activate(token)


def sign_in_with_passkey(*, credential: str, device: str) -> None:
    """Sign in the editor whose passkey the browser used; raises InvalidCredentials."""
    try:
        with write_transaction():
            user = passkeys.verify_authentication(credential)
            token = add_session(user, device)
            log(action="sign-in", user_id=user.id, passkey=True)
    except passkeys.PasskeyRefused:
        raise InvalidCredentials from None
    activate(token)


def verify_factor(user_session: UserSession, *, code: str = "", credential: str = "", network: str) -> bool:
    """Verify a code or a passkey credential again; if it is right, the session is renewed. Raises RateLimited."""
    user_id, email = user_session.user_id, db.session.get_one(User, user_session.user_id).email
    if not credential:
        rate_limits.hit("code", email=email, network=network)
    token = ""
    try:
        with write_transaction():
            if credential:
                passkeys.verify_authentication(credential, user_id=user_id)
            if credential or two_factor.verify_code(db.session.get_one(User, user_id), code):
                rate_limits.reset(email=email, network=network)
                token = renew_session(user_session)
            else:
                log(action="second-factor-failed")
    except passkeys.PasskeyRefused:
        return False
    if token:
        replace_token(token)
    return bool(token)


def _password_id(user: User | None) -> str:
    """The end of a password's hash, which ties the first step of a sign-in to the password it was checked against."""
    return user.password_hash[-16:] if user else "-" * 16
