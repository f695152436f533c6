"""Describes errors for the log: their type and where they were raised. Their text may contain what somebody typed."""

import traceback
from typing import Any


def describe_error(error: BaseException) -> str:
    """The type of an error, and the lines of code that led to it; never its text or any value."""
    return "".join([type(error).__name__, "\n", *traceback.format_tb(error.__traceback__)]).rstrip()


def database_state(error: BaseException) -> dict[str, Any]:
    """The detail that a log record has of a database error: its SQLSTATE, or its name in SQLite."""
    original = getattr(error, "orig", None) or error
    state = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    return {"sqlstate": state} if state else {}
