"""What a log may say of an error: its type and where it was raised. Its text may hold what somebody typed."""

import traceback


def describe_error(error: BaseException) -> str:
    """The type of an error, and the lines of code that led to it; never its text or any value."""
    return "".join([type(error).__name__, "\n", *traceback.format_tb(error.__traceback__)]).rstrip()
