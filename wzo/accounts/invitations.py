"""Links that work once: each sets up a new account, or resets an existing one."""

from datetime import timedelta
from typing import Any

from flask import render_template
from flask_babel import gettext, lazy_gettext
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from wzo import mail
from wzo.accounts import passwords, two_factor
from wzo.accounts.models import Invitation, Passkey, Role, User
from wzo.accounts.queries import hash_token
from wzo.accounts.sessions import end_sessions
from wzo.audit import log
from wzo.clock import now
from wzo.config import settings
from wzo.errors import WzoError
from wzo.extensions import db, write_transaction
from wzo.i18n import in_language
from wzo.link_tokens import generate_token

INVITATION_LIFETIME = timedelta(hours=24)
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


def invite(*, name: str, email: str, role: str, language: str, created_by: int | None) -> str:
    """Invite an editor, and e-mail them the link; returns its token. Raises EmailTaken."""
    with write_transaction():
        if db.session.scalar(select(User.id).where(User.email == email)) is not None:
            raise EmailTaken
        db.session.execute(delete(Invitation).where(Invitation.email == email, Invitation.used_at.is_(None)))
        token = _add_invitation(name=name, email=email, role=role, created_by=created_by)
        _enqueue_email(email, token, language)
        log(action="create-invitation", role=role)
    return token


def create_reset_link(*, user_id: int, created_by: int | None) -> str:
    """Create a link by which an editor sets a new password and a new second factor; returns its token."""
    with write_transaction():
        user = db.session.get_one(User, user_id)
        db.session.execute(delete(Invitation).where(Invitation.user_id == user_id, Invitation.used_at.is_(None)))
        token = _add_invitation(
            name=user.name, email=user.email, role=user.role, created_by=created_by, user_id=user_id
        )
        log(action="create-reset-link", object_type=OBJECT_TYPE, object_id=user_id)
    return token


def create_first_invitation() -> str | None:
    """Create the link for the first administrator, which replaces earlier ones; None if there is an account already."""
    with write_transaction():
        if db.session.scalar(select(User.id).limit(1)) is not None:
            return None
        db.session.execute(delete(Invitation).where(Invitation.email == ""))
        return _add_invitation(name="", email="", role=Role.ADMINISTRATOR, created_by=None)


def revoke_invitation(invitation_id: int) -> None:
    """Revoke a link that was not used yet."""
    with write_transaction():
        name = db.session.scalar(
            delete(Invitation)
            .where(Invitation.id == invitation_id, Invitation.used_at.is_(None))
            .returning(Invitation.name)
        )
        if name is not None:
            log(action="revoke-invitation")


def revoke_invitations_of(user_id: int) -> None:
    """Revoke all unused links that were created for an editor, or by them, in the caller's transaction."""
    theirs = or_(Invitation.user_id == user_id, Invitation.created_by == user_id)
    db.session.execute(delete(Invitation).where(theirs, Invitation.used_at.is_(None)))


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
    timestamp = now()
    invitation = db.session.execute(
        update(Invitation)
        .where(
            Invitation.token_hash == hash_token(token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > timestamp,
        )
        .values(used_at=timestamp)
        .returning(Invitation.user_id, Invitation.email, Invitation.role)
    ).one_or_none()
    if invitation is None:
        raise InvalidInvitation
    if invitation.user_id is None:
        email, role = invitation.email or profile["email"], invitation.role
        user = User(**{**profile, "email": email}, role=role, **credentials)
        db.session.add(user)
        db.session.flush()
        log(action="create-account", object_type=OBJECT_TYPE, object_id=user.id, user_id=user.id, role=role)
        return user
    return _reset_account(invitation.user_id, {**credentials, "name": profile["name"], "timezone": profile["timezone"]})


def _reset_account(user_id: int, values: dict[str, Any]) -> User:
    user = db.session.get_one(User, user_id)
    if user.disabled_at is not None:
        raise InvalidInvitation
    for column, value in values.items():
        setattr(user, column, value)
    end_sessions(user.id)
    db.session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    log(action="reset-account", object_type=OBJECT_TYPE, object_id=user.id, user_id=user.id)
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
