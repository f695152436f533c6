"""Retries transactions that conflict with others: a deadlock, a serialisation failure, or on SQLite a long lock."""

import random
import sqlite3
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError

from wzo.extensions import db

# PostgreSQL's serialization_failure and deadlock_detected: https://www.postgresql.org/docs/current/errcodes-appendix.html
SQLSTATES = {"40001", "40P01"}
# https://www.sqlite.org/rescode.html; the low byte, without what extended codes add.
SQLITE_CODES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
MAX_ATTEMPTS = 5
# In seconds: the longest pause before the second attempt, before the third twice as long; and when to give up.
PAUSE = 0.05
TIMEOUT = 20

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def is_conflict(error: DBAPIError) -> bool:
    """Whether a statement failed only because of another transaction at the same time."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return (getattr(original, "sqlite_errorcode", 0) & 0xFF) in SQLITE_CODES
    return getattr(original, "sqlstate", None) in SQLSTATES


def retry_transaction(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Call a function again if its transaction fails because of a conflict.

    The transaction must be its own, and its only effect.
    """

    @wraps(function)
    def wrapper(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        started = time.monotonic()
        for attempt in range(1, MAX_ATTEMPTS):
            try:
                return function(*args, **kwargs)
            except DBAPIError as error:
                db.session.rollback()
                if not is_conflict(error) or time.monotonic() - started > TIMEOUT:
                    raise
            # A random pause, so that two transactions do not meet again.
            time.sleep(random.uniform(0, PAUSE * attempt))  # noqa: S311
        return function(*args, **kwargs)

    return wrapper
