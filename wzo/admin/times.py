"""Timestamps as an editor reads and enters them: in the editor's own time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_babel import format_datetime, format_timedelta
from flask_login import current_user

from wzo.clock import now
from wzo.i18n import LANGUAGES, current_language


def timezone() -> ZoneInfo:
    """The editor's time zone; UTC if it is unknown here."""
    try:
        return ZoneInfo(getattr(current_user, "timezone", "UTC") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(timestamp: datetime) -> str:
    """A timestamp in the editor's time zone."""
    format_ = LANGUAGES[current_language()].datetime_format
    return str(format_datetime(timestamp.astimezone(timezone()), format_, rebase=False))


def clock(timestamp: datetime) -> str:
    """Its time of day alone: 12:40."""
    return timestamp.astimezone(timezone()).strftime("%H:%M")


def parse_local(day: str, hour: str) -> datetime | None:
    """A date, 2026-03-08, and a time, 09:30, in the editor's time zone; None if they are neither."""
    try:
        timestamp = datetime.fromisoformat(f"{day.strip()}T{hour.strip() or '09:00'}")
    except ValueError:
        return None
    return timestamp.replace(tzinfo=timezone()).astimezone(UTC)


def since(timestamp: datetime) -> str:
    """How long ago it was, in words: 2 hours."""
    return str(format_timedelta(now() - timestamp, granularity="minute"))
