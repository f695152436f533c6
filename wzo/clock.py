"""The clock, in UTC."""

import time
from datetime import UTC, date, datetime


def now() -> int:
    """The current time, in whole seconds since 1970."""
    return int(time.time())


def today() -> date:
    """The current date in UTC."""
    return datetime.now(UTC).date()
