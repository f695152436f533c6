"""The clock, in UTC and to the second, and how points in time are stored."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, and_
from sqlalchemy.types import TypeDecorator

# The clocks of two servers may differ by this much; what lies further in the future was stored before a clock was set
# back, and nobody knows how long ago that was.
MAX_CLOCK_DIFFERENCE = timedelta(seconds=30)


class Timestamp(TypeDecorator[datetime]):
    """A point in time: in Python an aware datetime in UTC, in SQLite the same without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The value as the database stores it. Raises ValueError if it has no time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A timestamp needs a time zone.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The stored value in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """The current time, cut to the second: nothing on this site needs a more exact time."""
    return datetime.now(UTC).replace(microsecond=0)


def is_recent(since: datetime | float, lifetime: timedelta) -> bool:
    """Whether a point in time, perhaps in seconds since 1970, lies within the last `lifetime`.

    One in the future does not: what expires must not live longer because the clock was set back.
    """
    age = now() - (since if isinstance(since, datetime) else datetime.fromtimestamp(since, UTC))
    return -MAX_CLOCK_DIFFERENCE <= age < lifetime


def is_recent_in_sql(since: Any, lifetime: timedelta) -> ColumnElement[bool]:
    """The same for a column, as a condition of a query."""
    timestamp = now()
    return and_(since > timestamp - lifetime, since <= timestamp + MAX_CLOCK_DIFFERENCE)


def start_of_today() -> datetime:
    """The last midnight in UTC."""
    return now().replace(hour=0, minute=0, second=0)


def today() -> date:
    """The current date in UTC."""
    return datetime.now(UTC).date()
