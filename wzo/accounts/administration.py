"""Actions of administrators on the accounts of others: change roles, close and reopen accounts, end sessions."""

from flask_babel import lazy_gettext
from sqlalchemy import select

from wzo.accounts.invitations import OBJECT_TYPE, revoke_invitations_of
from wzo.accounts.models import Role, User
from wzo.accounts.sessions import end_sessions, lock_user
from wzo.audit import record
from wzo.clock import now
from wzo.errors import WzoError
from wzo.extensions import db, write_transaction
from wzo.transaction_retries import retry_transaction


class CannotChangeOwnAccount(WzoError):
    """Administrators cannot remove their own role or account, so that there is always an administrator."""

    status = 403
    title = lazy_gettext("You cannot do this to your own account")
    advice = lazy_gettext(
        "Only another administrator can change your role or disable your account, so that there is always at least one."
    )


class NoLongerAdministrator(WzoError):
    """The administrator lost the role while the page was open."""

    status = 403
    title = lazy_gettext("You are no longer an administrator")
    advice = lazy_gettext("Your role was changed while the page was open. Nothing has been done.")


@retry_transaction
def change_role(*, user_id: int, role: str, by: int) -> None:
    """Change an editor's role and end all their sessions.

    `by` is the administrator's id. Raises CannotChangeOwnAccount or NoLongerAdministrator.
    """
    with write_transaction():
        user = _lock_other_user(user_id, by)
        if user.role != role:
            record(action="change-role", object_type=OBJECT_TYPE, object_id=user_id, before=user.role, after=role)
            user.role = role
            end_sessions(user_id)
            revoke_invitations_of(user_id)


@retry_transaction
def disable(*, user_id: int, by: int) -> None:
    """Close an account, end its sessions and revoke its links; its content stays. Raises as `change_role` does."""
    with write_transaction():
        user = _lock_other_user(user_id, by)
        if user.disabled_at is None:
            user.disabled_at = now()
            end_sessions(user_id)
            revoke_invitations_of(user_id)
            record(action="disable-account", object_type=OBJECT_TYPE, object_id=user_id)


@retry_transaction
def enable(*, user_id: int, by: int) -> None:
    """Reopen a closed account. Raises as `change_role` does."""
    with write_transaction():
        user = _lock_other_user(user_id, by)
        if user.disabled_at is not None:
            user.disabled_at = None
            record(action="enable-account", object_type=OBJECT_TYPE, object_id=user_id)


@retry_transaction
def end_all_sessions(*, user_id: int, by: int) -> int:
    """End all sessions of another editor; returns how many there were. Raises as `change_role` does."""
    with write_transaction():
        _lock_other_user(user_id, by)
        number = end_sessions(user_id)
        record(action="end-sessions", object_type=OBJECT_TYPE, object_id=user_id, number=number)
    return number


def _lock_other_user(user_id: int, by: int) -> User:
    """Lock another editor, after all administrators, so that they act one at a time and only while they are."""
    if user_id == by:
        raise CannotChangeOwnAccount
    administrators = db.session.scalars(
        select(User.id)
        .where(User.role == Role.ADMINISTRATOR, User.disabled_at.is_(None))
        .order_by(User.id)
        .with_for_update(key_share=True)
    ).all()
    if by not in administrators:
        raise NoLongerAdministrator
    return lock_user(user_id)
