"""What administrators read: who the editors are, which links are out, who did what."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from wzo.accounts.models import Invitation, Passkey, User, UserSession
from wzo.accounts.queries import IDLE, LONGEST
from wzo.audit import AuditEntry
from wzo.clock import now
from wzo.extensions import AnyRow, db

PAGE = 50


def get_people() -> list[AnyRow]:
    """Every editor by name, those with closed accounts last; `sessions` counts where each is signed in."""
    moment = now()
    sessions = (
        select(func.count())
        .where(
            UserSession.user_id == User.id,
            UserSession.seen_at > moment - IDLE,
            UserSession.created_at > moment - LONGEST,
        )
        .scalar_subquery()
        .label("sessions")
    )
    passkeys = select(func.count()).where(Passkey.user_id == User.id).scalar_subquery().label("passkeys")
    columns = (User.id, User.name, User.email, User.role, User.disabled_at, sessions, passkeys)
    statement = select(*columns).order_by(User.disabled_at.is_not(None), User.name, User.id)
    return list(db.session.execute(statement).all())


def get_person_or_404(user_id: int) -> User:
    """An editor."""
    return db.get_or_404(User, user_id)


def get_open_links() -> list[Invitation]:
    """The links that can still be used, the newest first."""
    return list(
        db.session.scalars(
            select(Invitation)
            .where(Invitation.used_at.is_(None), Invitation.expires_at > now(), Invitation.email != "")
            .order_by(Invitation.id.desc())
        )
    )


def get_names() -> list[tuple[int, str]]:
    """The ids and names of all editors, by name."""
    return [(row.id, row.name) for row in db.session.execute(select(User.id, User.name).order_by(User.name, User.id))]


def get_actions() -> list[str]:
    """Every word for an act that stands in the log."""
    return list(db.session.scalars(select(AuditEntry.action).distinct()))


def get_entries(
    *,
    person: int | None = None,
    action: str = "",
    object_type: str = "",
    object_id: int | None = None,
    day: date | None = None,
    zone: str = "UTC",
    before: int | None = None,
) -> tuple[list[AnyRow], int | None]:
    """A page of the log, the newest first, and the id before which the next page begins, None at the end.

    `day` is a day of the time zone; `object_id` is an id of the `object_type`.
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
    if person is not None:
        statement = statement.where(AuditEntry.user_id == person)
    if action:
        statement = statement.where(AuditEntry.action == action)
    if object_type:
        statement = statement.where(AuditEntry.object_type == object_type)
    if object_id is not None:
        statement = statement.where(AuditEntry.object_id == object_id)
    if day is not None:
        start, end = (
            datetime.combine(it, datetime.min.time(), ZoneInfo(zone)) for it in (day, day + timedelta(days=1))
        )
        statement = statement.where(AuditEntry.at >= start, AuditEntry.at < end)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    rows = list(db.session.execute(statement.order_by(AuditEntry.id.desc()).limit(PAGE + 1)).all())
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
