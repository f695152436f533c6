"""The alarms that were raised: each is claimed by one process among many, which then sends it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, and_, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from wzo.clock import now
from wzo.extensions import Base, db, upsert, write_transaction

# The least time between two messages about an alarm that was resolved and has recurred.
INTERVAL = timedelta(hours=1)
# After this time, an alarm that is not resolved is sent again.
REMINDER = timedelta(days=1)


class Alarm(Base):
    """An alarm, by the key of its finding: whether it is still open, and when it was last sent."""

    __tablename__ = "alarms"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    is_open: Mapped[bool]
    sent_at: Mapped[datetime]

    @property
    def is_due(self) -> bool:
        """Whether it must be sent again if its finding persists."""
        return is_due(is_open=self.is_open, age=now() - self.sent_at)


def is_due(*, is_open: bool, age: timedelta) -> bool:
    """Whether an alarm that was sent before must be sent again; `age`: how long ago it was sent."""
    # A negative age: the clock was set back.
    return age >= (REMINDER if is_open else INTERVAL) or age < timedelta(0)


def get_alarms() -> Sequence[Alarm]:
    """All alarms that were ever sent; a plain read, so that nobody waits for it."""
    return db.session.scalars(select(Alarm)).all()


def claim(key: str) -> bool:
    """Open an alarm; returns whether it is due, and so up to this process to send it."""
    time = now()
    is_due_again = or_(
        and_(Alarm.is_open.is_(False), Alarm.sent_at <= time - INTERVAL),
        Alarm.sent_at <= time - REMINDER,
        Alarm.sent_at > time,
    )
    values = {"is_open": True, "sent_at": time}
    statement = upsert(Alarm).values(key=key, **values)
    with write_transaction():
        # One statement, so that of many processes only one gets the row.
        claimed = db.session.scalar(
            statement.on_conflict_do_update(index_elements=["key"], set_=values, where=is_due_again).returning(
                Alarm.key
            )
        )
    return claimed is not None


def release(key: str) -> None:
    """Delete an alarm that could not be sent, so that a process claims it again."""
    with write_transaction():
        db.session.execute(delete(Alarm).where(Alarm.key == key))


def close_others(keys: Collection[str]) -> list[str]:
    """Close all alarms but those of these keys; returns the keys that this process has closed."""
    with write_transaction():
        closed = db.session.scalars(
            update(Alarm).where(Alarm.is_open, Alarm.key.not_in(keys)).values(is_open=False).returning(Alarm.key)
        )
        return sorted(closed)
