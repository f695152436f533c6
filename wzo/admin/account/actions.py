"""Changes that editors make to their own accounts. A change of credentials ends all their other sessions."""

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from wzo.accounts import passkeys, passwords, rate_limits, two_factor
from wzo.accounts.models import Passkey, User, UserSession
from wzo.accounts.sessions import end_sessions, renew_session, replace_token
from wzo.audit import log
from wzo.extensions import db, write_transaction

OBJECT_TYPE = "users"


def change_settings(*, user_id: int, name: str, language: str, timezone: str) -> None:
    """Save an editor's name, and the language and time zone of the panel."""
    with write_transaction():
        db.session.execute(
            update(User).where(User.id == user_id).values(name=name, language=language, timezone=timezone)
        )
        log(action="change-settings")


def change_password(user_session: UserSession, *, old: str, password: str, network: str) -> bool:
    """Change the password, if the old one is right; returns whether it is. Raises RateLimited."""
    user = db.session.get_one(User, user_session.user_id)
    user_id, email, old_hash = user.id, user.email, user.password_hash
    rate_limits.hit("password", email=email, network=network)
    if not passwords.check_password(old_hash, old):
        return False
    password_hash = passwords.hash_password(password)
    with write_transaction():
        rate_limits.reset(email=email, network=network)
        db.session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
        token = _end_others_and_renew(user_session)
        log(action="change-password", object_type=OBJECT_TYPE, object_id=user_id)
    replace_token(token)
    return True


def change_authenticator(user_session: UserSession, *, secret: str, code: str) -> bool:
    """Replace the authenticator app, if the new one's code is right; returns whether it is."""
    step = two_factor.find_time_step(secret, code)
    if step is None:
        return False
    user_id = user_session.user_id
    with write_transaction():
        db.session.execute(
            update(User)
            .where(User.id == user_id)
            .values(totp_ciphertext=two_factor.encrypt_secret(secret), totp_step=step)
        )
        token = _end_others_and_renew(user_session)
        log(action="change-authenticator", object_type=OBJECT_TYPE, object_id=user_id)
    replace_token(token)
    return True


def renew_recovery_codes(user_session: UserSession) -> list[str]:
    """Replace the recovery codes, and return the new ones."""
    user_id = user_session.user_id
    with write_transaction():
        codes = two_factor.generate_recovery_codes(user_id)
        token = _end_others_and_renew(user_session)
        log(action="create-recovery-codes", object_type=OBJECT_TYPE, object_id=user_id)
    replace_token(token)
    return codes


def add_passkey(user_session: UserSession, *, credential: str, name: str) -> None:
    """Add the passkey that the browser created; raises PasskeyRefused."""
    user_id = user_session.user_id
    try:
        with write_transaction():
            verified = passkeys.verify_registration(credential)
            db.session.add(
                Passkey(
                    user_id=user_id,
                    credential_id=verified.credential_id,
                    public_key=verified.credential_public_key,
                    sign_count=verified.sign_count,
                    name=name,
                )
            )
            token = _end_others_and_renew(user_session)
            log(action="add-passkey", object_type=OBJECT_TYPE, object_id=user_id)
    except IntegrityError:
        # It was added before.
        raise passkeys.PasskeyRefused from None
    replace_token(token)


def name_passkey(*, passkey_id: int, user_id: int, name: str) -> None:
    """Rename one of the editor's passkeys."""
    with write_transaction():
        db.session.execute(
            update(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id).values(name=name)
        )


def remove_passkey(user_session: UserSession, *, passkey_id: int) -> None:
    """Remove one of the editor's passkeys."""
    user_id = user_session.user_id
    with write_transaction():
        removed = db.session.scalar(
            delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id).returning(Passkey.id)
        )
        if removed is None:
            return
        token = _end_others_and_renew(user_session)
        log(action="remove-passkey", object_type=OBJECT_TYPE, object_id=user_id)
    replace_token(token)


def _end_others_and_renew(user_session: UserSession) -> str:
    """End the editor's other sessions and renew this one; returns the token for `replace_token`."""
    end_sessions(user_session.user_id, except_id=user_session.id)
    return renew_session(user_session)
