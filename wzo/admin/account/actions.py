"""Changes that editors make to their own accounts. A change of credentials ends all their other sessions."""

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from wzo.accounts import passkeys, passwords, rate_limits, two_factor
from wzo.accounts.models import Passkey, User, UserSession
from wzo.accounts.passkeys_only import LastPasskey, is_passkeys_only
from wzo.accounts.sessions import end_sessions, lock_user, renew_session, replace_token
from wzo.audit import record
from wzo.extensions import db, write_transaction
from wzo.transaction_retries import retry_transaction

OBJECT_TYPE = "users"


@retry_transaction
def change_settings(*, user_id: int, name: str, language: str, timezone: str) -> None:
    """Save an editor's name, and the language and time zone of the panel."""
    with write_transaction():
        db.session.execute(
            update(User).where(User.id == user_id).values(name=name, language=language, timezone=timezone)
        )
        record(action="change-settings")


def change_password(user_session: UserSession, *, old: str, password: str) -> bool:
    """Change the password, if the old one is right; returns whether it is. Raises RateLimited."""
    keys = rate_limits.session_keys("password", user_session.id)
    rate_limits.hit(keys)
    if not passwords.check_password(db.session.get_one(User, user_session.user_id).password_hash, old):
        return False
    replace_token(_set_password(user_session, passwords.hash_password(password), keys))
    return True


@retry_transaction
def _set_password(user_session: UserSession, password_hash: str, keys: rate_limits.RateLimitKeys) -> str:
    with write_transaction():
        lock_user(user_session.user_id).password_hash = password_hash
        rate_limits.reset(keys)
        record(action="change-password", object_type=OBJECT_TYPE, object_id=user_session.user_id)
        return _end_others_and_renew(user_session)


def change_authenticator(user_session: UserSession, *, secret: str, code: str) -> bool:
    """Replace the authenticator app, if the new one's code is right; returns whether it is."""
    step = two_factor.find_time_step(secret, code)
    if step is None:
        return False
    replace_token(_set_authenticator(user_session, two_factor.encrypt_secret(secret), step))
    return True


@retry_transaction
def _set_authenticator(user_session: UserSession, ciphertext: bytes, step: int) -> str:
    with write_transaction():
        user = lock_user(user_session.user_id)
        user.totp_ciphertext, user.totp_step = ciphertext, step
        record(action="change-authenticator", object_type=OBJECT_TYPE, object_id=user.id)
        return _end_others_and_renew(user_session)


def renew_recovery_codes(user_session: UserSession) -> list[str]:
    """Replace the recovery codes, and return the new ones."""
    token, codes = _set_recovery_codes(user_session)
    replace_token(token)
    return codes


@retry_transaction
def _set_recovery_codes(user_session: UserSession) -> tuple[str, list[str]]:
    user_id = user_session.user_id
    with write_transaction():
        lock_user(user_id)
        codes = two_factor.generate_recovery_codes(user_id)
        record(action="create-recovery-codes", object_type=OBJECT_TYPE, object_id=user_id)
        return _end_others_and_renew(user_session), codes


def add_passkey(user_session: UserSession, *, credential: str, name: str) -> None:
    """Add the passkey that the browser created; raises PasskeyRefused."""
    challenge = passkeys.take_challenge()
    try:
        replace_token(_store_passkey(user_session, credential, challenge, name))
    except IntegrityError:
        # It was added before.
        raise passkeys.PasskeyRefused from None


@retry_transaction
def _store_passkey(user_session: UserSession, credential: str, challenge: bytes, name: str) -> str:
    with write_transaction():
        user_id = lock_user(user_session.user_id).id
        verified = passkeys.verify_registration(credential, challenge)
        db.session.add(passkeys.new_passkey(user_id, verified, name))
        record(action="add-passkey", object_type=OBJECT_TYPE, object_id=user_id)
        return _end_others_and_renew(user_session)


@retry_transaction
def name_passkey(*, passkey_id: int, user_id: int, name: str) -> None:
    """Rename one of the editor's passkeys."""
    with write_transaction():
        db.session.execute(
            update(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id).values(name=name)
        )


def remove_passkey(user_session: UserSession, *, passkey_id: int) -> None:
    """Remove one of the editor's passkeys. Raises LastPasskey if they could not sign in without it."""
    if token := _delete_passkey(user_session, passkey_id):
        replace_token(token)


@retry_transaction
def _delete_passkey(user_session: UserSession, passkey_id: int) -> str:
    """Delete a passkey and renew the session; returns its new token, or "" if there is no such passkey."""
    user_id = user_session.user_id
    with write_transaction():
        lock_user(user_id)
        if is_passkeys_only() and db.session.scalar(select(func.count()).where(Passkey.user_id == user_id)) == 1:
            raise LastPasskey
        removed = db.session.scalar(
            delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id).returning(Passkey.id)
        )
        if removed is None:
            return ""
        record(action="remove-passkey", object_type=OBJECT_TYPE, object_id=user_id)
        return _end_others_and_renew(user_session)


def _end_others_and_renew(user_session: UserSession) -> str:
    """End the editor's other sessions and renew this one; returns the token for `replace_token`."""
    end_sessions(user_session.user_id, except_id=user_session.id)
    return renew_session(user_session)
