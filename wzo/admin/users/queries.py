"""Reads the editors, their open invitations and the audit log for administrators."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from wzo.accounts.models import Invitation, Passkey, User, UserSession
from wzo.accounts.queries import is_live_session, is_open_invitation
from wzo.audit import AuditEntry
from wzo.extensions import AnyRow, db

PAGE_SIZE = 50


def get_users() -> list[AnyRow]:
    """All editors by name, closed accounts last, with the numbers of their live `sessions` and `passkeys`."""
    sessions = (
        select(func.count())
        .where(
            UserSession.user_id == User.id,
            is_live_session(),
        )
        .scalar_subquery()
        .label("sessions")
    )
    passkeys = select(func.count()).where(Passkey.user_id == User.id).scalar_subquery().label("passkeys")
    columns = (User.id, User.name, User.email, User.role, User.disabled_at, sessions, passkeys)
    statement = select(*columns).order_by(User.disabled_at.is_not(None), User.name, User.id)
    return list(db.session.execute(statement).all())


def get_user_or_404(user_id: int) -> User:
    """The editor with an id."""
    return db.get_or_404(User, user_id)


def get_open_invitations() -> list[Invitation]:
    """The invitations and reset links that can still be used, newest first."""
    return list(
        db.session.scalars(
            select(Invitation).where(is_open_invitation(), Invitation.email != "").order_by(Invitation.id.desc())
        )
    )


def get_names() -> list[tuple[int, str]]:
    """The ids and names of all editors, by name."""
    return [(row.id, row.name) for row in db.session.execute(select(User.id, User.name).order_by(User.name, User.id))]


def get_actions() -> list[str]:
    """All actions in the audit log."""
    return list(db.session.scalars(select(AuditEntry.action).distinct()))


def get_entries(
    *,
    user_id: int | None = None,
    action: str = "",
    object_type: str = "",
    object_id: int | None = None,
    day: date | None = None,
    timezone: str = "UTC",
    before: int | None = None,
) -> tuple[list[AnyRow], int | None]:
    """A page of the log, newest first, and the value of `before` for the next page, or None at the end.

    `day` is a day in `timezone`; `object_id` is an id of the `object_type`.
    """
    statement = select(
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.user_id,
        AuditEntry.action,
        AuditEntry.object_type,
        AuditEntry.object_id,
        AuditEntry.details,
        User.name,
    ).outerjoin(User, User.id == AuditEntry.user_id)
    if user_id is not None:
        statement = statement.where(AuditEntry.user_id == user_id)
    if action:
        statement = statement.where(AuditEntry.action == action)
    if object_type:
        statement = statement.where(AuditEntry.object_type == object_type)
    if object_id is not None:
        statement = statement.where(AuditEntry.object_id == object_id)
    if day is not None:
        start, end = (
            datetime.combine(it, datetime.min.time(), ZoneInfo(timezone)) for it in (day, day + timedelta(days=1))
        )
        statement = statement.where(AuditEntry.at >= start, AuditEntry.at < end)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    rows = list(db.session.execute(statement.order_by(AuditEntry.id.desc()).limit(PAGE_SIZE + 1)).all())
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None
