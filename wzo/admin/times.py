"""Moments as an editor reads and writes them: in a time zone of their own."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask_babel import format_datetime, format_timedelta
from flask_login import current_user

from wzo.i18n import current_language

SHORT = {"ru": "d MMM y, HH:mm", "en": "d MMM y, HH:mm"}


def zone() -> ZoneInfo:
    """The editor's time zone; Greenwich where it is unknown here."""
    try:
        return ZoneInfo(getattr(current_user, "zone", "UTC") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(seconds: int) -> str:
    """A moment, in seconds since 1970, on the editor's clock."""
    return str(format_datetime(_local(seconds), SHORT[current_language()], rebase=False))


def clock(seconds: int) -> str:
    """The same without the day: 12:40."""
    return _local(seconds).strftime("%H:%M")


def parse_local(day: str, hour: str) -> int | None:
    """A date, 2026-03-08, and a time, 09:30, on the editor's clock in seconds since 1970; None of what is neither."""
    try:
        moment = datetime.fromisoformat(f"{day.strip()}T{hour.strip() or '09:00'}")
    except ValueError:
        return None
    return int(moment.replace(tzinfo=zone()).timestamp())


def _local(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone())


def since(seconds: int) -> str:
    """How long ago a moment was, in words: 2 hours. Seconds since 1970."""
    return str(format_timedelta(datetime.now(UTC) - datetime.fromtimestamp(seconds, UTC), granularity="minute"))
