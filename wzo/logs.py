"""gunicorn's log: it records that a request failed, but never who sent it or what for."""

from typing import Any

from gunicorn.glogging import Logger


class DiscreetLogger(Logger):  # type: ignore[misc]
    """Drops the lines in which gunicorn would log the address of a client or the path of a request."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a warning, unless it is about a request."""
        if "from ip=" not in msg:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: object, *args: Any, **kwargs: Any) -> None:
        """Log a failure with its traceback, but without the request's method and path."""
        super().exception("A request failed." if args else msg, **kwargs)
