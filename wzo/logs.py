"""The logs of the web servers: they record that a request failed, but never who sent it or what for."""

import logging
import re
import sys
from typing import Any

from gunicorn.glogging import Logger

from wzo.tracebacks import describe_error

LOCATION = re.compile(r'  File "[^"]+", line [0-9]+, in \S+')


class DiscreetFormatter(logging.Formatter):
    """Keeps the first line of what granian logs, and the locations of the traceback that follows an error."""

    def format(self, record: logging.LogRecord) -> str:
        first, *others = super().format(record).splitlines() or [""]
        return "\n".join([first, *filter(LOCATION.fullmatch, others)])


class DiscreetLogger(Logger):  # type: ignore[misc]
    """gunicorn's logger, without the lines in which it would log the address of a client or the path of a request."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a warning, unless it is about a request."""
        if "from ip=" not in msg:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: object, *args: Any, **_kwargs: Any) -> None:
        """Log a failure with its traceback, but without the error's text and the request's method and path."""
        words = "A request failed." if args or not isinstance(msg, str) else msg
        error = sys.exception()
        super().error("%s %s", words, describe_error(error) if error else "")
