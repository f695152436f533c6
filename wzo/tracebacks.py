"""Describes errors for the log: their type and where they were raised. Their text may contain what somebody typed."""

import traceback


def describe_error(error: BaseException) -> str:
    """The type of an error, and the lines of code that led to it; never its text or any value."""
    return "".join([type(error).__name__, "\n", *traceback.format_tb(error.__traceback__)]).rstrip()
