"""gunicorn's log: it records that a request failed, but never who sent it or what for."""

import sys
from typing import Any

from gunicorn.glogging import Logger

from wzo.tracebacks import describe_error


class DiscreetLogger(Logger):  # type: ignore[misc]
    """Drops the lines in which gunicorn would log the address of a client or the path of a request."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a warning, unless it is about a request."""
        if "from ip=" not in msg:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: object, *args: Any, **_kwargs: Any) -> None:
        """Log a failure with its traceback, but without the error's text and the request's method and path."""
        words = "A request failed." if args or not isinstance(msg, str) else msg
        error = sys.exception()
        super().error("%s %s", words, describe_error(error) if error else "")
