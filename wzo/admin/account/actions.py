"""What editors change about their own accounts. Whatever proves who they are ends all their other sessions."""

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from wzo.accounts import passkeys, passwords, rate_limits, two_factor
from wzo.accounts.actions import end_sessions, keep, renew_session
from wzo.accounts.models import Passkey, User, UserSession
from wzo.audit import log
from wzo.extensions import db, write_transaction

OBJECT_TYPE = "users"


def change_settings(*, user_id: int, name: str, language: str, zone: str) -> None:
    """Note what an editor is called, and in which language and time zone the panel speaks to them."""
    with write_transaction():
        db.session.execute(update(User).where(User.id == user_id).values(name=name, language=language, zone=zone))
        log(action="settings changed")


def change_password(user_session: UserSession, *, old: str, password: str, network: str) -> bool:
    """Take a new password; whether the old one was right. Raises TooManyGuesses."""
    user = db.session.get_one(User, user_session.user_id)
    user_id, email, kept = user.id, user.email, user.password_hash
    rate_limits.hit("password", email=email, network=network)
    if not passwords.check_password(kept, old):
        return False
    password_hash = passwords.hash_password(password)
    with write_transaction():
        rate_limits.reset(email=email, network=network)
        db.session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
        token = _prove_anew(user_session)
        log(action="password changed", object_type=OBJECT_TYPE, object_id=user_id)
    keep(token)
    return True


def change_authenticator(user_session: UserSession, *, secret: str, code: str) -> bool:
    """Take a new code generator in place of the old one; whether its code was right."""
    step = two_factor.find_step(secret, code)
    if step is None:
        return False
    user_id = user_session.user_id
    with write_transaction():
        db.session.execute(
            update(User)
            .where(User.id == user_id)
            .values(totp_ciphertext=two_factor.seal_secret(secret), totp_step=step)
        )
        token = _prove_anew(user_session)
        log(action="authenticator changed", object_type=OBJECT_TYPE, object_id=user_id)
    keep(token)
    return True


def renew_recovery_codes(user_session: UserSession) -> list[str]:
    """Make ten new recovery codes; the old ones lapse."""
    user_id = user_session.user_id
    with write_transaction():
        codes = two_factor.new_recovery_codes(user_id)
        token = _prove_anew(user_session)
        log(action="recovery codes made", object_type=OBJECT_TYPE, object_id=user_id)
    keep(token)
    return codes


def add_passkey(user_session: UserSession, *, answer: str, name: str) -> None:
    """Add the passkey that the browser made; raises PasskeyRefused."""
    user_id = user_session.user_id
    try:
        with write_transaction():
            made = passkeys.read_new(answer)
            db.session.add(
                Passkey(
                    user_id=user_id,
                    credential_id=made.credential_id,
                    public_key=made.credential_public_key,
                    sign_count=made.sign_count,
                    name=name,
                )
            )
            token = _prove_anew(user_session)
            log(action="passkey added", object_type=OBJECT_TYPE, object_id=user_id)
    except IntegrityError:
        # It is there already.
        raise passkeys.PasskeyRefused from None
    keep(token)


def name_passkey(*, passkey_id: int, user_id: int, name: str) -> None:
    """Call one of the editor's passkeys by another name."""
    with write_transaction():
        db.session.execute(
            update(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id).values(name=name)
        )


def remove_passkey(user_session: UserSession, *, passkey_id: int) -> None:
    """Remove one of the editor's passkeys."""
    user_id = user_session.user_id
    with write_transaction():
        gone = db.session.scalar(
            delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id).returning(Passkey.id)
        )
        if gone is None:
            return
        token = _prove_anew(user_session)
        log(action="passkey removed", object_type=OBJECT_TYPE, object_id=user_id)
    keep(token)


def _prove_anew(user_session: UserSession) -> str:
    """End the editor's other sessions and renew this one; the word for `keep`."""
    end_sessions(user_session.user_id, but=user_session.id)
    return renew_session(user_session)
