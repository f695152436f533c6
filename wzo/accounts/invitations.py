"""Links that work once: an invitation sets up a new account, a reset link resets an existing one.

Both are rows of Invitation, and `accept_invitation` uses both.
"""

from typing import Any

from flask import render_template
from flask_babel import gettext, lazy_gettext
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from wzo import mail
from wzo.accounts import passkeys, passwords, two_factor
from wzo.accounts.models import Invitation, Passkey, RecoveryCode, Role, User
from wzo.accounts.queries import INVITATION_LIFETIME, hash_token, is_open_invitation
from wzo.accounts.sessions import end_sessions, lock_user
from wzo.audit import record
from wzo.clock import now
from wzo.config import settings
from wzo.errors import WzoError
from wzo.extensions import db, write_transaction
from wzo.i18n import in_language
from wzo.link_tokens import generate_token
from wzo.transaction_retries import retry_transaction

OBJECT_TYPE = "users"


class EmailTaken(Exception):
    """There is an account with this e-mail address already."""


class InvalidInvitation(WzoError):
    """The link that sets up an account was used, has expired, or never existed."""

    status = 410
    title = lazy_gettext("This link is no longer valid")
    advice = lazy_gettext(
        "The link can be used once, within 24 hours. Ask the person who gave it to you for a new one."
    )


@retry_transaction
def invite(*, name: str, email: str, role: str, language: str, created_by: int | None) -> str:
    """Invite an editor, and e-mail them the link; returns its token. Raises EmailTaken."""
    with write_transaction():
        if db.session.scalar(select(User.id).where(User.email == email)) is not None:
            raise EmailTaken
        db.session.execute(delete(Invitation).where(Invitation.email == email, Invitation.used_at.is_(None)))
        token = _add_invitation(name=name, email=email, role=role, created_by=created_by)
        _enqueue_email(email, token, language)
        record(action="create-invitation", role=role)
    return token


@retry_transaction
def create_reset_link(*, user_id: int, created_by: int | None) -> str:
    """Create a link by which an editor sets a new password and a new second factor; returns its token."""
    with write_transaction():
        user = lock_user(user_id)
        db.session.execute(delete(Invitation).where(Invitation.user_id == user_id, Invitation.used_at.is_(None)))
        token = _add_invitation(
            name=user.name, email=user.email, role=user.role, created_by=created_by, user_id=user_id
        )
        record(action="create-reset-link", object_type=OBJECT_TYPE, object_id=user_id)
    return token


@retry_transaction
def create_first_invitation() -> str | None:
    """Create a link for the first administrator; None if there is an account already.

    Earlier links stay valid until they expire: every release creates one, and the last may be in use.
    """
    with write_transaction():
        if db.session.scalar(select(User.id).limit(1)) is not None:
            return None
        db.session.execute(delete(Invitation).where(Invitation.email == "", Invitation.expires_at <= now()))
        return _add_invitation(name="", email="", role=Role.ADMINISTRATOR, created_by=None)


@retry_transaction
def revoke_invitation(invitation_id: int) -> None:
    """Revoke a link that was not used yet."""
    with write_transaction():
        name = db.session.scalar(
            delete(Invitation)
            .where(Invitation.id == invitation_id, Invitation.used_at.is_(None))
            .returning(Invitation.name)
        )
        if name is not None:
            record(action="revoke-invitation")


def revoke_invitations_of(user_id: int) -> None:
    """Revoke all unused links that were created for an editor, or by them, in the caller's transaction."""
    theirs = or_(Invitation.user_id == user_id, Invitation.created_by == user_id)
    db.session.execute(delete(Invitation).where(theirs, Invitation.used_at.is_(None)))


@retry_transaction
def accept_invitation(
    *, token: str, name: str, email: str, password: str, secret: str, code: str, language: str, timezone: str
) -> tuple[User, list[str]] | None:
    """Use a link to set up an account; returns it with its recovery codes, or None if the code is wrong.

    If the account exists already, its password, authenticator, passkeys and sessions are replaced or deleted.

    Raises InvalidInvitation or EmailTaken.
    """
    step = two_factor.find_time_step(secret, code)
    if step is None:
        return None
    credentials = {
        "password_hash": passwords.hash_password(password),
        "totp_ciphertext": two_factor.encrypt_secret(secret),
        "totp_step": step,
    }
    try:
        with write_transaction():
            profile = {"name": name, "email": email, "language": language, "timezone": timezone}
            user = _use_invitation(token, profile, credentials)
            codes = two_factor.generate_recovery_codes(user.id)
    except IntegrityError:
        raise EmailTaken from None
    return user, codes


