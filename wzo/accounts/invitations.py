"""What administrators do with accounts, and how an account begins: by a link that is good once."""

import secrets
from datetime import timedelta
from typing import Any

from flask import render_template
from flask_babel import force_locale, gettext
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from wzo import mail
from wzo.accounts import passwords, two_factor
from wzo.accounts.actions import end_sessions
from wzo.accounts.models import Invitation, Passkey, Role, User
from wzo.accounts.queries import token_hash
from wzo.audit import log
from wzo.clock import now
from wzo.config import settings
from wzo.errors import LinkOver, NoLongerAdministrator, NotYourself
from wzo.extensions import db, write_transaction

# How long a link is good, in seconds.
LINK_LIVES = timedelta(hours=24)
OBJECT_TYPE = "users"


class AddressTaken(Exception):
    """There is an account with this address."""


def invite(*, name: str, email: str, role: str, language: str, created_by: int | None) -> str:
    """Invite somebody, and send the link by mail too; the link's word. Raises AddressTaken."""
    with write_transaction():
        if db.session.scalar(select(User.id).where(User.email == email)) is not None:
            raise AddressTaken
        db.session.execute(delete(Invitation).where(Invitation.email == email, Invitation.used_at.is_(None)))
        token = _add_link(name=name, email=email, role=role, created_by=created_by)
        _write_letter(email, token, language)
        log(action="invited", role=role)
    return token


def make_reset_link(*, user_id: int, created_by: int | None) -> str:
    """Make a link by which an editor sets a new password and a new second factor; the link's word."""
    with write_transaction():
        user = db.session.get_one(User, user_id)
        db.session.execute(delete(Invitation).where(Invitation.user_id == user_id, Invitation.used_at.is_(None)))
        token = _add_link(name=user.name, email=user.email, role=user.role, created_by=created_by, user_id=user_id)
        log(action="reset link made", object_type=OBJECT_TYPE, object_id=user_id)
    return token


def make_first_link() -> str | None:
    """Make the link by which the first administrator comes in; None where there is an account. Earlier ones lapse."""
    with write_transaction():
        if db.session.scalar(select(User.id).limit(1)) is not None:
            return None
        db.session.execute(delete(Invitation).where(Invitation.email == ""))
        return _add_link(name="", email="", role=Role.ADMINISTRATOR, created_by=None)


def withdraw_invitation(invitation_id: int) -> None:
    """Make a link void that was not used yet."""
    with write_transaction():
        gone = db.session.scalar(
            delete(Invitation)
            .where(Invitation.id == invitation_id, Invitation.used_at.is_(None))
            .returning(Invitation.name)
        )
        if gone is not None:
            log(action="invitation withdrawn")


def accept(
    *, token: str, name: str, email: str, password: str, secret: str, code: str, language: str, zone: str
) -> tuple[User, list[str]] | None:
    """Use a link: the account with its password and second factor, and its recovery codes.

    None for a wrong code. Raises LinkOver, AddressTaken. Where the link is for an account that is there already, all
    that proved its owner until now is void: password, generator, passkeys, sessions.
    """
    step = two_factor.find_step(secret, code)
    if step is None:
        return None
    proofs = {
        "password_hash": passwords.hash_password(password),
        "totp_ciphertext": two_factor.seal_secret(secret),
        "totp_step": step,
    }
    try:
        with write_transaction():
            user = _use_link(token, {"name": name, "email": email, "language": language, "zone": zone}, proofs)
            codes = two_factor.new_recovery_codes(user.id)
    except IntegrityError:
        raise AddressTaken from None
    return user, codes


def change_role(*, user_id: int, role: str, by: int) -> None:
    """Give an editor another role; all their sessions end. Raises NotYourself, NoLongerAdministrator."""
    with write_transaction():
        user = _other_person(user_id, by)
        if user.role != role:
            log(action="role changed", object_type=OBJECT_TYPE, object_id=user_id, before=user.role, after=role)
            user.role = role
            end_sessions(user_id)
            _void_links(user_id)


def disable(*, user_id: int, by: int) -> None:
    """Close an account: its sessions end, its links lapse; what the editor made stays. Raises as `change_role`."""
    with write_transaction():
        user = _other_person(user_id, by)
        if user.disabled_at is None:
            user.disabled_at = now()
            end_sessions(user_id)
            _void_links(user_id)
            log(action="disabled", object_type=OBJECT_TYPE, object_id=user_id)


def _void_links(user_id: int) -> None:
    """Let no link lead in any more that was made for an editor, or by one."""
    theirs = or_(Invitation.user_id == user_id, Invitation.created_by == user_id)
    db.session.execute(delete(Invitation).where(theirs, Invitation.used_at.is_(None)))


def enable(*, user_id: int, by: int) -> None:
    """Open a closed account again. Raises as `change_role`."""
    with write_transaction():
        user = _other_person(user_id, by)
        if user.disabled_at is not None:
            user.disabled_at = None
            log(action="enabled", object_type=OBJECT_TYPE, object_id=user_id)


def end_all_sessions(*, user_id: int, by: int) -> int:
    """End all sessions of another editor; how many there were. Raises as `change_role`."""
    with write_transaction():
        _other_person(user_id, by)
        number = end_sessions(user_id)
        log(action="sessions ended", object_type=OBJECT_TYPE, object_id=user_id, number=number)
    return number


def _other_person(user_id: int, by: int) -> User:
    """An editor who is not the one who acts. Administrators act one after the other, and only while they are that."""
    if user_id == by:
        raise NotYourself
    administrators = db.session.scalars(
        select(User.id)
        .where(User.role == Role.ADMINISTRATOR, User.disabled_at.is_(None))
        .order_by(User.id)
        .with_for_update()
    ).all()
    if by not in administrators:
        raise NoLongerAdministrator
    return db.session.get_one(User, user_id, populate_existing=True)


def _add_link(*, name: str, email: str, role: str, created_by: int | None, user_id: int | None = None) -> str:
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_hash=token_hash(token),
        user_id=user_id,
        email=email,
        name=name,
        role=role,
        created_by=created_by,
        expires_at=now() + LINK_LIVES,
    )
    db.session.add(invitation)
    return token


def _use_link(token: str, who: dict[str, Any], proofs: dict[str, Any]) -> User:
    moment = now()
    link = db.session.execute(
        update(Invitation)
        .where(Invitation.token_hash == token_hash(token), Invitation.used_at.is_(None), Invitation.expires_at > moment)
        .values(used_at=moment)
        .returning(Invitation.user_id, Invitation.email, Invitation.role)
    ).one_or_none()
    if link is None:
        raise LinkOver
    if link.user_id is None:
        user = User(**{**who, "email": link.email or who["email"]}, role=link.role, **proofs)
        db.session.add(user)
        db.session.flush()
        log(action="account made", object_type=OBJECT_TYPE, object_id=user.id, user_id=user.id, role=link.role)
        return user
    user = db.session.get_one(User, link.user_id)
    if user.disabled_at is not None:
        raise LinkOver
    for column, value in {**proofs, "name": who["name"], "zone": who["zone"]}.items():
        setattr(user, column, value)
    end_sessions(user.id)
    db.session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    log(action="account set up anew", object_type=OBJECT_TYPE, object_id=user.id, user_id=user.id)
    return user


def _write_letter(email: str, token: str, language: str) -> None:
    """The letter says nothing of us: a mail provider must not learn who works here."""
    site = settings().mail_site_url
    with force_locale(language):
        mail.enqueue(
            to=email,
            subject=gettext("Your access"),
            text=render_template("email/invitation.txt", url=f"{site}/admin/set-up/{token}/"),
        )
