"""Points in time for tests."""

from datetime import UTC, datetime


def at(seconds: float) -> datetime:
    """The point in time this many seconds after 1 January 1970."""
    return datetime.fromtimestamp(int(seconds), UTC)