def accept_with_passkey(
    *, token: str, credential: str, passkey_name: str, name: str, email: str, language: str, timezone: str
) -> User:
    """Use a link to set up an account that has a passkey and nothing else; returns it.

    If the account exists already, its password, authenticator, codes, passkeys and sessions are deleted.

    Raises InvalidInvitation, EmailTaken or PasskeyRefused.
    """
    profile = {"name": name, "email": email, "language": language, "timezone": timezone}
    try:
        return _accept_with_passkey(token, credential, passkeys.take_challenge(), passkey_name, profile)
    except IntegrityError:
        raise EmailTaken from None


@retry_transaction
def _accept_with_passkey(
    token: str, credential: str, challenge: bytes, passkey_name: str, profile: dict[str, Any]
) -> User:
    with write_transaction():
        user = _use_invitation(token, profile, {"password_hash": "", "totp_ciphertext": None, "totp_step": 0})
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
        verified = passkeys.verify_registration(credential, challenge)
        db.session.add(passkeys.new_passkey(user.id, verified, passkey_name))
    return user


def _add_invitation(*, name: str, email: str, role: str, created_by: int | None, user_id: int | None = None) -> str:
    token = generate_token()
    invitation = Invitation(
        token_hash=hash_token(token),
        user_id=user_id,
        email=email,
        name=name,
        role=role,
        created_by=created_by,
        expires_at=now() + INVITATION_LIFETIME,
    )
    db.session.add(invitation)
    return token


def _use_invitation(token: str, profile: dict[str, Any], credentials: dict[str, Any]) -> User:
    is_this = Invitation.token_hash == hash_token(token)
    if owner := db.session.scalar(select(Invitation.user_id).where(is_this)):
        # Before its invitations, as everywhere.
        lock_user(owner)
    invitation = db.session.execute(
        update(Invitation)
        .where(is_this, is_open_invitation())
        .values(used_at=now())
        .returning(Invitation.user_id, Invitation.email, Invitation.role)
    ).one_or_none()
    if invitation is None:
        raise InvalidInvitation
    if not invitation.email:
        _revoke_first_invitations()
    if invitation.user_id is None:
        email, role = invitation.email or profile["email"], invitation.role
        user = User(**{**profile, "email": email}, role=role, **credentials)
        db.session.add(user)
        db.session.flush()
        record(action="create-account", object_type=OBJECT_TYPE, object_id=user.id, user_id=user.id, role=role)
        return user
    return _reset_account(invitation.user_id, {**credentials, "name": profile["name"], "timezone": profile["timezone"]})


def _revoke_first_invitations() -> None:
    """Revoke the other first-administrator links, in the caller's transaction; raises InvalidInvitation."""
    first = select(Invitation.id).where(Invitation.email == "").order_by(Invitation.id)
    # Serialises two people who use such links at once.
    ids = db.session.scalars(first.with_for_update()).all()
    if db.session.scalar(select(User.id).limit(1)) is not None:
        raise InvalidInvitation
    db.session.execute(delete(Invitation).where(Invitation.id.in_(ids), Invitation.used_at.is_(None)))


def _reset_account(user_id: int, values: dict[str, Any]) -> User:
    user = db.session.get_one(User, user_id)
    if user.disabled_at is not None:
        raise InvalidInvitation
    for column, value in values.items():
        setattr(user, column, value)
    end_sessions(user.id)
    db.session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    record(action="reset-account", object_type=OBJECT_TYPE, object_id=user.id, user_id=user.id)
    return user


def _enqueue_email(email: str, token: str, language: str) -> None:
    """The e-mail does not mention the site: a mail provider must not learn who works on it."""
    site = settings().mail_site_url
    with in_language(language):
        mail.enqueue(
            to=email,
            subject=gettext("Your access"),
            text=render_template("email/invitation.txt", url=f"{site}/admin/set-up/{token}/"),
        )
